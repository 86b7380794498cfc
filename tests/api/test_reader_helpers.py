"""Whom a helper helps, through an app: the list, joining it by a code, and tokens that end with a grant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from consent import Scope
from mailbox.api.access_tokens import INSPECT, SEND
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, Oin, id_from_text, id_text
from mailbox.services import client_list
from mailbox.services.access_log import LogLine
from mailbox.services.client_rows import ClientQuery
from mailbox.services.granting import GrantDraft
from mailbox.services.invitation_codes import ATTEMPTS_PER_HOUR
from mailbox.services.log_entries import Act, Role
from tests.api.portal import API, App, Portal, access_token, wide
from tests.api.test_problems import assert_problem
from tests.api.test_reader_letters import UNKNOWN, fine, through, told
from tests.berichten import bericht
from tests.web.story import CJIB, JAYLANO, KARIN, LEO, NOW_MS, SAMIRA

UNTIL_MS = NOW_MS + 5 * 60_000
"""Within the life of a token."""
CLIENT = ("/tijdlijn", "/berichten/{}", "/berichten/{}/bijlagen/0")


async def listed(app: App, **query: str) -> Any:
    """Karin's list."""
    answer = await app.get(await app.token(KARIN), "/clienten", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def log_of(portal: Portal, act: Act) -> list[LogLine]:
    """What stands in Jaylano's log of one act."""
    page = await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))
    return [line for line in page.lines if line.action is act]


async def code_of(portal: Portal, scope: Scope | None = None) -> str:
    """An offer of Jaylano."""
    draft = GrantDraft(helper_note="hulp", scope=scope or wide())
    return (await portal.story.services.granting.offer(await portal.story.person(JAYLANO), draft)).code


async def enter(app: App, token: str, code: str) -> Any:
    return await app.call("POST", token, "/clienten", json={"code": code})


async def test_the_list_tells_how_somebodys_post_stands_as_far_as_the_grant_goes(portal: Portal) -> None:
    app, given = await portal.register(), bericht("cjib_wahv_beschikking")
    await fine(portal)
    for day in ("2027-01-18", "2027-01-04"):
        terms = [{**term, "uiterlijk": day} for term in given["termijnen"]]
        await fine(portal, termijnen=terms, rechtsmiddel={**given["rechtsmiddel"], "uiterlijk": day})
    await portal.story.deliver(JAYLANO, "duo_bericht_sf", onderwerp="Indigo")
    scope = replace(wide(), agencies=frozenset({CJIB}), without=frozenset({UNKNOWN}))
    grant = await portal.story.grant(JAYLANO, KARIN, scope)
    page = await listed(app)
    (row,) = page.pop("clienten")
    assert page == {"aantalGevonden": 1, "aantalTotaal": 1, "_links": {"self": {"href": f"{API}/clienten"}}}
    assert row == {
        "toestemmingId": id_text(grant),
        "naam": "Jaylano Meerman",
        "beschikbaar": True,
        "favoriet": False,
        "looptBinnenkortAf": False,
        "toestemming": {**wide().to_json(), "agencies": [CJIB]},
        "post": {"aantalVoorbij": 1, "eersteDatum": "2027-01-04"},
        "_links": {"tijdlijn": {"href": f"{API}/clienten/{id_text(grant)}/tijdlijn"}},
    }
    assert (await listed(app, toon="favoriet"))["clienten"] == []


