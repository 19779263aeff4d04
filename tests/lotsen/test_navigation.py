from types import SimpleNamespace

import pytest

from lotsen import navigation
from lotsen.navigation import Entry, Link, links_for

pytestmark = pytest.mark.urls("tests.lotsen.look_urls")
AREAS = {
    "probe": (
        Entry("Start", "start", "home"),
        Entry("Schutz", "pages:safety", "shield", frozenset({"hotline"})),
        Entry("Später", "room:nobody", "list"),
        Entry("Konto", "pages:account", "person"),
    )
}


@pytest.fixture(autouse=True)
def areas(monkeypatch):
    monkeypatch.setattr(navigation, "AREAS", AREAS)


def test_links_follow_the_roles_and_skip_rooms_that_are_not_there():
    hotline = SimpleNamespace(roles=["hotline"])
    assert links_for("probe", user=hotline, path="/sicherheit/mehr/") == [
        Link("Start", "/", "home", False),
        Link("Schutz", "/sicherheit/", "shield", True),
        Link("Konto", "/konto/", "person", False),
    ]
    assert [link.label for link in links_for("probe", user=None, path="/")] == ["Start", "Konto"]


def test_the_longest_fitting_address_is_current_and_the_root_only_for_itself():
    assert [link.is_current for link in links_for("probe", user=None, path="/konto/email/")] == [False, True]
    assert [link.is_current for link in links_for("probe", user=None, path="/")] == [True, False]
