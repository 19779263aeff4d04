"""German notes of visits, made by a deterministic program: 500 with something that must not be there, 500 clean ones.

The sentences around what is planted are the same as in clean notes, so that only what is planted makes the difference.
"""

from __future__ import annotations

from itertools import cycle, islice, product
from random import Random

BEFORE = (
    "Fotos vom Enkel verschickt.",
    "Sie hört schwer, bitte laut sprechen.",
    "Wir haben WhatsApp eingerichtet.",
    "Braucht große Schrift.",
    "Der Drucker geht wieder.",
    "Kann jetzt Videos allein starten.",
    "Termin war um 14:30 Uhr, 60 Minuten.",
    "Sieht schlecht, Lupe eingestellt.",
    "",
)
AFTER = ("Nächstes Mal E-Mail.", "Wünscht sich noch einen Termin.", "Alles gut gelaufen.", "Sehr herzlich.", "")


def iban(random: Random) -> str:
    account = "".join(str(random.randint(0, 9)) for _ in range(18))
    check = 98 - int(account + "131400") % 97
    run = f"DE{check:02d}{account}"
    return " ".join(run[i : i + 4] for i in range(0, 22, 4)) if random.random() < 0.6 else run


def card(random: Random) -> str:
    digits = [random.choice([4, 5])] + [random.randint(0, 9) for _ in range(14)]
    total = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    run = "".join(map(str, [*digits, -total % 10]))
    return " ".join(run[i : i + 4] for i in range(0, 16, 4)) if random.random() < 0.7 else run


def secret(random: Random) -> str:
    word = random.choice(["Sonne", "Dresden", "Mausi", "Elbe", "Rosi", "Kater"])
    return word + str(random.randint(10, 1999)) + random.choice(["", "!", "#"])


def number(random: Random, digits: int = 4) -> str:
    return str(random.randint(10 ** (digits - 1), 10**digits - 1))


