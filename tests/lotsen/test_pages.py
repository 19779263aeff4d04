import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.lotsen.look_urls"), pytest.mark.django_db]
PUBLIC = (
    "/",
    "/sicherheit/",
    "/mitmachen/",
    "/barrierefreiheit/",
    "/datenschutz/",
    "/impressum/",
    "/einfache-sprache/",
    "/gebaerdensprache/",
)


@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages_need_no_query_and_set_no_cookie(client, django_assert_num_queries, url):
    with django_assert_num_queries(0):
        response = client.get(url)
    assert response.status_code == 200
    assert dict(response.cookies) == {}
    assert "Cookie" not in response.headers.get("Vary", "")  # nobody asked who reads it
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert "030 231 25 100" in html
    assert " style=" not in html
    assert " on" + "click" not in html


def test_the_policy_allows_nothing_inline(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_the_language_changes_without_a_cookie_of_ours_before():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sprache/", {"language": "en", "next": "/sicherheit/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/sicherheit/")
    assert '<html lang="en"' in client.get("/").content.decode()
    away = client.post("/sprache/", {"language": "de", "next": "https://example.org/"})
    assert away.headers["Location"] == "/"


def test_unknown_pages_say_so_kindly(client):
    response = client.get("/nirgends/")
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht." in response.content.decode()


def test_the_error_page_asks_nobody_for_anything(client, django_assert_num_queries):
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        response = client.get("/kaputt/")
    assert response.status_code == 500
    assert "Entschuldigung" in response.content.decode()
    assert "030 231 25 100" in response.content.decode()


class TestAFormWithoutItsToken:
    """The page was open for too long: what was typed is kept, but never for a form from elsewhere."""

    def post(self, data: dict, **headers):
        client = Client(enforce_csrf_checks=True)
        return client, client.post("/echo/?a=1", data, headers=headers)

    def test_it_can_be_sent_again_with_everything_in_it(self):
        client, response = self.post({"name": 'Krause "K"', "topic": ["a", "b"]}, origin="http://testserver")
        html = response.content.decode()
        assert response.status_code == 403
        assert '<input type="hidden" name="name" value="Krause &quot;K&quot;">' in html
        assert html.count('name="topic"') == 2
        assert 'action="/echo/?a=1"' in html
        token = html.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        again = client.post("/echo/?a=1", {"name": "Krause", "csrfmiddlewaretoken": token})
        assert (again.status_code, again.content.decode()) == (200, "Krause")

    @pytest.mark.parametrize("origin", ["https://boese.example", "null", ""])
    def test_a_form_from_elsewhere_is_dropped(self, origin):
        _client, response = self.post({"name": "Krause"}, **({"origin": origin} if origin else {}))
        assert response.status_code == 403
        assert "Krause" not in response.content.decode()

    def test_passwords_are_never_written_into_a_page(self):
        _client, response = self.post({"login": "a@b.de", "password": "geheim-1"}, origin="http://testserver")
        assert "geheim-1" not in response.content.decode()


def test_the_sample_exists_only_where_pages_are_built(client, settings):
    settings.DEBUG, settings.SIMULATOR = False, False
    assert client.get("/baukasten/").status_code == 404
    settings.SIMULATOR = True
    assert client.get("/baukasten/").status_code == 200
