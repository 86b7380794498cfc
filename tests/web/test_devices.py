"""Where one is logged in. A phone, no scripts."""

from __future__ import annotations

import httpx
from playwright.sync_api import Browser

from tests.web.browser import PHONE, tab
from tests.web.site import Site, on_phone
from tests.web.steps import follow, press

PAGE = "/instellingen/apparaten"
TELEPHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile"
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def _client(site: Site, session: str | None = None) -> httpx.Client:
    return httpx.Client(
        base_url=site.url, cookies={"mo": session} if session else None, headers={"Sec-Fetch-Site": "same-origin"}
    )


def test_one_forgot_to_log_out_at_the_library_and_does_it_at_home(browser: Browser, site: Site) -> None:
    citizen = site.story.stranger()
    library = site.session(citizen)
    with on_phone(browser, site, citizen) as own, _client(site, library) as there:
        assert there.get("/post").status_code == 200
        own.go("/instellingen")
        follow(own.page, "Bekijk uw apparaten")
        assert "Dit apparaat." in own.words
        press(own.page, "Log hier uit")
        assert own.h1 == "Waar u bent ingelogd"
        assert "Dat apparaat is uitgelogd." in own.words
        assert "U bent nergens anders ingelogd." in own.words
        assert there.get("/post").status_code == 403
        own.go("/post")
        assert own.h1 == "Uw post"


def test_one_logs_out_everywhere(browser: Browser, site: Site) -> None:
    citizen = site.story.stranger()
    with on_phone(browser, site, citizen) as own, _client(site, site.session(citizen)) as there:
        own.go(PAGE)
        press(own.page, "Log overal uit")
        assert own.path == "/uitgelogd"
        assert there.get("/post").status_code == 403
        own.go("/post")
        assert own.h1 == "Log in op Mijnoverzicht"


def test_the_page_says_from_what_one_logged_in(browser: Browser, site: Site) -> None:
    with _client(site) as computer, tab(browser, site.url, viewport=PHONE, user_agent=TELEPHONE) as phone:
        key = computer.get("/inloggen").text.partition('name="persoon" value="')[2].partition('"')[0]
        computer.post("/inloggen", data={"persoon": key}, headers={"User-Agent": COMPUTER})
        seen = computer.get(PAGE).text
        assert "Computer met Firefox" in seen
        assert COMPUTER not in seen
        phone.go("/inloggen")
        phone.page.locator(f'button[value="{key}"]').click()
        phone.go(PAGE)
        assert "Computer met Firefox" in phone.words
        assert "Telefoon of tablet met Chrome" in phone.words


def test_what_is_no_session_ends_none(site: Site) -> None:
    with _client(site, site.session(site.story.stranger())) as own:
        for tag in ("", "geen getal", "00" * 32):
            assert own.post(f"{PAGE}/uit", data={"apparaat": tag}).headers["location"] == f"{PAGE}?gedaan=uit"
        assert own.get(PAGE).status_code == 200
