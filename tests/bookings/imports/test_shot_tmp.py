import pytest
from playwright.sync_api import sync_playwright
from tests.people import make_user
from lotsen.people.models import Role
from tests.bookings.imports.lists import *
@pytest.mark.django_db(transaction=True)
def test_shot(live_server, client, tmp_path):
    u=make_user(Role.COORDINATOR, name="Dora Sommer"); client.force_login(u)
    (tmp_path/"haltestellen.csv").write_bytes(table([STOP, STOP|{"Kennung":"S02","Rhythmus":"nie","Dauer (min)":"900"}, STOP|{"Kennung":"S03","PLZ":"?"}]))
    (tmp_path/"good.csv").write_bytes(table([STOP, STOP|{"Kennung":"S02"}]))
    (tmp_path/"anfragen.csv").write_bytes(table([REQUEST]))
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium", args="--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage".split())
        for width, js in ((1280, True),(390, False)):
            c=b.new_context(viewport={"width":width,"height":900}, java_script_enabled=js)
            c.add_cookies([{"name":"sessionid","value":client.cookies["sessionid"].value,"url":live_server.url}])
            pg=c.new_page(); errs=[]; pg.on("console", lambda m: errs.append(m.text)); pg.on("pageerror", lambda e: errs.append(str(e)))
            pg.goto(live_server.url+"/import/"); pg.screenshot(path=f"/tmp/imp1-{width}.png", full_page=True)
            pg.set_input_files("input[type=file]", [str(tmp_path/"haltestellen.csv"), str(tmp_path/"anfragen.csv")])
            pg.get_by_role("button", name="Vorschau zeigen").click()
            pg.screenshot(path=f"/tmp/imp2-{width}.png", full_page=True)
            (tmp_path/"haltestellen2.csv").write_bytes((tmp_path/"good.csv").read_bytes())
            pg.set_input_files("input[type=file]", [str(tmp_path/"haltestellen2.csv")])
            pg.get_by_role("button", name="Vorschau zeigen").click()
            pg.screenshot(path=f"/tmp/imp3-{width}.png", full_page=True)
            pg.get_by_role("button", name="Übernehmen").click()
            pg.screenshot(path=f"/tmp/imp4-{width}.png", full_page=True)
            print(errs, pg.evaluate("document.documentElement.scrollWidth") if js else "")
        b.close()
    assert 0
