"""Every route for apps, from the route table, asked with tokens of everyone who should see nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import httpx
import pytest
from structlog.testing import LogCapture

from mailbox.domain.identifiers import GrantId, id_from_text
from tests.api.portal import App, Portal, access_token
from tests.attacks.backup import Backup
from tests.attacks.house import SECRETS, House, house_settings, open_house, shown, wide
from tests.attacks.intruders import INTRUDERS, Intruder, Way
from tests.attacks.routes import READERS, THINGS, UNKNOWN, Page, Things, reader_routes_of, routes_in_source, unwalked
from tests.web.story import JAYLANO, KARIN, SAMIRA

BODIES: Final[Mapping[str, object]] = {
    "wijzigingen": {"versie": 2, "toestemming": wide(300).to_json()},
    "stops": {},
    "markering": {"markering": "gezien"},
    "_zoek": {"woorden": "Paarsblauw"},
}
"""What is sent along, by the last word of an address that names something; nothing for the others."""
PUBLIC: Final = f"{READERS}/openapi.json"
REFUSED: Final = frozenset({401, 403, 404})
NOTHING: Final = dict.fromkeys(THINGS, UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """The running application, with an app of others."""

    house: House
    app: App

    def routes(self) -> list[Page]:
        return reader_routes_of(self.house.app)

    async def ask(self, page: Page, token: str | None, things: Things) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = BODIES.get(page.path.rpartition("/")[2]) if page.method != "DELETE" else None
        return await self.house.client.request(page.method, page.at(things), headers=headers, json=body)


@pytest.fixture
async def readers(database_url: str, tmp_path: Path, log_output: LogCapture) -> AsyncIterator[Readers]:
    async with open_house(house_settings(database_url, tmp_path)) as house:
        portal = Portal(app=house.app, client=house.client, story=house.story, clock=house.clock)
        yield Readers(house=house, app=await portal.register())


async def tokens_of(readers: Readers, intruder: Intruder) -> list[str]:
    """For one's own post, and as a helper for a client of one's own."""
    token = await readers.app.token(intruder.who)
    if intruder.who == SAMIRA:
        return [token]
    own = GrantId(id_from_text(intruder.own["grant_id"]))
    return [token, await readers.app.client_token(intruder.who, own)]


def said(answer: httpx.Response) -> object:
    """All that an app learns, without the number of the answer itself."""
    status, headers, text = shown(answer)
    return status, {name: value for name, value in headers.items() if name != "date"}, text


async def test_the_walk_sees_every_route_of_the_table(readers: Readers) -> None:
    """Counted in two ways; and a route that neither walk sees must be added to one of them."""
    assert len(readers.routes()) == routes_in_source("mailbox/api/readers") >= 10
    assert unwalked(readers.house.app) == set()


async def test_who_may_is_answered_so_that_the_tests_below_can_fail(readers: Readers) -> None:
    """Every address and every body is good: for the citizen, or for the helper, on things that are there."""
    house, app, seen = readers.house, readers.app, ""
    jaylano, tokens = await house.story.person(JAYLANO), [await app.token(JAYLANO), await app.token(KARIN)]
    for page in (one for one in readers.routes() if one.things or one.method == "GET"):
        house.clock.ms += 1_000
        things = house.theirs if page.method == "GET" else await house.fresh()
        grant_id = GrantId(id_from_text(things["grant_id"]))
        through = access_token(await app.exchange(tokens[1], grant_id))
        if page.path.endswith("/hervattingen"):
            await house.story.services.granting.pause(jaylano, grant_id)
        answers = [await readers.ask(page, token, things) for token in (through, *tokens)]
        assert min(answer.status_code for answer in answers) < 400, page
        seen += "".join(answer.text for answer in answers)
    assert [secret for secret in SECRETS if secret not in seen] == []


@pytest.mark.parametrize("way", INTRUDERS.values(), ids=INTRUDERS)
async def test_what_is_anothers_does_not_exist_for_apps(readers: Readers, backup: Backup, way: Way) -> None:
    """With tokens that were given before access ended as well as after it."""
    house = readers.house
    old = await readers.app.client_token(KARIN, house.grant)
    intruder = await way(house)
    tokens = [*([old] if intruder.who == KARIN else []), *await tokens_of(readers, intruder)]
    before, tried = await backup.everything(), 0
    for page in readers.routes():
        if intruder.has_row and "/favorieten/" in page.path:
            continue  # a mark of one's own, in one's own list
        for (things, without), token in product(page.mixtures(intruder.own, house.theirs), tokens):
            house.clock.ms += 1_000  # an app may ask so much in a second
            theirs, nobodys = [await readers.ask(page, token, each) for each in (things, without)]
            assert said(theirs) == said(nobodys), (page, things)
            assert theirs.status_code in REFUSED, page
            assert [secret for secret in SECRETS if secret in theirs.text] == [], page
            tried += 1
    assert tried > 25
    assert await backup.everything() == before
    await is_not_shown(readers, intruder, tokens)


async def is_not_shown(readers: Readers, intruder: Intruder, tokens: list[str]) -> None:
    """Nor in an answer about what is one's own."""
    allowed = {"Jaylano", "Meerman"} if intruder.is_told else set()
    for page, token in product((one for one in readers.routes() if not one.things), tokens):
        readers.house.clock.ms += 1_000
        answer = await readers.ask(page, token, NOTHING)
        assert {secret for secret in SECRETS if secret in answer.text} <= allowed, page


async def test_without_a_token_there_is_nothing(readers: Readers, backup: Backup) -> None:
    before = await backup.everything()
    for page in (one for one in readers.routes() if one.path != PUBLIC):
        for token in (None, "x", await readers.house.cookie(JAYLANO)):
            theirs, nobodys = [
                await readers.ask(page, token, {**readers.house.theirs, **things}) for things in ({}, NOTHING)
            ]
            assert said(theirs) == said(nobodys), page
            assert theirs.status_code == 401, page
    after = await backup.everything()
    assert {**after, "session": []} == {**before, "session": []}