PLANTED = {
    "pin": (
        "Die PIN ist {n}.",
        "PIN: {n}",
        "Handy-PIN lautet {n}.",
        "SIM PIN {n} notiert.",
        "Geheimzahl {n}.",
        "Die neue PIN für das Tablet ist {n}.",
        "PUK {n8}",
        "TAN {n6} eingegeben.",
        "Bildschirm entsperren mit {n}.",
        "Der Code zum Entsperren ist {n}.",
        "PIN vom Handy jetzt {n}",
        "{n} ist ihre PIN.",
    ),
    "password": (
        "Passwort: {p}",
        "Das Passwort lautet {p}.",
        "Kennwort ist {p}",
        "WLAN-Schlüssel: {p}",
        "Ihr Passwort für das Mailkonto ist {p}.",
        "PW: {p}",
        "Als Passwort haben wir {p} genommen, Passwort: {p}",
        "WLAN-Passwort {p}",
        "Zugangsdaten: {p}",
    ),
    "account": (
        "IBAN {iban}",
        "Ihr Konto ist {iban}.",
        "Überweisung auf {iban} erklärt.",
        "Kontonummer {n8}",
        "Konto-Nr.: {n8}",
        "Die IBAN lautet {iban}.",
    ),
    "card": (
        "Kreditkarte {card}",
        "Karte {card} hinterlegt.",
        "Kartennummer: {card}",
        "Im Shop mit {card} bezahlt.",
    ),
    "key": (
        "Schlüssel liegt unter der Fußmatte.",
        "Der Schlüssel ist im Blumentopf.",
        "Schlüsselbox Code {n}.",
        "Schlüsselsafe an der Tür, {n}.",
        "Ersatzschlüssel hängt hinter dem Briefkasten.",
        "Haustür {n} eingeben.",
        "Türcode {n}",
        "Zweitschlüssel beim Nachbarn Meier.",
        "Schlüssel unter dem Stein links.",
        "Code der Schlüsselbox: {n}",
    ),
    "banking": (
        "Telefonbanking mit Kennwort {p} gemacht.",
        "Telefon-Banking eingerichtet, Geheimzahl {n}.",
        "Ich habe für sie eine Überweisung gemacht.",
        "Wir haben 200 Euro überwiesen.",
        "Anmeldename für die Bank: {p}",
        "Online-Banking Zugang {n8}",
    ),
    "health": (
        "Sie hat Demenz.",
        "Er hat Diabetes.",
        "Nach dem Schlaganfall ist es schwer.",
        "Parkinson, die Hand zittert.",
        "Hatte einen Herzinfarkt.",
        "Depressionen, weint viel.",
        "Krebs, Chemo am Montag.",
        "Pflegegrad 3.",
        "Er ist Alkoholiker.",
        "Makuladegeneration, sieht kaum.",
        "Nimmt Tabletten gegen Bluthochdruck.",
        "Hat Rheuma in den Fingern.",
        "Epilepsie, aufpassen.",
        "Asthma und Arthrose.",
        "War wegen der Hüft-OP weg.",
    ),
}
CLEAN = (
    "Das Passwort ist vergessen, wir haben es zurückgesetzt.",
    "Wir haben geübt, wie man eine PIN ändert.",
    "Sie hat sich die PIN selbst gemerkt.",
    "Passwort hat sie allein geändert.",
    "Über sichere Passwörter gesprochen.",
    "Erklärt: nie die TAN am Telefon sagen.",
    "Rufnummer 0351 488 50 00 gespeichert.",
    "Kommt am 12.11.2026 um 10:30 Uhr wieder.",
    "Hört schwer auf dem linken Ohr.",
    "Sieht schlecht, braucht große Schrift.",
    "Rollstuhl, bitte Platz am Tisch lassen.",
    "Viele Stufen, kein Aufzug.",
    "Hat einen Hund, sehr lieb.",
    "Hält das Tablet lieber mit beiden Händen.",
    "Sie möchte Fahrkarten am Handy kaufen.",
    "Rufnummer der Enkelin eingespeichert.",
    "Gerät: Samsung A14, Android 13.",
    "Seriennummer R58N30ABCDE, Modell 2021.",
    "Vertrag über 24 Monate, 9,99 Euro.",
    "Hat die Karte vom Nahverkehr gefunden.",
    "Der Schlüsseldienst stand im Suchverlauf, wir haben Suche geübt.",
    "Sie sucht den Ausschalter noch mit Mühe.",
    "Gesundheits-App angesehen, Arzttermin gebucht.",
    "Apotheke im Internet gefunden.",
    "Wir haben einen Termin beim Bürgeramt gebucht.",
    "Online-Banking ist ihr zu viel, wir lassen es.",
    "Fragt, wie man Betrug am Telefon erkennt.",
    "Bank rufe sie lieber selbst an.",
    "Möchte Bilder auf dem Fernseher zeigen.",
    "Speicher war voll, 1200 Bilder sortiert.",
    "Videotelefonie mit der Tochter in Hamburg.",
    "Router neu gestartet, WLAN geht.",
    "Tablet 10 Zoll, Helligkeit höher.",
    "Zwei von drei Übungen gehen allein.",
    "Sie spricht langsam, bitte Zeit lassen.",
    "Post vorgelesen, Rundfunkbeitrag erklärt.",
    "Bitte beim nächsten Mal Kabel mitbringen.",
    "Herzliche Frau, viel gelacht.",
    "Schlüsselwörter bei der Suche geübt.",
    "Entsperren mit dem Finger klappt.",
)


def planted(count: int = 500) -> list[tuple[str, str]]:
    """Kind and note, the kinds in turn."""
    random = Random(20261126)
    queues = {kind: cycle(list(product(texts, (0, 1)))) for kind, texts in PLANTED.items()}
    notes = []
    for kind in islice(cycle(PLANTED), count):
        text, is_low = next(queues[kind])
        words = {"n": number(random), "n6": number(random, 6), "n8": number(random, 8), "p": secret(random)}
        said = text.format(**words, iban=iban(random), card=card(random))
        said = said.lower() if is_low and "{" not in text else said
        notes.append((kind, " ".join(part for part in (random.choice(BEFORE), said, random.choice(AFTER)) if part)))
    return notes


