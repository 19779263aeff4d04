"""Which numbers are ever dialled: German landlines and mobiles, tried with thousands of others."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lotsen.messages.numbers import may_be_dialled, takes_sms

OWN = frozenset({"+493023125100", "+493023125101"})
COSTLY = ["900", "137", "138", "180", "181", "118", "700", "800", "19", "12", "32", "31", "110", "112", "115", "116"]
ABROAD = ["1", "43", "44", "48", "7", "870", "8816", "8821", "882", "883", "888", "979", "991", "808", "878", "266"]
rest = st.text("0123456789", min_size=0, max_size=12)
odd = st.text(max_size=20)
costly = st.builds(lambda start, tail: f"+49{start}{tail}", st.sampled_from(COSTLY), rest)
abroad = st.builds(lambda start, tail: f"+{start}{tail}", st.sampled_from(ABROAD), rest)
spelled = st.builds(
    lambda start, tail: f"{start}{tail}", st.sampled_from(["0", "00", "0049", "49", "sip:", "+4 9", "٠"]), rest
)


@settings(max_examples=5_000, deadline=None)
@given(st.one_of(costly, abroad, spelled, odd, st.sampled_from(sorted(OWN))))
def test_five_thousand_other_numbers_are_never_dialled(number):
    assert not may_be_dialled(number, own=OWN)
    assert not takes_sms(number, own=OWN)


def test_control_landlines_and_mobiles_are_dialled():
    for number in ("+4935148800100", "+4917612345678", "+493023125216", "+493520712345"):
        assert may_be_dialled(number, own=OWN), number
