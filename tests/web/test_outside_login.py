"""Logging in at a real OpenID provider, on a phone and without scripts; and who tries to get in with less."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
import structlog
from playwright.sync_api import Browser

from mailbox.observability import configure_logging
from tests.openid_provider import LOW, SUBSTANTIAL
from tests.web.browser import DESKTOP, PHONE, Tab, tab
from tests.web.gates import AT_ANY_WIDTH, AT_EACH_WIDTH, findings
from tests.web.outside import Outside, site_with_provider
from tests.web.steps import press

TERUG: Final = "/inloggen/terug/digid"
MISLUKT: Final = "Het inloggen is niet gelukt, of duurde te lang. Probeer het opnieuw."


@pytest.fixture(scope="module")
def outside(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with site_with_provider(sqlite_template, tmp_path_factory.mktemp("outside")) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(outside: Outside) -> Iterator[None]:
    yield
    outside.provider.lie()


@pytest.fixture
def visitor(browser: Browser, outside: Outside) -> Iterator[Tab]:
    """On a phone, without scripts."""
    with tab(browser, outside.site.url, viewport=PHONE, also=(outside.provider.issuer,)) as opened:
        yield opened


def choose(visitor: Tab, means: str, who: str) -> None:
    """From our login page, over the provider's, and back."""
    visitor.page.get_by_role("link", name=re.compile(means)).click()
    assert visitor.h1 == "Inlogdienst"
    visitor.page.get_by_role("button", name=who).click()
    visitor.page.wait_for_url(f"{visitor.site}/**")


def test_one_logs_in_and_comes_where_one_was_going(visitor: Tab) -> None:
    visitor.go("/betalen")
    assert visitor.h1 == "Log in op Mijnoverzicht"
    choose(visitor, "Inloggen met DigiD", "jaylano (substantial)")
    visitor.page.wait_for_url(f"{visitor.site}/betalen")
    assert visitor.h1 == "Betalen"
    (cookie,) = visitor.page.context.cookies(visitor.site)
    assert (cookie["name"], cookie["sameSite"], cookie["httpOnly"]) == ("mo", "Strict", True)
    press(visitor.page, "Uitloggen")
    assert visitor.h1 == "U bent uitgelogd"
    assert visitor.elsewhere == []


@pytest.mark.parametrize(
    ("who", "path"), [("karin (low)", "/clienten"), ("fatma (low)", "/balie")], ids=["helper", "desk"]
)
def test_who_comes_for_an_organisation_begins_at_work(visitor: Tab, who: str, path: str) -> None:
    visitor.go("/inloggen")
    choose(visitor, "Inloggen met uw werkaccount", who)
    visitor.page.wait_for_url(f"{visitor.site}{path}")


def test_who_stops_half_way_reads_that_nothing_happened(visitor: Tab) -> None:
    visitor.go("/inloggen?naar=/inzage")
    choose(visitor, "Inloggen met DigiD", "Annuleren")
    assert visitor.page.title().startswith("Fout: ")
    assert "Het inloggen is gestopt. Er is niets gebeurd." in visitor.words
    choose(visitor, "Inloggen met DigiD", "samira (substantial)")
    visitor.page.wait_for_url(f"{visitor.site}/inzage")


def test_a_level_that_is_too_low_opens_nothing(visitor: Tab) -> None:
    visitor.go("/inloggen")
    choose(visitor, "Inloggen met DigiD", "jaylano (low)")
    assert "op een manier die niet veilig genoeg is voor uw post" in visitor.words
    assert visitor.page.context.cookies(visitor.site) == []


def test_a_provider_that_is_down_is_told(visitor: Tab) -> None:
    assert visitor.go("/inloggen/met/stuk") == 503
    assert "Inloggen lukt nu niet, door een storing bij de inlogdienst." in visitor.words


def test_the_second_click_is_harmless(visitor: Tab) -> None:
    visitor.go("/inloggen")
    choose(visitor, "Inloggen met DigiD", "samira (substantial)")
    visitor.page.wait_for_url(f"{visitor.site}/post")
    visitor.go(TERUG)
    assert visitor.path == "/post"
    visitor.go("/inloggen/met/digid")
    assert visitor.path == "/post"