def clean(count: int = 500) -> list[str]:
    """Notes without anything that must not be there."""
    random = Random(20261127)
    notes = []
    for text in islice(cycle(CLEAN), count):
        said = text.lower() if random.random() < 0.2 else text
        notes.append(" ".join(part for part in (random.choice(BEFORE), said, random.choice(AFTER)) if part))
    return notes


HARD_PLANTED = (
    "p i n 4 7 1 1 steht auf dem zettel",
    "Pin=0815",
    "PIN vier sieben eins eins",
    "Geheimnummer von der Karte: 19 47",
    "Sie sagte mir die Nummer fürs Handy, 2580, also die PIN",
    "Ihre Geburtstagszahl 1938 ist auch die PIN",
    "Tan 448 112 wurde abgefragt",
    "pw für gmail: Omi!1940",
    "Passwort heißt wie der Hund: Waldi12",
    "Passw. Mausebaer7",
    "Kennwort = Sonnenschein",
    "Das WLAN-Kennwort lautet Elbblick",
    "iban de89370400440532013000",
    "DE89-3704-0044-0532-0130-00",
    "AT61 1904 3002 3457 3201 ist ihr Konto",
    "Kto 12345678 bei der Sparkasse",
    "Visa 4111-1111-1111-1111 gültig 12/27",
    "5500005555555559",
    "CVV 123 notiert",
    "Schlüssel beim Hausmeister hinterlegt",
    "der schluessel haengt am haken im schuppen",
    "Haustürschlüssel liegt in der Regenrinne",
    "Tresor 36-12-48",
    "Die Tür ist nachts immer offen",
    "Alarmanlage 7788 ausschalten",
    "Frau K. hat beginnende Alzheimer-Krankheit",
    "zuckerkrank, spritzt selbst",
    "Ist wegen Krebserkrankung oft müde",
    "hat grauen Star",
    "Nimmt Blutverdünner",
)
HARD_CLEAN = (
    "PIN-Brief der Bank noch nicht da",
    "PIN geändert am 12.11.",
    "Hat die PIN 3 mal falsch eingegeben",
    "Passwort steht in ihrem Heft",
    "Passwort vergessen",
    "Kennwort am Telefon gesagt, Tür ging auf",
    "Will kein Passwort aufschreiben, das ist gut so",
    "Der Hund heißt Waldi",
    "Ruft an unter 0351 4885000",
    "Rechnung Nr. 20261126 war eine Betrugsmail",
    "IBAN erklärt: 22 Zeichen in Deutschland",
    "Paketnummer 00340434161094042557 verfolgt",
    "IMEI 356938035643809 abgelesen",
    "Kundennummer beim Stromanbieter gesucht",
    "Schlüssel verloren, Schlüsseldienst im Internet gefunden",
    "Schlüssel-Anhänger als Geschenk",
    "Der Schlüssel zum Erfolg: Übung",
    "Sie fand den Schlüssel in der Tasche",
    "Haustür Nummer 14, zweite Klingel",
    "Hört schwer, Hörgerät mit dem Handy verbunden",
    "Geht am Stock, bitte Stuhl bereitstellen",
    "Krebsbach ist ihre Lieblingsstrecke",
    "Sternzeichen Krebs, wir haben das Horoskop gesucht",
    "Diagnose des Druckers: Tinte leer",
    "Operation geglückt: der Router läuft",
    "Sprach über ihren Mann, war Arzt",
    "Bankverbindung hat sie selbst eingetragen",
    "Tanne als Hintergrundbild",
    "Spinat-Rezept gefunden, Pinterest angesehen",
    "Überweisung zum Facharzt online angefragt",
)
