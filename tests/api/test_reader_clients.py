"""Questions for access and a helper's list of people through an app, on both databases."""

from __future__ import annotations

import json

from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.services.log_entries import Act
from tests.api.portal import API, DETAIL, Portal, detail, wide
from tests.api.test_reader_bodies import faults
from tests.api.test_reader_letters import fine, told
from tests.web.story import DUO, JAYLANO, KARIN, LEO, SAMIRA


async def test_a_helper_asks_and_a_citizen_says_yes_less_or_no(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    citizen, helper = await app.token(JAYLANO), await app.token(KARIN)

    async def ask() -> dict[str, str]:
        body = {"reden": "Om te helpen", "toestemming": DETAIL}
        answer = await app.post_json(helper, "/toestemmingsverzoeken", body)
        assert answer.status_code == 201
        return {"code": answer.json()["code"]}

    code = await ask()
    seen = await app.post_json(citizen, "/toestemmingsverzoeken/_zoek", code)
    assert (seen.json()["helper"], seen.json()["reden"]) == (
        {"naam": "Karin Bos", "organisatie": "Buurthuis De Brug"},
        "Om te helpen",
    )
    assert seen.json()["toestemming"] == DETAIL
    less = {**code, "antwoord": "ja", "toestemming": {**DETAIL, "actions": ["list"]}}
    ready = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", less)
    assert (ready.status_code, ready.json()["naam"]) == (201, "Karin Bos (Buurthuis De Brug)")
    assert (await app.get(citizen, "/toestemmingen")).json()["toestemmingen"] == []
    grant_id = await portal.agree(JAYLANO, ready.json())
    given = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", less)
    assert (given.status_code, given.json()["toestemmingId"]) == (200, grant_id)
    client = await app.client_token(KARIN, GrantId(bytes.fromhex(grant_id.replace("-", ""))))
    assert "inhoud" not in (await app.get(client, f"/clienten/{grant_id}/berichten/{letter}")).json()
    no = await ask()
    answer = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", {**no, "antwoord": "nee"})
    assert answer.status_code == 204
    again = await app.post_json(citizen, "/toestemmingsverzoeken/_zoek", code)
    assert (again.status_code, again.json()["toestemmingId"]) == (200, grant_id)
    assert (await app.post_json(citizen, "/toestemmingsverzoeken/_zoek", no)).status_code == 400
    yes = {**await ask(), "antwoord": "ja"}
    refused = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", yes)
    assert faults(refused) == [("/toestemming", "verplicht")]


async def test_codes_are_guessed_a_few_times_and_no_more(portal: Portal) -> None:
    app = await portal.register()
    made = await app.offer(await app.token(JAYLANO), JAYLANO)
    for path, who in (("/clienten", KARIN), ("/toestemmingsverzoeken/_zoek", SAMIRA)):
        token = await app.token(who)
        answers = [await app.post_json(token, path, {"code": "AAAA-AAAA-AAAA"}) for _ in range(11)]
        assert [answer.status_code for answer in answers] == [400] * 10 + [429]
        assert len({told(answer) for answer in answers[:10]}) == 1
    assert (await app.post_json(await app.token(KARIN), "/clienten", {"code": made["code"]})).status_code == 429
    assert (await app.post_json(await app.token(JAYLANO), "/clienten", {"code": made["code"]})).status_code == 400
    assert (await app.post_json(await app.token(LEO), "/clienten", {"code": made["code"]})).status_code == 201


async def test_a_helper_has_a_list_of_people(portal: Portal) -> None:
    app, _ = await portal.register(), await fine(portal)
    await portal.story.deliver(SAMIRA, "duo_bericht_sf")
    jaylano = await portal.story.grant(JAYLANO, KARIN, wide())
    samira = await portal.story.grant(SAMIRA, KARIN, wide())
    token = await app.token(KARIN)
    page = (await app.get(token, "/clienten", volgorde="naam")).json()
    assert [row["naam"] for row in page["clienten"]] == ["Jaylano Meerman", "Samira Bouali"]
    assert (page["aantalGevonden"], page["aantalTotaal"]) == (2, 2)
    row = page["clienten"][0]
    assert (row["beschikbaar"], row["favoriet"], "aantalNieuw" in row["post"]) == (True, False, False)
    assert row["_links"]["tijdlijn"]["href"] == f"{API}/clienten/{id_text(jaylano)}/tijdlijn"
    log = await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))
    assert (log.lines[0].action, log.lines[0].details["app"]) == (Act.OVERVIEW, "Postkijker")
    assert (await app.call("PUT", token, f"/favorieten/{id_text(samira)}")).status_code == 204
    favourites = (await app.get(token, "/clienten", toon="favoriet")).json()["clienten"]
    assert [row["naam"] for row in favourites] == ["Samira Bouali"]
    assert (await app.call("DELETE", token, f"/favorieten/{id_text(samira)}")).status_code == 204
    await portal.story.services.granting.stop(await portal.story.person(JAYLANO), jaylano)
    closed = (await app.get(token, "/clienten", volgorde="naam")).json()["clienten"][0]
    assert (closed["beschikbaar"], "post" in closed, "toestemming" in closed, closed["_links"]) == (
        False,
        False,
        False,
        {},
    )
    assert (await app.call("DELETE", token, f"/clienten/{id_text(samira)}")).status_code == 204
    left = (await app.get(token, "/clienten")).json()["clienten"]
    assert [row["beschikbaar"] for row in left] == [False]


