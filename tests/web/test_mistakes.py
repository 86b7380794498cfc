"""What goes wrong at a kitchen table: a second click, the back button, a form of yesterday, an address half copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser

from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Identity
from tests.web.browser import PHONE, tab
from tests.web.site import Site
from tests.web.steps import STEP_OF, STEPS, answer, begin, codes, fill_in, give, live
from tests.web.story import CJIB, JAYLANO, KARIN

_OURS: Final = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
"""As a browser sends our forms, also those without fields."""
_LONG: Final = "é" * 10_000
_DRAFT: Final = "/meekijken/geven/00000000-0000-4000-8000-000000000000/wie"
"""A form of a consent, as it would be sent; of a draft that nobody has."""


@contextmanager
def _visit(site: Site, who: Identity | None) -> Iterator[httpx.Client]:
    """Somebody with a browser that sends our own forms."""
    cookies = {"mo": site.session(who)} if who else {}
    with httpx.Client(base_url=site.url, cookies=cookies, headers=_OURS, timeout=20) as client:
        yield client


def test_a_yes_sent_twice_leaves_one_offer_with_the_code_that_was_seen_last(site: Site) -> None:
    with _visit(site, site.story.stranger()) as citizen, _visit(site, site.story.stranger()) as helper:
        draft = fill_in(citizen)
        first, second = (citizen.post(f"{draft}/controleren") for _ in range(2))
        assert len(live(citizen)) == 1
        assert "Die oude code werkt niet meer." not in first.text
        assert "Die oude code werkt niet meer." in second.text
        assert helper.post("/clienten/code", data={"code": codes(first)[0]}).status_code == 422
        assert helper.post("/clienten/code", data={"code": codes(second)[0]}).status_code == 303


def test_offers_to_two_people_or_of_two_kinds_do_not_end_each_other(site: Site) -> None:
    with _visit(site, site.story.stranger()) as citizen:
        for changes in ({}, {"naam": "Oom Henk"}, {"tot": "1-maand"}):
            give(citizen, changes)
        assert len(live(citizen)) == 3


def test_a_grant_that_is_in_use_is_not_ended_by_a_new_offer(site: Site) -> None:
    with _visit(site, site.story.stranger()) as citizen, _visit(site, site.story.stranger()) as helper:
        code = codes(give(citizen))[0]
        helper.post("/clienten/code", data={"code": code})
        give(citizen)
        assert len(live(citizen)) == 2


def test_a_code_sent_twice_says_where_to_look(site: Site) -> None:
    citizen, helper = site.story.stranger(), site.story.stranger()
    with _visit(site, citizen) as giving, _visit(site, helper) as taking:
        code = codes(give(giving))[0]
        assert taking.post("/clienten/code", data={"code": code}).status_code == 303
        again = taking.post("/clienten/code", data={"code": code})
        assert again.status_code == 422
        assert f"Post van {citizen.name}" in again.text
        assert "Stuurde u de code net al een keer?" in again.text


def test_stopping_twice_and_going_back_to_the_question_ends_at_stopped(site: Site) -> None:
    with _visit(site, site.story.stranger()) as citizen:
        give(citizen)
        path = f"/meekijken/{live(citizen)[0]}"
        answers = [citizen.post(f"{path}/stoppen") for _ in range(2)] + [citizen.get(f"{path}/stoppen")]
        assert [answer.headers["location"] for answer in answers] == [f"{path}/gestopt"] * 3
        assert "Meekijken is gestopt" in citizen.get(f"{path}/gestopt").text


def test_marks_and_logout_sent_twice_do_no_harm(site: Site) -> None:
    stranger = site.story.stranger()
    letter = id_text(site.run(site.story.deliver(stranger, "duo_jaaroverzicht")))
    with _visit(site, stranger) as citizen:
        for mark in ("gelezen", "ongelezen", "archief", "terug"):
            answers = [citizen.post(f"/post/{letter}/markeren", data={"markering": mark}) for _ in range(2)]
            assert [answer.headers["location"] for answer in answers] == [f"/post?gedaan={mark}&aantal=1"] * 2
        assert [citizen.post("/uitloggen").headers["location"] for _ in range(2)] == ["/uitgelogd"] * 2


@pytest.mark.parametrize("mark", ["", "weg", "ARCHIEF"])
def test_a_mark_that_is_none_is_not_found(site: Site, mark: str) -> None:
    stranger = site.story.stranger()
    letter = id_text(site.run(site.story.deliver(stranger, "duo_jaaroverzicht")))
    with _visit(site, stranger) as citizen:
        assert citizen.post(f"/post/{letter}/markeren", data={"markering": mark}).status_code == 404
        assert citizen.post("/post/markeren", data={"markering": mark, "brief": letter}).status_code == 404


def test_a_form_of_a_session_that_is_over_says_that_nothing_was_sent(site: Site) -> None:
    with _visit(site, None) as visit:
        visit.cookies.set("mo", "x" * 43)
        answer = visit.post(_DRAFT, data=STEPS["wie"])
        assert (answer.status_code, "Dat is niet verstuurd." in answer.text) == (403, True)


def test_a_form_of_someone_who_logged_out_elsewhere_says_so_at_the_login(site: Site) -> None:
    with _visit(site, None) as visit:
        answer = visit.post(_DRAFT, data=STEPS["wie"], follow_redirects=True)
        assert (answer.url.path, "Wat u invulde, is niet verstuurd." in answer.text) == ("/inloggen", True)


def test_back_after_logout_shows_no_post(browser: Browser, site: Site) -> None:
    with tab(browser, site.url, session=site.session(JAYLANO), viewport=PHONE) as opened:
        opened.go(f"/post/{id_text(site.story.letters['boete'])}")
        opened.page.get_by_role("button", name="Uitloggen").click()
        opened.page.go_back()
        assert opened.h1 == "Log in op Mijnoverzicht"


def test_back_after_stop_shows_a_helper_nothing(browser: Browser, site: Site) -> None:
    citizen, helper = site.story.stranger(), site.story.stranger()
    site.run(site.story.deliver(citizen, "cjib_wahv_beschikking", onderwerp="Een boete"))
    with _visit(site, citizen) as giving, tab(browser, site.url, session=site.session(helper)) as looking:
        code = codes(give(giving))[0]
        looking.go("/clienten")
        looking.page.get_by_label("De code die u kreeg").fill(code)
        looking.page.get_by_role("button", name="Code controleren").click()
        looking.page.get_by_role("link", name=f"Post van {citizen.name}").click()
        looking.page.get_by_role("link", name="Een boete").click()
        looking.go("/hulp")
        giving.post(f"/meekijken/{live(giving)[0]}/stoppen")
        looking.page.go_back()
        assert looking.h1 == "Deze pagina is er niet"


@pytest.mark.parametrize("who", [None, JAYLANO, KARIN], ids=["nobody", "citizen", "helper"])
def test_no_page_may_be_kept_by_a_browser(site: Site, who: Identity | None) -> None:
    with _visit(site, who) as visit:
        for path in ("/", "/post", "/meekijken", "/inzage", "/clienten", "/hulp", "/uitgelogd", "/bestaat/niet"):
            assert visit.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/post?voor=x", 404),
        ("/post?voor=%00", 404),
        (f"/post?voor={'A' * 31}", 404),
        (f"/post?voor={quote(_LONG)}", 404),
        ("/post?afzender=1", 404),
        ("/post?afzender=%D9%A1", 404),
        (f"/post?zoek={quote(_LONG)}", 200),
        ("/post?vraag=x", 404),
        ("/post?vraag=%00%FF%F0%9F%98%80&onbekend=1&vraag=2", 404),
        (f"/post?vraag={quote(_LONG)}", 404),
        ("/post?aantal=x", 404),
        ("/post?gedaan=archief&aantal=999999999", 200),
        ("/inzage?voor=-1", 404),
        ("/inzage?voor=%D9%A1", 404),
        ("/inzage?voor=99999999999999999999", 404),
        ("/inzage?voor=0", 200),
        (f"/clienten?zoek={quote(_LONG)}&nieuw=x", 200),
        ("/meekijken/x/stoppen", 404),
        (f"/post/{'a' * 5_000}", 404),
        ("/post/%2e%2e%2finzage", 404),
        ("/static/%2e%2e%2fpages.py", 404),
    ],
)
def test_an_address_that_was_changed_gives_a_page(site: Site, address: str, status: int) -> None:
    with _visit(site, JAYLANO) as visit:
        answer = visit.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "<h1" in answer.text


def test_what_was_searched_for_is_only_text(site: Site) -> None:
    with _visit(site, JAYLANO) as visit:
        sought = {"zoek": '"><script>1</script>', "afzender": CJIB}
        answer = visit.post("/post/zoeken", data=sought, follow_redirects=True)
        assert (answer.status_code, "&lt;script&gt;1" in answer.text, "<script" in answer.text) == (200, True, False)


@pytest.mark.parametrize(("field", "value", "status"), [
    ("zoek", _LONG, 200), ("zoek", "\x00 \u202e", 200), ("onderwerp", "liefde", 404), ("afzender", "1", 404),
])  # fmt: skip
def test_a_search_that_no_form_of_ours_sends_gives_a_page(site: Site, field: str, value: str, status: int) -> None:
    with _visit(site, JAYLANO) as visit:
        answer = visit.post("/post/zoeken", data={field: value}, follow_redirects=True)
        assert (answer.status_code, "<h1" in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"naam": _LONG}, "naam"),
        ({"naam": " \u202e\x00\u200b "}, "naam"),
        ({"periode": "zelf"}, "vanaf"),
        ({"periode": "zelf", "vanaf-dag": "1", "vanaf-maand": "1", "vanaf-jaar": "26"}, "vanaf"),
        ({"tot": "zelf", "einde-dag": "²", "einde-maand": "1", "einde-jaar": "2027"}, "einde"),
        ({"tot": "zelf", "einde-dag": "9" * 5_000, "einde-maand": "1", "einde-jaar": "2027"}, "einde"),
        ({"tot": "altijd"}, "tot"),
    ],
)
def test_a_field_that_cannot_be_right_is_named(site: Site, changes: dict[str, str], field: str) -> None:
    with _visit(site, site.story.stranger()) as citizen:
        step = STEP_OF[next(iter(changes))]
        refused = answer(citizen, begin(citizen), step, **changes)
        assert refused.status_code == 422
        assert f'<a class="utrecht-link utrecht-link--html-a" href="#{field}">' in refused.text


def test_a_name_cannot_turn_the_text_around_it(site: Site) -> None:
    with _visit(site, site.story.stranger()) as citizen:
        given = give(citizen, {"naam": "\u202eaiR\x00  etnaT"})
        assert "Geef deze code aan aiR etnaT" in given.text
        assert "\u202e" not in given.text


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"naam=%ff%fe", "application/x-www-form-urlencoded"),
        (b"naam=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"naam=" + b"a" * 1_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % number for number in range(2_000)), "application/x-www-form-urlencoded"),
        (b'{"naam": "x"}', "application/json"),
        (b"", "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_form_of_ours_is_refused(site: Site, content: bytes, media_type: str) -> None:
    with _visit(site, site.story.stranger()) as citizen:
        refused = citizen.post(f"{begin(citizen)}/wie", content=content, headers={"Content-Type": media_type})
        assert (refused.status_code, live(citizen)) == (400, [])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{site}"},
        {"Origin": "https://elders.example"},
        {"Origin": "null"},
        {"Origin": "{site}.elders.example"},
        {"Referer": "https://elders.example/?{site}"},
        {"Origin": "https://elders.example", "Referer": "{site}/post"},
    ],
)
def test_a_form_of_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    citizen = site.story.stranger()
    given = {name: value.format(site=site.url) for name, value in headers.items()}
    with httpx.Client(base_url=site.url, cookies={"mo": site.session(citizen)}) as foreign:
        draft = begin(foreign)
        for path in (f"{draft}/wie", f"{draft}/controleren", "/uitloggen", "/clienten/code", "/inloggen"):
            assert foreign.post(path, data=STEPS["wie"], headers=given).status_code == 403
        assert foreign.get("/meekijken").status_code == 200
        assert live(foreign) == []


@pytest.mark.parametrize("headers", [_OURS, {"Origin": "{site}"}, {"Referer": "{site}/meekijken/geven"}])
def test_a_form_of_our_own_is_taken(site: Site, headers: dict[str, str]) -> None:
    given = {name: value.format(site=site.url) for name, value in headers.items()}
    with httpx.Client(base_url=site.url, cookies={"mo": site.session(site.story.stranger())}) as own:
        assert own.post(f"{begin(own)}/wie", data=STEPS["wie"], headers=given).status_code == 303


def test_the_post_of_someone_else_is_not_there(site: Site) -> None:
    letter, grant = id_text(site.story.letters["boete"]), id_text(site.story.grants["karin"])
    paths = [
        f"/post/{letter}",
        f"/post/{letter}/bijlagen/0",
        f"/meekijken/{grant}/stoppen",
        f"/meekijken/{grant}/gestopt",
    ]
    paths += [
        f"/clienten/{grant}/post",
        f"/clienten/{grant}/post/{letter}",
        f"/clienten/{grant}/post/{letter}/bijlagen/0",
    ]
    with _visit(site, site.story.stranger()) as other:
        assert {path: other.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
        assert other.post(f"/meekijken/{grant}/stoppen").status_code == 404