async def test_a_row_tells_that_its_grant_changed(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    assert "wijzigingstijdstip" not in (await listed(app))["clienten"][0]
    narrow = replace(wide(), agencies=frozenset({CJIB}))
    await portal.story.change(await portal.story.person(JAYLANO), grant, narrow)
    (row,) = (await listed(app))["clienten"]
    assert (row["toestemming"]["agencies"], row["wijzigingstijdstip"]) == ([CJIB], "2026-11-24T09:30:00.000Z")


async def test_a_row_is_a_look_that_names_the_app_once_a_day(portal: Portal) -> None:
    """Also when the helper saw the same row on a page before."""
    app, _ = await portal.register(), await fine(portal)
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    await portal.story.services.client_list.page(await portal.story.person(KARIN), ClientQuery())
    for _ in range(2):
        await listed(app)
    looks = await log_of(portal, Act.OVERVIEW)
    assert [(line.role, line.grant_id, line.details.get("app")) for line in looks] == [
        (Role.HELPER, grant, "Postkijker"),
        (Role.HELPER, grant, None),
    ]


async def test_who_is_not_open_has_a_name_and_no_figures(portal: Portal) -> None:
    app, _ = await portal.register(), await fine(portal)
    granting, jaylano = portal.story.services.granting, await portal.story.person(JAYLANO)
    paused, quiet, stopped = [await portal.story.grant(JAYLANO, KARIN, wide()) for _ in range(3)]
    await granting.pause(jaylano, paused)
    await granting.stop(jaylano, quiet, quiet=True)
    await granting.stop(jaylano, stopped)
    rows = {row["toestemmingId"]: row for row in (await listed(app))["clienten"]}
    shut = {
        "naam": "Jaylano Meerman", "beschikbaar": False, "favoriet": False, "looptBinnenkortAf": False, "_links": {}
    }  # fmt: skip
    assert rows == {
        id_text(paused): {"toestemmingId": id_text(paused), **shut},
        id_text(quiet): {"toestemmingId": id_text(quiet), **shut},
        id_text(stopped): {"toestemmingId": id_text(stopped), "stoptijdstip": "2026-11-24T09:30:00.000Z", **shut},
    }
    assert await log_of(portal, Act.OVERVIEW) == []


async def test_pages_of_people_follow_each_other(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_list, "PER_PAGE", 2)
    app = await portal.register()
    given = {id_text(await portal.story.grant(portal.story.stranger(), KARIN, wide())) for _ in range(3)}
    token = await app.token(KARIN)
    first = (await app.get(token, "/clienten", volgorde="naam")).json()
    second = (await app.get(token, first["_links"]["volgende"]["href"].removeprefix(API))).json()
    assert [len(page["clienten"]) for page in (first, second)] == [2, 1]
    assert {row["toestemmingId"] for page in (first, second) for row in page["clienten"]} == given
    assert second["_links"] == {"self": {"href": f"{API}/clienten"}}
    assert (first["aantalGevonden"], first["aantalTotaal"]) == (3, 3)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("query", ["pagina=0", "pagina=x", "toon=alles", "volgorde=1", "toon=week&toon=week"])
async def test_a_list_is_asked_in_known_words(portal: Portal, query: str) -> None:
    app = await portal.register()
    token = await app.token(KARIN)
    answer = await app.get(token, f"/clienten?{query}")
    name = query.partition("=")[0]
    assert answer.status_code == 400
    assert assert_problem(answer)["detail"] == f"Deze parameters hebben niet de juiste vorm: {name}."
    assert (await app.get(token, "/clienten?zoek=Jaylano")).status_code == 400


async def test_a_code_makes_a_client(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    token, code = await app.token(KARIN), await code_of(portal)
    answer = await enter(app, token, code.lower())
    added = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, added["_links"]["tijdlijn"]["href"])
    (grant,) = [
        row.grant_id for row in await portal.story.services.helping.clients_of(await portal.story.person(KARIN))
    ]
    assert added["toestemmingId"] == id_text(grant)
    represents = access_token(await app.exchange(token, grant))
    page = (await app.get(represents, answer.headers["location"].removeprefix(API))).json()
    assert [one["berichtId"] for one in page["berichten"]] == [letter]
    (line,) = await log_of(portal, Act.ACCEPTED)
    assert (line.actor, line.details["app"]) == ("Karin Bos (Buurthuis De Brug)", "Postkijker")


async def test_codes_that_open_nothing_are_refused_alike(portal: Portal) -> None:
    app = await portal.register()
    karin, own = await app.token(KARIN), await code_of(portal)
    used = await code_of(portal, replace(wide(), until_ms=wide().until_ms - 1))
    assert (await enter(app, karin, used)).status_code == 201
    refusals = [
        await enter(app, karin, used),
        await enter(app, karin, "AAAA-AAAA-AAAA"),
        await enter(app, karin, own[:-1] + ("A" if own[-1] != "A" else "B")),
        await enter(app, karin, ""),
        await enter(app, await app.token(JAYLANO), own),
    ]
    assert [answer.status_code for answer in refusals] == [400] * 5
    assert {told(answer) for answer in refusals} == {told(refusals[0])}
    assert refusals[0].json()["type"] == "urn:mijnoverzicht:fout:code-geweigerd"


async def test_who_guesses_codes_waits_an_hour(portal: Portal) -> None:
    app = await portal.register()
    token, code = await app.token(KARIN), await code_of(portal)
    for _ in range(ATTEMPTS_PER_HOUR):
        assert (await enter(app, token, "AAAA-AAAA-AAAA")).status_code == 400
    answer = await enter(app, token, code)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    assert assert_problem(answer)["type"] == "urn:mijnoverzicht:fout:te-veel-pogingen"
    other = await portal.register()
    assert (await enter(other, await other.token(KARIN), code)).status_code == 429
    assert await portal.story.services.helping.clients_of(await portal.story.person(KARIN)) == []


BODIES: dict[str, tuple[bytes, str, int]] = {
    "nothing": (b"", "application/json", 400),
    "no json": (b"{", "application/json", 400),
    "a text": (b'"AAAA-AAAA-AAAA"', "application/json", 400),
    "a number": (b'{"code":7}', "application/json", 400),
    "no code": (b"{}", "application/json", 400),
    "one more field": (b'{"code":"AAAA-AAAA-AAAA","naam":"Zeegroen"}', "application/json", 400),
    "twice": (b'{"code":"AAAA-AAAA-AAAA","code":"AAAA-AAAA-AAAA"}', "application/json", 400),
    "large": (b" " * 262_145, "application/json", 413),
    "a form": (b"code=AAAA-AAAA-AAAA", "application/x-www-form-urlencoded", 415),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("body", "kind", "status"), BODIES.values(), ids=BODIES)
async def test_a_body_that_is_no_code_is_told_and_is_no_attempt(
    portal: Portal, body: bytes, kind: str, status: int
) -> None:
    app = await portal.register()
    token = await app.token(KARIN)
    for _ in range(ATTEMPTS_PER_HOUR + 1):
        portal.clock.ms += 1_000
        answer = await app.call("POST", token, "/clienten", content=body, headers={"Content-Type": kind})
        assert answer.status_code == status
        assert [word for word in ("AAAA", "Zeegroen") if word in answer.text] == []
        assert_problem(answer)
    assert (await enter(app, token, await code_of(portal))).status_code == 201


async def test_each_address_takes_one_kind_of_token(portal: Portal) -> None:
    """The list is the helper's own; what stands below a client's address is that client's."""
    app, letter = await portal.register(), await fine(portal)
    grant, represents = await through(portal, app)
    other = await portal.story.grant(SAMIRA, KARIN, wide())
    plain, another, code = await app.token(KARIN), await app.client_token(KARIN, other), await code_of(portal)
    for token in (represents, another, await app.token(KARIN, scope=AppScope.POST)):
        for answer in (await app.get(token, "/clienten"), await enter(app, token, code)):
            assert answer.status_code == 403
            assert "insufficient_scope" in answer.headers["www-authenticate"]
    reader = await app.token(KARIN, scope=AppScope.CLIENTS)
    assert [(await app.get(reader, "/clienten")).status_code, (await enter(app, reader, code)).status_code] == [
        200,
        403,
    ]
    for path in CLIENT:
        real, none = [f"/clienten/{one}{path.format(letter)}" for one in (id_text(grant), UNKNOWN)]
        assert (await app.get(represents, real)).status_code == 200
        for token, status in ((plain, 403), (another, 404)):
            assert told(await app.get(token, real)) == told(await app.get(token, none))
            assert (await app.get(token, real)).status_code == status
    assert (await enter(app, plain, code)).status_code == 201  # nothing above spent it


End = Callable[[Portal, GrantId], Awaitable[object]]


async def _pause(portal: Portal, grant: GrantId) -> object:
    return await portal.story.services.granting.pause(await portal.story.person(JAYLANO), grant)


async def _stop(portal: Portal, grant: GrantId) -> object:
    return await portal.story.services.granting.stop(await portal.story.person(JAYLANO), grant)


async def _stop_quietly(portal: Portal, grant: GrantId) -> object:
    return await portal.story.services.granting.stop(await portal.story.person(JAYLANO), grant, quiet=True)


async def _stop_all(portal: Portal, _: GrantId) -> object:
    return await portal.story.services.granting.stop_all(await portal.story.person(JAYLANO))


async def _remove(portal: Portal, grant: GrantId) -> object:
    granting, jaylano = portal.story.services.granting, await portal.story.person(JAYLANO)
    (view,) = [one for one in await granting.grants_of(jaylano) if one.grant_id == grant]
    return await granting.remove_helper(jaylano, grant, view.helpers[0].ref)


async def _give_back(portal: Portal, grant: GrantId) -> None:
    await portal.story.services.helping.give_back(await portal.story.person(KARIN), grant)


async def _expire(portal: Portal, _: GrantId) -> None:
    portal.clock.ms = UNTIL_MS


ENDS: dict[str, End] = {
    "pause": _pause,
    "stop": _stop,
    "quiet stop": _stop_quietly,
    "everything stopped": _stop_all,
    "helper removed": _remove,
    "given back": _give_back,
    "expired": _expire,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_a_token_that_is_out_opens_nothing_from_the_moment_its_grant_ends(portal: Portal, end: End) -> None:
    """And from then on no other can be had: what ended is as what never was."""
    app, letter = await portal.register(), await fine(portal)
    grant, represents = await through(portal, app, until_ms=UNTIL_MS)
    plain = await app.token(KARIN)
    paths = [f"/clienten/{id_text(grant)}{path.format(letter)}" for path in CLIENT]
    portal.clock.ms = UNTIL_MS - 1
    assert [(await app.get(represents, path)).status_code for path in paths] == [200] * 3
    await end(portal, grant)
    answers = [await app.get(represents, path) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * 3
    unknown = await app.get(represents, f"/clienten/{UNKNOWN}/tijdlijn")
    assert {told(answer) for answer in answers} == {told(unknown)}
    refusals = [await app.exchange(plain, one) for one in (grant, GrantId(bytes(16)))]
    assert [answer.status_code for answer in refusals] == [400, 400]
    assert refusals[0].json() == refusals[1].json()
    assert refusals[0].json()["error"] == "invalid_authorization_details"


async def test_a_letter_that_is_taken_out_is_gone_for_a_token_that_is_out(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, represents = await through(portal, app)
    without = replace(wide(), without=frozenset({letter}))
    await portal.story.change(await portal.story.person(JAYLANO), grant, without)
    answers = [await app.get(represents, f"/clienten/{id_text(grant)}{path.format(letter)}") for path in CLIENT]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0].json()["berichten"] == []


async def test_a_helper_is_not_told_when_the_citizen_read_a_letter(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    await portal.story.services.reading.letter(await portal.story.person(JAYLANO), LetterId(id_from_text(letter)))
    own, client = await app.token(JAYLANO), await app.client_token(KARIN, grant)
    for path in ("/tijdlijn", f"/berichten/{letter}"):
        assert "leestijdstip" in (await app.get(own, path)).text
        answer = await app.get(client, f"/clienten/{id_text(grant)}{path}")
        assert (answer.status_code, "leestijdstip" in answer.text) == (200, False)


async def test_a_token_of_an_organisation_or_a_session_is_not_exchanged(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    machine = portal.app.state.tokens.issue(Oin(CJIB), frozenset({SEND, INSPECT}))
    for subject in (machine, await portal.story.token(KARIN)):
        answer = await app.exchange(subject, grant)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    for path in ("/clienten", f"/clienten/{id_text(grant)}/tijdlijn"):
        assert (await app.get(machine, path)).status_code == 401


async def test_a_clients_token_ends_when_its_app_is_blocked_or_its_helper_logs_out(portal: Portal) -> None:
    app, _ = await portal.register(), await fine(portal)
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    path = f"/clienten/{id_text(grant)}/tijdlijn"
    represents = await app.client_token(KARIN, grant)
    await portal.story.services.apps.block(app.record.app_id)
    assert (await app.get(represents, path)).status_code == 401
    await portal.story.services.apps.unblock(app.record.app_id)
    assert (await app.get(represents, path)).status_code == 200
    await portal.story.services.sessions.logout(await portal.story.token(KARIN))
    assert (await app.get(represents, path)).status_code == 401


async def test_a_token_of_one_helper_opens_no_grant_of_another(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    own = await portal.story.grant(SAMIRA, LEO, wide())
    token = await app.client_token(LEO, own)
    assert (await app.get(token, f"/clienten/{id_text(own)}/tijdlijn")).status_code == 200
    assert (await app.get(token, f"/clienten/{id_text(grant)}/tijdlijn")).status_code == 404
    (row,) = (await app.get(await app.token(LEO), "/clienten")).json()["clienten"]
    assert row["toestemmingId"] == id_text(own)
    with pytest.raises(NotFound):
        await portal.read(LEO, through=grant)