async def test_a_list_does_not_say_what_was_taken_out(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    scope = type(wide()).from_json({**DETAIL, "without": [letter]})
    offer = await app.offer(await app.token(JAYLANO), JAYLANO, without=[letter])
    accepted = await app.post_json(await app.token(KARIN), "/clienten", {"code": offer["code"]})
    listed = await app.get(await app.token(KARIN), "/clienten")
    assert scope.without
    assert [letter in answer.text for answer in (accepted, listed)] == [False, False]


async def test_scopes_open_what_they_name(portal: Portal) -> None:
    app = await portal.register()
    asked = {
        AppScope.GRANTS: ["/toestemmingen"],
        AppScope.LOG: ["/inzagelog"],
        AppScope.CLIENTS: ["/clienten"],
        AppScope.POST: ["/tijdlijn"],
    }
    for scope, paths in asked.items():
        token = await app.token(KARIN, scope=scope)
        for path in (path for paths in asked.values() for path in paths):
            expected = 200 if path in paths else 403
            assert (scope, path, (await app.get(token, path)).status_code) == (scope, path, expected)
    token = await app.token(KARIN, scope=AppScope.CLIENTS)
    assert (await app.post_json(token, "/clienten", {"code": "x"})).status_code == 403
    assert (await app.post_json(token, "/toestemmingsverzoeken", {})).status_code == 403


async def test_who_acts_for_a_client_does_nothing_else(portal: Portal) -> None:
    """Every path but those of the client, with a token that represents one."""
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    token = await app.client_token(KARIN, grant)
    for path in ("/toestemmingen", "/inzagelog", "/clienten", "/tijdlijn", f"/toestemmingen/{id_text(grant)}"):
        assert (path, (await app.get(token, path)).status_code) == (path, 403)
    for path, body in (("/stops", {}), ("/clienten", {"code": "x"}), ("/toestemmingsverzoeken/_zoek", {"code": "x"})):
        assert (path, (await app.post_json(token, path, body)).status_code) == (path, 403)
    assert (await app.call("DELETE", token, f"/clienten/{id_text(grant)}")).status_code == 403
    assert json.loads(detail(id_text(grant)))[0]["type"] == DETAIL["type"]
    assert DUO not in (await app.get(token, "/toestemmingen")).text
