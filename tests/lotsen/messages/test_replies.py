"""What people write back."""

import pytest

from lotsen.messages.replies import Meaning, Reply, read_reply

YES, NO, BUT, UNCLEAR = Meaning.YES, Meaning.NO, Meaning.YES_BUT, Meaning.UNCLEAR
CASES = {
    "JA 4711": Reply(YES, "4711"),
    "ja 4711": Reply(YES, "4711"),
    "JA4711": Reply(YES, "4711"),
    "Ja, 4711!": Reply(YES, "4711"),
    "JA": Reply(YES),
    "ja!": Reply(YES),
    "Ja, gern 😊": Reply(YES),
    "Já 4711": Reply(YES, "4711"),
    "NEIN 4711": Reply(NO, "4711"),
    "Nein danke": Reply(NO),
    "yes 4711": Reply(YES, "4711"),
    "Ja aber 15 Uhr": Reply(BUT),
    "JA 4711 NEIN 4712": Reply(BUT, "4711"),
    "JA 4711 um 15 Uhr": Reply(BUT, "4711"),
    "Ja?": Reply(UNCLEAR),
    "JA 0711": Reply(BUT),
    "Nee": Reply(UNCLEAR),
    "Nee?": Reply(UNCLEAR),
    "jein": Reply(UNCLEAR),
    "NEIN lieber Mittwoch": Reply(UNCLEAR),
    "Vielleicht JA 4711": Reply(UNCLEAR),
    "STOPP": Reply(Meaning.STOP),
    "Stop.": Reply(Meaning.STOP),
    "abmelden": Reply(Meaning.STOP),
    "ENDE": Reply(Meaning.STOP),
    "Bitte STOPP den Besuch": Reply(UNCLEAR),
    "START": Reply(Meaning.START),
    "PAUSE": Reply(Meaning.PAUSE),
    "weiter": Reply(Meaning.RESUME),
    "DA 4711": Reply(Meaning.ARRIVED, "4711"),
    "DA": Reply(UNCLEAR),
    "WEG 4711": Reply(Meaning.LEFT, "4711"),
    "MEHR 4711": Reply(Meaning.LONGER, "4711"),
    "OK 4711": Reply(Meaning.RECEIVED, "4711"),
    "ICH 4711": Reply(Meaning.TAKE_ALARM, "4711"),
    "HILFE 4711": Reply(Meaning.HELP, "4711"),
    "Hilfe": Reply(Meaning.HELP),
    "Ich bin gestürzt": Reply(Meaning.EMERGENCY),
    "JA 4711 ich bin gefallen": Reply(Meaning.EMERGENCY),
    "Notfall?": Reply(Meaning.EMERGENCY),
    "": Reply(UNCLEAR),
    "   \n": Reply(UNCLEAR),
    "😊": Reply(UNCLEAR),
    "ЈА 4711": Reply(UNCLEAR),
    "JA 4711\n> Lotsen: Passt es? JA 4712": Reply(YES, "4711"),
    "JA 4711\nLotsen: Di, 1.12. 14:30-15:30 Uhr. Passt es?": Reply(YES, "4711"),
    "=JA(4711)": Reply(YES, "4711"),
    "<b>JA</b> 4711": Reply(UNCLEAR),
    "JA" + " x" * 800: Reply(UNCLEAR),
    "\x00JA\ud800": Reply(UNCLEAR),
}


@pytest.mark.parametrize(("body", "reply"), CASES.items(), ids=[repr(body)[:30] for body in CASES])
def test_reply(body, reply):
    assert read_reply(body) == reply
