"""Words of danger are found, everyday words are not; secrets are seen where they stand."""

import pytest

from bookings.emergency import emergency_words, looks_like_secret


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ich bin gestürzt", ("gestürzt",)),
        ("bin GESTUERZT und komme nicht hoch", ("gestürzt", "komme nicht hoch")),
        ("Mein Mann hat Schmerzen in der Brust und keine Luft", ("Brust", "keine Luft")),
        ("Hilfe!", ("Hilfe",)),
        ("Hilfe, Hilfe", ("Hilfe",)),
        ("Ich will nicht mehr", ("ich will nicht mehr",)),
        ("Es riecht nach Gas", ("Gas",)),
        ("Ich brauche Hilfe mit dem Handy", ()),
        ("Die Gasrechnung online lesen", ()),
        ("Herzliche Grüße, ich möchte meine Enkel sehen", ()),
        ("", ()),
    ],
)
def test_emergency_words(text, words):
    assert emergency_words(text) == words


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Meine PIN ist 4711", True),
        ("pin: 12 34", True),
        ("Die Geheimzahl meiner Karte lautet 0815", True),
        ("Passwort: sommer", True),
        ("Das Passwort ist Hund123", True),
        ("DE89 3704 0044 0532 0130 00", True),
        ("Ich habe meine PIN vergessen", False),
        ("Ein sicheres Passwort machen", False),
        ("Handy von 2019, Android 11", False),
    ],
)
def test_looks_like_secret(text, secret):
    assert looks_like_secret(text) is secret