def test_one_logs_out_there_as_well_and_nothing_in_the_address_says_who(visitor: Tab, outside: Outside) -> None:
    visitor.go("/inloggen")
    choose(visitor, "Inloggen met uw werkaccount", "karin (low)")
    visitor.page.wait_for_url(f"{visitor.site}/clienten")
    visitor.go("/uitloggen/bij/werk")
    assert visitor.path == "/clienten"
    press(visitor.page, "Uitloggen")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.get_by_role("link", name="Uitloggen bij uw werkaccount").click()
    assert visitor.h1 == "U bent uitgelogd bij de inlogdienst"
    assert asked[:2] == [f"{visitor.site}/uitloggen/bij/werk", f"{outside.provider.issuer}/session"]


def test_who_cannot_log_out_there_is_told_that_they_are_out_here(visitor: Tab) -> None:
    assert visitor.go("/uitloggen/bij/stuk") == 503
    assert "Hier bent u uitgelogd. Uitloggen bij de inlogdienst lukt nu niet." in visitor.words
    assert visitor.go("/uitloggen/bij/onbekend") == 404


@pytest.mark.parametrize(
    "path", ["/inloggen", "/inloggen/met/stuk", f"{TERUG}?code=x&state=y", "/uitgelogd", "/uitloggen/bij/stuk"]
)
def test_each_page_passes_every_gate(browser: Browser, outside: Outside, path: str) -> None:
    with tab(browser, outside.site.url, scripts=True, viewport=DESKTOP) as opened:
        opened.go(path)
        assert findings(opened.page, (*AT_ANY_WIDTH, *AT_EACH_WIDTH)) == []
        opened.page.set_viewport_size(PHONE)
        assert findings(opened.page, AT_EACH_WIDTH) == []


class Caller:
    """Somebody with a program instead of a browser: knows what is in their cookies, and may send what they like."""

    def __init__(self, outside: Outside) -> None:
        self.site = outside.site.url
        self.issuer = outside.provider.issuer
        self.http = httpx.Client(base_url=self.site, trust_env=False)
        self.secrets: list[str] = []

    def answer(self, who: str, level: str = SUBSTANTIAL, target: str = "") -> dict[str, str]:
        """Goes to the provider, logs in there, and holds what it would bring back."""
        there = self.http.get("/inloggen/met/digid", params={"naar": target}).headers["location"]
        self.secrets += dict(parse_qsl(urlsplit(there).query)).values()
        page = httpx.get(there)
        found = re.search('name="token" value="([^"]+)"', page.text)
        assert found is not None
        sent = httpx.post(f"{self.issuer}/gekozen", data={"token": found[1], "wie": f"{who} {level}"})
        answer = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
        self.secrets += answer.values()
        return answer

    def back(self, answer: dict[str, str], at: str = TERUG) -> httpx.Response:
        return self.http.get(f"{at}?{urlencode(answer)}")

    def is_in(self) -> bool:
        return self.http.get("/post").status_code == 200


@contextmanager
def caller(outside: Outside) -> Iterator[Caller]:
    one = Caller(outside)
    with one.http:
        yield one


@pytest.fixture
def stranger(outside: Outside) -> Iterator[Caller]:
    with caller(outside) as one:
        yield one


def refused(stranger: Caller, answer: dict[str, str]) -> None:
    """Nobody is let in, and nobody learns why."""
    told = stranger.back(answer)
    assert told.status_code == 422
    assert MISLUKT in told.text
    assert "mo=" not in told.headers.get("set-cookie", "").replace("mo-inloggen", "")
    assert not stranger.is_in()


def test_what_all_refusals_below_differ_from(stranger: Caller) -> None:
    told = stranger.back(stranger.answer("jaylano"))
    assert told.status_code == 200
    assert told.headers["refresh"] == "0; url=/post"
    assert stranger.is_in()


def test_an_answer_without_a_question_is_refused(outside: Outside, stranger: Caller) -> None:
    """Somebody sends a victim a link with an answer of their own, to have them work in another's mailbox."""
    with caller(outside) as attacker:
        answer = attacker.answer("samira")
    refused(stranger, answer)


