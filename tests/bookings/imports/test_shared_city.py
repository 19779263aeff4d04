"""The lists that a city gave us for trials lie beside the checkout, where they are at all."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from bookings.imports import KINDS, CityFile, import_city
from bookings.models import Client, Facility, HomeVisit
from lotsen.kernel.imports import Counts
from touring.models import Stop, Team
from volunteers.models import Volunteer

FOLDER = settings.BASE_DIR.parent / "shared" / "city"
AT = datetime(2026, 11, 25, 12, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the city's own lists do not lie beside this checkout"),
]


def test_they_go_in_completely_and_the_second_time_change_nothing():
    files = [CityFile(kind.name, kind.file_name, (FOLDER / kind.file_name).read_bytes()) for kind in KINDS]
    sizes = {"teams": 3, "haltestellen": 48, "einrichtungen": 60, "lotsen": 150, "anfragen": 400}
    first = import_city(files, by=None, at=AT)
    assert (first.problems, first.counts) == ((), {kind: Counts(new=size) for kind, size in sizes.items()})
    models = (Team, Stop, Facility, Volunteer, Client, HomeVisit)
    assert [model.objects.count() for model in models] == [3, 48, 60, 150, 400, 400]
    again = import_city(files, by=None, at=AT)
    assert (again.problems, again.counts) == ((), {kind: Counts(same=size) for kind, size in sizes.items()})
