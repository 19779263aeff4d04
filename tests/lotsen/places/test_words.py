from lotsen.places.queries import Near
from lotsen.places.travel import Leg, Mode, estimate
from lotsen.places.words import leg_text, origin_text, walk_text

ESTIMATED = estimate((51.0, 13.795), (51.0, 13.8092853), Mode.CAR)
ROUTED = Leg(301, 2000, "osrm", "2026-10", is_estimate=False)


def test_an_estimate_says_so():
    assert (leg_text(ESTIMATED), origin_text(ESTIMATED)) == (
        "ca. 5 Min.",
        "Schätzung aus der Luftlinie und den Elbbrücken, ohne Verkehr und Fahrplan",
    )
    assert walk_text(Near("Altmarkt", 500, 9)) == "ca. 9 Min. zu Fuß"


def test_a_routed_way_names_its_source():
    assert (leg_text(ROUTED), origin_text(ROUTED)) == ("6 Min.", "Fahrzeiten von osrm, Stand 2026-10")
    assert origin_text(Leg(1, 1, "osrm", "", is_estimate=False)) == "Fahrzeiten von osrm"