def test_anothers_answer_is_refused_whatever_state_it_says(outside: Outside, stranger: Caller) -> None:
    """A stolen code is of no use: it was asked for with a secret that the thief does not have (RFC 7636)."""
    with caller(outside) as victim:
        stolen = victim.answer("jaylano")
    stranger.answer("samira")
    refused(stranger, stolen)
    own = stranger.answer("samira")
    refused(stranger, {**own, "code": stolen["code"]})


def test_an_answer_works_once(stranger: Caller) -> None:
    answer = stranger.answer("jaylano")
    cookie = stranger.http.cookies["mo-inloggen"]
    assert stranger.back(answer).status_code == 200
    stranger.http.cookies.clear()
    stranger.http.cookies.set("mo-inloggen", cookie)
    refused(stranger, answer)


def test_a_question_is_forgotten_after_a_quarter_of_an_hour(outside: Outside, stranger: Caller) -> None:
    answer = stranger.answer("jaylano")
    cookie = stranger.http.cookies["mo-inloggen"]
    clock = outside.site.story.clock
    clock.ms += 15 * 60_000
    stranger.http.cookies.set("mo-inloggen", cookie, domain="127.0.0.1")
    refused(stranger, answer)


@pytest.mark.parametrize("kept", ["", "x", "A" * 80, "é"])
def test_a_cookie_that_is_not_ours_is_refused(stranger: Caller, kept: str) -> None:
    answer = stranger.answer("jaylano")
    stranger.http.cookies.clear()
    told = httpx.get(f"{stranger.site}{TERUG}?{urlencode(answer)}", headers={b"cookie": f"mo-inloggen={kept}".encode()})
    assert (told.status_code, MISLUKT in told.text) == (422, True)


@pytest.mark.parametrize(
    "changed", [{"iss": "https://elders.example"}, {"code": ""}, {"error": "server_error"}, {"state": ""}], ids=str
)
def test_an_answer_that_is_changed_is_refused(stranger: Caller, changed: dict[str, str]) -> None:
    refused(stranger, {**stranger.answer("jaylano"), **changed})


