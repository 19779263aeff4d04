"""So many posts to the public forms at once, and no more; who waits loses nothing; everybody else passes."""

import threading

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from lotsen import gate
from lotsen.gate import PublicFormGate

FIELDS = {"street": "Gartenweg 16", "csrfmiddlewaretoken": "t0ken"}


@pytest.fixture
def full(settings, monkeypatch):
    """A gate with two places, both taken until the test ends."""
    settings.PUBLIC_FORMS_AT_ONCE = 2
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0.05)
    leave, inside = threading.Event(), threading.Barrier(3, timeout=10)

    def slow(request):
        if request.POST.get("slow"):
            inside.wait()
            leave.wait(10)
        return HttpResponse("ok")

    door = PublicFormGate(slow)
    threads = [threading.Thread(target=door, args=(post({"slow": "1"}),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait()
    yield door
    leave.set()
    for thread in threads:
        thread.join(10)
    assert door(post(FIELDS)).status_code == 200, "the places are free again"


def post(fields, path="/hausbesuch/"):
    return RequestFactory().post(path, fields)


def test_who_finds_no_place_is_asked_to_wait_and_sends_the_same_again(full):
    answer = full(post(FIELDS))
    shown = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Gerade ist viel los." in shown
    assert 'name="street" value="Gartenweg 16"' in shown
    assert 'name="csrfmiddlewaretoken" value="t0ken"' in shown
    assert "030 231 25 100" in shown


def test_everybody_else_passes(full):
    assert full(post(FIELDS, "/hotline/")).status_code == 200
    assert full(RequestFactory().get("/hausbesuch/")).status_code == 200


def test_control_without_a_limit_all_pass(settings):
    settings.PUBLIC_FORMS_AT_ONCE = 0
    assert PublicFormGate(lambda request: HttpResponse())(post(FIELDS)).status_code == 200
