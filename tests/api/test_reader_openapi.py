"""The description of the reader API: each operation is done, and each answer is as described."""

from __future__ import annotations

from mailbox.api.readers.openapi import SCOPES
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import GrantId, id_text
from tests.api.descriptions import READERS_API, Answers
from tests.api.portal import API, DETAIL, App, Portal
from tests.api.test_reader_letters import fine
from tests.web.story import JAYLANO, KARIN


def test_every_scope_is_described_and_asked_for_somewhere() -> None:
    flow = READERS_API.document["components"]["securitySchemes"]["oauth"]["flows"]["authorizationCode"]
    assert set(flow["scopes"]) == {scope.value for scope in AppScope} == {scope.value for scope in SCOPES}
    asked = [scope for _, _, one in READERS_API.operations() for way in one["security"] for scope in way["oauth"]]
    assert set(asked) == set(AppScope)


def test_every_operation_needs_a_token() -> None:
    assert [one["operationId"] for _, _, one in READERS_API.operations() if not one["security"][0]["oauth"]] == []


async def test_every_operation_is_done_and_answers_as_described(portal: Portal, answers: Answers) -> None:
    app, letter = await portal.register(), await fine(portal)
    citizen, helper = await app.token(JAYLANO), await app.token(KARIN)
    grant_id = await give(app, citizen, helper)
    await read(app, citizen, f"/berichten/{letter}")
    client = await app.client_token(KARIN, GrantId(bytes.fromhex(grant_id.replace("-", ""))))
    await read(app, client, f"/clienten/{grant_id}/berichten/{letter}", f"/clienten/{grant_id}/tijdlijn")
    await read(app, client, f"/clienten/{grant_id}/betalen")
    await mark(app, client, grant_id, letter)
    await read(app, citizen, "/betalen", "/tijdlijn", "/toestemmingen", f"/toestemmingen/{grant_id}/bewijs")
    await read(app, helper, "/clienten")
    await app.post_json(citizen, "/tijdlijn/_zoek", {"woorden": "Zeegroen"})
    await app.post_json(client, f"/clienten/{grant_id}/tijdlijn/_zoek", {"woorden": "Zeegroen"})
    for method in ("PUT", "DELETE"):
        await app.call(method, citizen, f"/berichten/{letter}/leesmarkering")
        await app.call(method, citizen, f"/berichten/{letter}/archiefmarkering")
        await app.call(method, helper, f"/favorieten/{grant_id}")
    await look_into_the_log(app, citizen)
    await change(app, citizen, grant_id)
    await ask(portal, app, citizen, helper)
    await end(portal, app, citizen, helper)
    done = {(path, method) for path, method, status in answers.seen if status < 300}
    assert {(path, method) for path, method, _ in READERS_API.operations()} - done == set()


async def give(app: App, citizen: str, helper: str) -> str:
    await app.post_json(citizen, "/voorvertoningen", {"toestemming": DETAIL})
    await app.get(citizen, "/concepten")
    unwanted = (await app.propose(citizen))["_links"]["self"]["href"].removeprefix(API)
    await app.get(citizen, unwanted)
    await app.call("DELETE", citizen, unwanted)
    made = await app.offer(citizen, JAYLANO)
    await app.post_json(helper, "/clienten", {"code": made["code"]})
    return made["toestemmingId"]


async def read(app: App, token: str, *paths: str) -> None:
    for path in paths:
        answer = await app.get(token, path)
        if "/berichten/" in path:
            await app.get(token, answer.json()["bijlagen"][0]["_links"]["self"]["href"].removeprefix(API))


async def mark(app: App, client: str, grant_id: str, letter: str) -> None:
    here = f"/clienten/{grant_id}"
    path = f"{here}/berichten/{letter}/markering"
    assert (await app.call("PUT", client, path, json={"markering": "afgehandeld"})).status_code == 204
    (kept,) = (await app.get(client, f"{here}/markeringen")).json()["markeringen"]
    assert (kept["berichtId"], kept["markering"]) == (letter, "afgehandeld")
    await app.call("DELETE", client, path)


async def look_into_the_log(app: App, citizen: str) -> None:
    line = (await app.get(citizen, "/inzagelog")).json()["regels"][0]
    await app.get(citizen, line["_links"]["self"]["href"].removeprefix(API))
    await app.post_json(citizen, line["_links"]["meldingen"]["href"].removeprefix(API))
    await app.get(citizen, "/inzagelog", aantal="1")


async def change(app: App, citizen: str, grant_id: str) -> None:
    here = f"/toestemmingen/{grant_id}"
    narrow = {**DETAIL, "topics": ["boete"], "data_period": {"from": "2026-01-01", "to": None}}
    await app.post_json(citizen, f"{here}/wijzigingen", {"versie": 2, "toestemming": narrow})
    await app.post_json(citizen, f"{here}/wijzigingen", {"versie": 3, "toestemming": DETAIL})
    await app.post_json(citizen, f"{here}/pauzes")
    await app.post_json(citizen, f"{here}/hervattingen")
    await app.get(citizen, here)


async def ask(portal: Portal, app: App, citizen: str, helper: str) -> None:
    for answer in ({"antwoord": "ja", "toestemming": DETAIL}, {"antwoord": "nee"}):
        body = {"reden": "Om te helpen", "toestemming": DETAIL}
        code = (await app.post_json(helper, "/toestemmingsverzoeken", body)).json()["code"]
        await app.post_json(citizen, "/toestemmingsverzoeken/_zoek", {"code": code})
        said = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", {"code": code, **answer})
        if said.status_code == 201:
            await portal.agree(JAYLANO, said.json())
            await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", {"code": code, **answer})


async def end(portal: Portal, app: App, citizen: str, helper: str) -> None:
    first, second = [one["toestemmingId"] for one in (await app.get(citizen, "/toestemmingen")).json()["toestemmingen"]]
    jaylano = await portal.story.person(JAYLANO)
    (view,) = [one for one in await portal.story.services.granting.grants_of(jaylano) if id_text(one.grant_id) == first]
    await app.call("DELETE", citizen, f"/toestemmingen/{first}/helpers/{view.helpers[0].ref}")
    await app.call("DELETE", helper, f"/clienten/{second}")
    await app.post_json(citizen, f"/toestemmingen/{second}/stops", {})
    await app.post_json(citizen, "/stops", {})
    await app.get(helper, "/clienten")
    await app.get(citizen, "/inzagelog")