LIES: Final[dict[str, dict[str, Any]]] = {
    "another login": {"claims": {"nonce": "x" * 43}},
    "no nonce": {"claims": {"nonce": None}},
    "for another": {"claims": {"aud": "een-ander"}},
    "for us and another": {"claims": {"aud": ["mijnoverzicht-proef", "een-ander"]}},
    "asked by another": {"claims": {"azp": "een-ander"}},
    "of another": {"claims": {"iss": "https://elders.example"}},
    "over": {"claims": {"exp": 1_700_000_000}},
    "without end": {"claims": {"exp": None}},
    "of later": {"claims": {"iat": 4_000_000_000}},
    "nobody": {"claims": {"sub": None}},
    "acts for another": {"claims": {"represents": {"sub": "x", "iss": "https://elders.example"}}},
    "acts for another, as is added": {"userinfo": {"represents": {"sub": "x", "iss": "https://elders.example"}}},
    "another key": {"key": "other"},
    "the public key as a secret": {"key": "public"},
    "no signature": {"key": "none"},
    "of somebody else": {"userinfo": {"sub": "samira"}},
    "no BSN": {"userinfo": {"bsn": ""}},
    "no good BSN": {"userinfo": {"bsn": "999990018"}},
    "a BSN that is a number": {"userinfo": {"bsn": 999990019}},
    "a name with a line end": {"userinfo": {"name": "Jaylano\nMeerman"}},
    "a name without end": {"userinfo": {"name": "J" * 81}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_provider_that_says_less_than_the_truth_lets_nobody_in(
    outside: Outside, stranger: Caller, lie: dict[str, Any]
) -> None:
    outside.provider.lie(**lie)
    refused(stranger, stranger.answer("jaylano"))


def test_a_lie_that_says_nothing_new_changes_nothing(outside: Outside, stranger: Caller) -> None:
    """So it is the lies that are refused, and not how they are told."""
    outside.provider.lie(claims={"nieuw": "veld"}, userinfo={"nog": "een"})
    assert stranger.back(stranger.answer("jaylano")).status_code == 200


def test_an_answer_is_of_the_provider_at_whose_address_it_comes(stranger: Caller) -> None:
    """One that was broken into would have the answer of another brought to it (RFC 9700 §4.4)."""
    answer = stranger.answer("jaylano")
    assert stranger.back(answer, at="/inloggen/terug/werk").status_code == 422
    assert not stranger.is_in()
    assert stranger.back(stranger.answer("jaylano")).status_code == 200


def test_who_logs_in_anew_leaves_no_session_behind(stranger: Caller) -> None:
    stranger.back(stranger.answer("jaylano"))
    before = stranger.http.cookies["mo"]
    del stranger.http.cookies["mo"]
    answer = stranger.answer("samira")
    stranger.http.cookies.set("mo", before, domain="127.0.0.1")
    assert stranger.back(answer).status_code == 200
    assert httpx.get(f"{stranger.site}/post", cookies={"mo": before}).status_code == 403
    assert stranger.is_in()


@pytest.mark.parametrize("acr", [None, LOW, f"{SUBSTANTIAL} {LOW}", [SUBSTANTIAL]], ids=str)
def test_a_level_is_what_the_token_says(outside: Outside, stranger: Caller, acr: object) -> None:
    outside.provider.lie(claims={"acr": acr}, userinfo={"acr": SUBSTANTIAL})
    told = stranger.back(stranger.answer("jaylano"))
    assert (told.status_code, "niet veilig genoeg" in told.text) == (422, True)
    assert not stranger.is_in()


def test_a_person_without_a_name_is_not_let_in(stranger: Caller) -> None:
    refused(stranger, stranger.answer("naamloos"))


def test_who_is_in_is_not_sent_away(stranger: Caller) -> None:
    stranger.back(stranger.answer("jaylano"))
    assert stranger.http.get("/inloggen/met/digid").headers["location"] == "/post"


@pytest.mark.parametrize(
    "target",
    [
        "https://elders.example",
        "//elders.example",
        "/post/../x",
        "/inloggen/terug/digid",
        "/post\n",
        "/oauth/authorize?x=';url=https://elders.example",
        f"/oauth/authorize?state={'x' * 4000}",
    ],
)
def test_nobody_is_sent_to_another_place(stranger: Caller, target: str) -> None:
    page = stranger.http.get("/inloggen", params={"naar": target})
    assert target not in page.text
    assert stranger.back(stranger.answer("jaylano", target=target)).headers["refresh"] == "0; url=/post"


def test_there_is_no_other_way_in(stranger: Caller) -> None:
    """The demo's stand-in is not there, and neither is a choice that nobody made."""
    told = stranger.http.post("/inloggen", data={"persoon": "jaylano"}, headers={"sec-fetch-site": "same-origin"})
    assert told.status_code == 501
    assert stranger.http.get("/inloggen/met/onbekend").status_code == 422


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that this process logs, at the level that says most; also of the libraries that ask the provider."""
    before, root, written = structlog.get_config(), logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    configure_logging("DEBUG", stream=written)
    try:
        yield written
    finally:
        structlog.configure(**before)
        root.handlers = handlers
        root.setLevel(level)


def test_no_line_of_the_log_says_who_logged_in_or_with_what(
    outside: Outside, stranger: Caller, logged: io.StringIO
) -> None:
    """Of who got in, and of every refusal: no address of a provider with its query, no token, no BSN, no name."""
    for lie in ({}, *LIES.values()):
        outside.provider.lie(**lie)
        answer = stranger.answer("jaylano")
        stranger.secrets.append(stranger.http.cookies["mo-inloggen"])
        stranger.back(answer)
        stranger.secrets += stranger.http.cookies.values()
        stranger.http.cookies.clear()
    stranger.http.get("/inloggen/met/stuk")
    said = logged.getvalue()
    for expected in ('"login_refused"', '"login_provider_failed"', '"/inloggen/terug/{key}"', '"signature"', '"nonce"'):
        assert expected in said
    known = {"code", "S256", "openid profile", SUBSTANTIAL, "login", "mijnoverzicht-proef", outside.provider.issuer}
    secrets = {value for value in stranger.secrets if value not in known and not value.startswith("http")}
    assert len(secrets) > 3 * len(LIES)
    personal = {"999990019", "Jaylano", "jaylano", "Meerman", "eyJ", "code=", "state=", "Bearer"}
    assert [value for value in secrets | personal if value in said] == []
