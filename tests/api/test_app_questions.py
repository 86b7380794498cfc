"""What an app asks of a person: whom we ask at all, what they read, and where they are sent (RFC 6749 §4.1, §10.15)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from mailbox.services.log_entries import Act
from tests.api.portal import OWN_FORM, Portal, said
from tests.web.story import JAYLANO, KARIN

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NO_REDIRECT = {
    "no app": {"client_id": None},
    "unknown app": {"client_id": "00000000-0000-4000-8000-000000000000"},
    "no id at all": {"client_id": "postkijker"},
    "id in capitals": {"client_id": "AAAAAAAA-0000-4000-8000-000000000000"},
    "no address": {"redirect_uri": None},
    "other site": {"redirect_uri": "https://evil.example/terug"},
    "other path": {"redirect_uri": "https://app.example/terug/"},
    "longer": {"redirect_uri": "https://app.example/terugkeer"},
    "shorter": {"redirect_uri": "https://app.example/"},
    "with a query": {"redirect_uri": "https://app.example/terug?a=b"},
    "with a fragment": {"redirect_uri": "https://app.example/terug#a"},
    "in capitals": {"redirect_uri": "https://APP.example/terug"},
    "with its port": {"redirect_uri": "https://app.example:443/terug"},
    "with a name": {"redirect_uri": "https://app.example@evil.example/terug"},
    "without encryption": {"redirect_uri": "http://app.example/terug"},
    "a script": {"redirect_uri": "javascript:alert(1)"},
}


@pytest.mark.parametrize("changes", NO_REDIRECT.values(), ids=NO_REDIRECT)
async def test_nobody_is_sent_to_an_address_that_is_not_the_apps(
    portal: Portal, changes: dict[str, str | None]
) -> None:
    app = await portal.register()
    for answer in (await app.ask(JAYLANO, **changes), await app.answered(JAYLANO, **changes)):
        assert (answer.status_code, answer.headers.get("location")) == (400, None)
        assert "Deze app kennen wij niet" in answer.text
        assert "evil.example" not in answer.text


async def test_a_blocked_app_is_as_unknown(portal: Portal) -> None:
    app = await portal.register()
    unknown = await app.ask(JAYLANO, client_id="00000000-0000-4000-8000-000000000000")
    await portal.story.services.apps.block(app.record.app_id)
    answers = [await app.ask(JAYLANO), await app.answered(JAYLANO)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert {answer.text for answer in answers} == {unknown.text}
    await portal.story.services.apps.unblock(app.record.app_id)
    assert (await app.ask(JAYLANO)).status_code == 200


async def test_a_field_that_is_there_twice_is_answered_with_a_page(portal: Portal) -> None:
    app = await portal.register()
    twice = urlencode([*app.question().items(), ("redirect_uri", "https://evil.example/")])
    answer = await portal.client.get(f"/oauth/authorize?{twice}", headers=await portal.cookie(JAYLANO))
    assert (answer.status_code, answer.headers.get("location")) == (400, None)


WRONG: dict[str, tuple[dict[str, str | None], str]] = {
    "no response type": ({"response_type": None}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "no pkce": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "plain pkce": ({"code_challenge_method": "plain"}, "invalid_request"),
    "pkce without a method, which is plain": ({"code_challenge_method": None}, "invalid_request"),
    "s256": ({"code_challenge_method": "s256"}, "invalid_request"),
    "short challenge": ({"code_challenge": "a" * 42}, "invalid_request"),
    "padded challenge": ({"code_challenge": "a" * 42 + "="}, "invalid_request"),
    "no state": ({"state": None}, "invalid_request"),
    "short state": ({"state": "s" * 21}, "invalid_request"),
    "long state": ({"state": "s" * 513}, "invalid_request"),
    "state with a line": ({"state": "s" * 22 + "\r\n"}, "invalid_request"),
    "no scope": ({"scope": None}, "invalid_scope"),
    "empty scope": ({"scope": ""}, "invalid_scope"),
    "unknown scope": ({"scope": "post:lezen beheer"}, "invalid_scope"),
    "scope of organisations": ({"scope": "berichten:aanleveren"}, "invalid_scope"),
}


@pytest.mark.parametrize(("changes", "error"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_told_to_the_app_and_a_yes_changes_nothing(
    portal: Portal, changes: dict[str, str | None], error: str
) -> None:
    app = await portal.register()
    for answer in (await app.ask(JAYLANO, **changes), await app.answered(JAYLANO, **changes)):
        told = said(answer)
        assert answer.headers["location"].startswith("https://app.example/terug?error=")
        assert (told["error"], told["iss"], "code" in told) == (error, "http://127.0.0.1:8000", False)
        assert "\n" not in answer.headers["location"]


async def test_a_person_reads_who_asks_what_and_where_they_go(portal: Portal) -> None:
    app = await portal.register(name="Post <b>& Co</b>")
    page = (await app.ask(JAYLANO, scope="post:lezen inzagelog:lezen")).text
    words = ("Post &lt;b&gt;&amp; Co&lt;/b&gt;", "Jaylano Meerman", "uw post lezen", "wie wanneer", "app.example")
    assert [word for word in words if word not in page] == []
    assert "regelen wie" not in page
    assert "mensen die u helpt" not in page


async def test_the_form_may_lead_to_the_app_and_nowhere_else(portal: Portal) -> None:
    app = await portal.register()
    policy = (await app.ask(JAYLANO)).headers["content-security-policy"]
    assert "form-action 'self' https://app.example;" in policy
    other = (await portal.client.get("/post", headers=await portal.cookie(JAYLANO))).headers["content-security-policy"]
    assert policy.replace(" https://app.example", "") == other


async def test_yes_brings_a_code_and_the_state_and_says_who_we_are(portal: Portal) -> None:
    app = await portal.register()
    answer = await app.answered(JAYLANO, state="!~" + "x&y=z" * 5)
    assert answer.headers["location"].startswith("https://app.example/terug?code=")
    told = said(answer)
    assert set(told) == {"code", "state", "iss"}
    assert (told["state"], len(told["code"])) == ("!~" + "x&y=z" * 5, 43)
    with_query = await app.answered(JAYLANO, redirect_uri=app.record.return_addresses[1])
    assert with_query.headers["location"].startswith("https://app.example/terug?van=mo&code=")


@pytest.mark.parametrize("answer", ["nee", "", "JA"])
async def test_anything_but_yes_is_no(portal: Portal, answer: str) -> None:
    app = await portal.register()
    assert said(await app.answered(JAYLANO, answer))["error"] == "access_denied"


async def test_a_yes_is_in_the_persons_own_log_and_a_no_is_not(portal: Portal) -> None:
    app = await portal.register()
    await app.answered(JAYLANO, "nee")
    jaylano, book = await portal.story.person(JAYLANO), portal.story.services.log_book
    assert (await book.entries(jaylano)).lines == ()
    await app.answered(JAYLANO, scope="post:lezen")
    (line,) = (await book.entries(jaylano)).lines
    assert (line.action, line.details) == (Act.CONNECTED, {"app": "Postkijker", "scopes": ["post:lezen"]})
    page = await portal.client.get("/inzage", headers=await portal.cookie(JAYLANO))
    assert "U liet de app Postkijker toe, voor een kwartier." in page.text


async def test_who_is_not_logged_in_logs_in_and_goes_on(portal: Portal) -> None:
    app = await portal.register()
    first = await portal.client.get("/oauth/authorize", params=app.question(state="!" * 22 + "/?#&"))
    login = first.headers["location"]
    assert (first.status_code, login.startswith("/inloggen?naar=%2Foauth%2Fauthorize%3F")) == (303, True)
    field = re.search(r'name="naar" value="([^"]*)"', (await portal.client.get(login)).text)
    assert field is not None
    form = {"naar": field.group(1).replace("&amp;", "&"), "persoon": "jaylano"}
    done = await portal.client.post("/inloggen", data=form, headers=OWN_FORM)
    portal.client.cookies.clear()
    cookie = {"Cookie": done.headers["set-cookie"].partition(";")[0]}
    page = await portal.client.get(done.headers["location"], headers=cookie)
    assert (page.status_code, "Wilt u de app Postkijker toelaten?" in page.text) == (200, True)
    assert f'value="{"!" * 22}/?#&amp;"' in page.text


@pytest.mark.parametrize(
    "target",
    [
        "/oauth/authorize",
        "/oauth/token?a=b",
        "/oauth/authorize?a=\\\\evil.example",
        "//evil.example/oauth/authorize?a=b",
        "/oauth/authorize/?a=b",
        "/oauth/authorize?a=b\r\nSet-Cookie: a=b",
        "/oauth/authorize?<script>",
    ],
)
async def test_a_login_leads_to_no_other_place(portal: Portal, target: str) -> None:
    form = {"naar": target, "persoon": "karin"}
    done = await portal.client.post("/inloggen", data=form, headers=OWN_FORM)
    portal.client.cookies.clear()
    assert done.headers["location"] == "/clienten"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://app.example"}])
async def test_a_yes_from_another_site_is_refused(portal: Portal, headers: dict[str, str]) -> None:
    app = await portal.register()
    form = {**app.question(), "antwoord": "ja"}
    given = {**await portal.cookie(KARIN), **headers}
    answer = await portal.client.post("/oauth/authorize", data=form, headers=given)
    assert (answer.status_code, answer.headers.get("location")) == (403, None)
