"""Tokens of apps: every way to get one that is not theirs, and every way in which one ends (RFC 6749 §10, RFC 7636)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from mailbox.api.app_grants import ACCESS_TOKEN
from mailbox.bootstrap import services
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import id_text
from mailbox.services.app_access import CODE_MS, TOKEN_MS
from tests.api.portal import API, Portal, access_token, claims_of, detail, portal_settings, wide
from tests.web.story import JAYLANO, KARIN, LEO, SAMIRA

ANOTHER = "v" * 43
UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def test_a_yes_becomes_a_token_for_a_quarter_of_an_hour(portal: Portal) -> None:
    app = await portal.register()
    answer = await app.redeem(await app.code(JAYLANO, scope="post:lezen inzagelog:lezen"))
    body = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert {name: body[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "inzagelog:lezen post:lezen",
    }
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (await app.get(body["access_token"], "/tijdlijn")).status_code == 200


async def test_a_token_says_what_the_profile_asks_and_nothing_about_the_person(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    public = ECKey.import_key((await portal.client.get("/oauth/jwks")).json()["keys"][0])
    checked = jwt.decode(token, public, algorithms=["ES256"])
    now = portal.clock.ms // 1000
    assert (checked.header["alg"], checked.header["typ"]) == ("ES256", "at+jwt")
    assert set(checked.claims) == {"iss", "sub", "sub_id_type", "azp", "aud", "iat", "exp", "jti", "scope"}
    assert (checked.claims["azp"], checked.claims["aud"]) == (app.record.client_id, API)
    assert (checked.claims["iat"], checked.claims["exp"]) == (now, now + 900)
    assert (checked.claims["sub_id_type"], len(checked.claims["jti"])) == ("urn:nl-eid-gdi:1.0:id:pseudonym", 43)
    mailbox_id = (await portal.story.person(JAYLANO)).mailbox_id
    told = str(checked.claims)
    assert [word for word in ("999990019", "Jaylano", id_text(mailbox_id), mailbox_id.hex()) if word in told] == []


async def test_a_person_has_one_name_for_an_app_and_another_for_the_next(portal: Portal) -> None:
    one, other = await portal.register(), await portal.register()
    names = [claims_of(await app.token(who))["sub"] for app in (one, other) for who in (JAYLANO, JAYLANO, SAMIRA)]
    assert names[0] == names[1]
    assert names[3] == names[4]
    assert len(set(names)) == 4


CODE_FIELDS: dict[str, dict[str, str | None]] = {
    "another code": {"code": "c" * 43},
    "another verifier": {"code_verifier": ANOTHER},
    "a short verifier": {"code_verifier": "v"},
    "another address of the app": {"redirect_uri": "https://app.example/terug?van=mo"},
    "another address": {"redirect_uri": "https://evil.example/terug"},
}


@pytest.mark.parametrize("changes", CODE_FIELDS.values(), ids=CODE_FIELDS)
async def test_a_code_works_with_what_it_was_asked_with_and_is_tried_once(
    portal: Portal, changes: dict[str, str | None]
) -> None:
    app = await portal.register()
    code = await app.code(JAYLANO)
    answer = await app.redeem(code, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    again = await app.redeem(code)
    assert again.status_code == (200 if "code" in changes else 400)


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier"])
async def test_a_field_that_is_missing_is_told_and_spends_no_code(portal: Portal, name: str) -> None:
    app = await portal.register()
    code = await app.code(JAYLANO)
    answer = await app.redeem(code, **{name: ""})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert (await app.redeem(code)).status_code == 200


async def test_the_challenge_itself_is_no_verifier(portal: Portal) -> None:
    """What `plain` would be."""
    app = await portal.register()
    code = await app.code(JAYLANO)
    assert (await app.redeem(code, code_verifier=app.question()["code_challenge"])).json()["error"] == "invalid_grant"


async def test_a_code_lasts_a_minute(portal: Portal) -> None:
    app = await portal.register()
    late, in_time = await app.code(JAYLANO), await app.code(JAYLANO)
    portal.clock.ms += CODE_MS - 1
    assert (await app.redeem(in_time)).status_code == 200
    portal.clock.ms += 1
    assert (await app.redeem(late)).json()["error"] == "invalid_grant"
    portal.clock.ms -= 1
    assert (await app.redeem(late)).json()["error"] == "invalid_grant"


async def test_a_code_that_comes_again_ends_what_it_gave(portal: Portal) -> None:
    """RFC 6749 §4.1.2: it was stolen, and nobody knows by which of the two."""
    app = await portal.register()
    code = await app.code(JAYLANO)
    token = access_token(await app.redeem(code))
    assert (await app.get(token, "/tijdlijn")).status_code == 200
    assert (await app.redeem(code)).json()["error"] == "invalid_grant"
    assert (await app.get(token, "/tijdlijn")).status_code == 401


async def test_of_many_who_bring_a_code_at_once_at_most_one_is_served(portal: Portal) -> None:
    app = await portal.register()
    code = await app.code(JAYLANO)
    answers = await asyncio.gather(*(app.redeem(code) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers)[1:] == [400] * 5


async def test_a_code_of_one_app_gives_another_nothing(portal: Portal) -> None:
    app, thief = await portal.register(), await portal.register(name="Dief")
    thief.verifier = app.verifier
    code = await app.code(JAYLANO)
    assert (await thief.redeem(code)).json()["error"] == "invalid_grant"
    assert (await app.redeem(code)).json()["error"] == "invalid_grant"


async def test_an_app_without_a_secret_says_who_it_is_and_one_with_a_key_proves_it(portal: Portal) -> None:
    public, confidential = await portal.register(with_key=False), await portal.register()
    for app in (public, confidential):
        assert (await app.redeem(await app.code(JAYLANO))).status_code == 200
    proof_less: dict[str, str | None] = {
        "client_id": confidential.record.client_id,
        "client_assertion": None,
        "client_assertion_type": None,
    }
    refused = await confidential.redeem(await confidential.code(JAYLANO), **proof_less)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    proof = {**confidential.proof(), "client_id": public.record.client_id}
    assert (await public.redeem(await public.code(JAYLANO), **proof)).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": UNKNOWN},
        {"sub": UNKNOWN},
        {"iss": "00000099000000004000", "sub": "00000099000000004000"},
        {"iss": 7},
        {"aud": "https://elsewhere.example"},
        {"exp": 0},
        {"jti": "short"},
    ],
)
async def test_an_assertion_that_does_not_fit_is_refused(portal: Portal, changes: dict[str, Any]) -> None:
    app = await portal.register()
    code = await app.code(JAYLANO)
    answer = await app.redeem(code, **app.proof(**changes))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert (await app.redeem(code)).status_code == 200


async def test_an_assertion_of_an_app_works_once(portal: Portal) -> None:
    app = await portal.register()
    proof = app.proof()
    assert (await app.redeem(await app.code(JAYLANO), **proof)).status_code == 200
    assert (await app.redeem(await app.code(JAYLANO), **proof)).json()["error"] == "invalid_client"


async def test_an_app_is_no_organisation(portal: Portal) -> None:
    app = await portal.register()
    answer = await app.post("/oauth/token", {"grant_type": "client_credentials", **app.proof()})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    token = await app.token(JAYLANO)
    headers = {"Authorization": f"Bearer {token}"}
    assert (await portal.client.get(f"/aanlever/v1/berichten/{UNKNOWN}", headers=headers)).status_code == 401


async def test_a_token_ends_with_its_quarter_of_an_hour(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    portal.clock.ms += TOKEN_MS - 1
    assert (await app.get(token, "/tijdlijn")).status_code == 200
    portal.clock.ms += 1
    answer = await app.get(token, "/tijdlijn")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert "invalid_token" in answer.headers["www-authenticate"]


async def test_a_blocked_app_has_nothing_at_once_in_every_process(
    portal: Portal, database_url: str, tmp_path: Path
) -> None:
    app = await portal.register()
    token, code = await app.token(JAYLANO), await app.code(JAYLANO)
    async with services(portal_settings(database_url, tmp_path)) as other:
        await other.apps.block(app.record.app_id)
    assert (await app.get(token, "/tijdlijn")).status_code == 401
    assert (await app.redeem(code)).json()["error"] == "invalid_client"
    assert (await app.post("/oauth/revoke", {"token": token, **app.proof()})).status_code == 401


async def test_logging_out_ends_what_apps_have_of_this_person_and_of_no_other(portal: Portal) -> None:
    app = await portal.register()
    mine, also, other = await app.token(JAYLANO), await app.token(JAYLANO), await app.token(SAMIRA)
    waiting = await app.code(JAYLANO)
    await portal.story.services.sessions.logout(await portal.story.token(JAYLANO))
    assert [(await app.get(token, "/tijdlijn")).status_code for token in (mine, also, other)] == [401, 401, 200]
    assert (await app.redeem(waiting)).json()["error"] == "invalid_grant"


async def test_an_app_gives_its_token_back(portal: Portal) -> None:
    app = await portal.register()
    token, other = await app.token(JAYLANO), await app.token(JAYLANO)
    for _ in range(2):
        answer = await app.post("/oauth/revoke", {"token": token, **app.proof()})
        assert (answer.status_code, answer.content) == (200, b"")
    assert [(await app.get(one, "/tijdlijn")).status_code for one in (token, other)] == [401, 200]
    for nothing in ("x", "a.b.c"):
        assert (await app.post("/oauth/revoke", {"token": nothing, **app.proof()})).status_code == 200
    assert (await app.post("/oauth/revoke", app.proof())).json()["error"] == "invalid_request"


async def test_an_app_cannot_end_anothers_token(portal: Portal) -> None:
    app, other = await portal.register(), await portal.register(with_key=False)
    token = await app.token(JAYLANO)
    await other.post("/oauth/revoke", {"token": token, **other.proof()})
    assert (await app.get(token, "/tijdlijn")).status_code == 200
    unproved = {"token": token, "client_id": app.record.client_id}
    assert (await app.post("/oauth/revoke", unproved)).status_code == 401
    assert (await app.get(token, "/tijdlijn")).status_code == 200


async def test_a_helpers_token_is_exchanged_for_one_of_a_client(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    token = await app.token(KARIN)
    portal.clock.ms += 60_000
    answer = await app.exchange(token, grant)
    body = answer.json()
    assert (body["issued_token_type"], body["scope"]) == (ACCESS_TOKEN, "clienten:lezen")
    assert body["expires_in"] == 840  # it ends with the token that it came from
    assert body["authorization_details"] == [{"type": "mijnoverzicht_toestemming", "toestemmingId": id_text(grant)}]
    helper, citizen = claims_of(token), claims_of(await app.token(JAYLANO))
    claims = claims_of(body["access_token"])
    assert claims["sub"] == helper["sub"] != citizen["sub"]
    assert claims["represents"] == {
        "iss": "http://127.0.0.1:8000",
        "sub": citizen["sub"],
        "sub_id_type": "urn:nl-eid-gdi:1.0:id:pseudonym",
    }
    assert claims["exp"] == helper["exp"]
    assert "represents" not in helper


NO_DETAIL = {
    "nothing": "",
    "no json": "x",
    "no list": '{"type":"mijnoverzicht_toestemming"}',
    "empty": "[]",
    "two": detail(UNKNOWN)[:-1] + "," + detail(UNKNOWN)[1:],
    "another type": detail(UNKNOWN).replace("mijnoverzicht", "andere"),
    "one more field": detail(UNKNOWN).replace("}", ',"actions":["read"]}'),
    "an id in capitals": detail(UNKNOWN).replace("4000", "A000"),
    "a number": '[{"type":"mijnoverzicht_toestemming","toestemmingId":7}]',
    "unknown": detail(UNKNOWN),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("details", NO_DETAIL.values(), ids=NO_DETAIL)
async def test_details_that_name_no_grant_of_the_helper_are_refused(portal: Portal, details: str) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    answer = await app.exchange(await app.token(KARIN), grant, authorization_details=details)
    error = "invalid_authorization_details" if details else "invalid_request"
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_only_a_grant_that_stands_for_this_helper_is_exchanged(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    granting, jaylano = portal.story.services.granting, await portal.story.person(JAYLANO)
    refusals = [await app.exchange(await app.token(who), grant) for who in (LEO, JAYLANO)]
    token = await app.token(KARIN)
    await granting.pause(jaylano, grant)
    refusals.append(await app.exchange(token, grant))
    await granting.resume(jaylano, grant)
    assert (await app.exchange(token, grant)).status_code == 200
    await granting.stop(jaylano, grant)
    refusals.append(await app.exchange(token, grant))
    assert {answer.text for answer in refusals} == {refusals[0].text}
    assert refusals[0].json()["error"] == "invalid_authorization_details"


async def test_what_is_no_token_of_a_helper_for_this_app_is_not_exchanged(portal: Portal) -> None:
    app, other = await portal.register(), await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    token = await app.token(KARIN)
    represents = access_token(await app.exchange(token, grant))
    without = await app.token(KARIN, scope=AppScope.POST)
    attempts = [
        await app.exchange("x", grant),
        await app.exchange(await other.token(KARIN), grant),
        await app.exchange(represents, grant),
        await app.exchange(without, grant),
        await app.exchange(token, grant, subject_token_type="urn:ietf:params:oauth:token-type:jwt"),
        await app.exchange(token, grant, requested_token_type="urn:ietf:params:oauth:token-type:refresh_token"),
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in attempts] == [(400, "invalid_request")] * 6


async def test_a_clients_token_ends_with_the_helpers_and_not_the_other_way_round(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    token = await app.token(KARIN)
    first, second = [access_token(await app.exchange(token, grant)) for _ in range(2)]
    path = f"/clienten/{id_text(grant)}/tijdlijn"
    await app.post("/oauth/revoke", {"token": first, **app.proof()})
    assert [(await app.get(one, path)).status_code for one in (first, second)] == [401, 200]
    await app.post("/oauth/revoke", {"token": token, **app.proof()})
    assert [(await app.get(one, path)).status_code for one in (first, second)] == [401, 401]


async def test_rows_that_were_moved_open_nothing(portal: Portal) -> None:
    """Somebody with the database gives Samira's yes to their own mailbox, or a token to another yes."""
    app = await portal.register()
    tokens = [await app.token(SAMIRA), await app.token(JAYLANO)]
    store = portal.story.services.store
    tags = [portal.story.services.app_access._tag("app-token", claims_of(token)["jti"]) for token in tokens]
    async with store.write() as tx:
        rows = [await tx.apps.token(tag) for tag in tags]
        assert rows[0] is not None
        assert rows[1] is not None
        await tx.apps.remove_token(rows[0].tag)
        await tx.apps.add_token(replace(rows[0], access_id=rows[1].access_id))
    assert (await app.get(tokens[0], "/tijdlijn")).status_code == 500


async def test_what_ended_is_cleared_up(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    portal.clock.ms += TOKEN_MS + 1
    await portal.story.services.app_access.forget_ended()
    tag = portal.story.services.app_access._tag("app-token", claims_of(token)["jti"])
    async with portal.story.services.store.read() as tx:
        assert await tx.apps.token(tag) is None
