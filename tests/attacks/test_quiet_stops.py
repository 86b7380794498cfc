"""Two helpers with a like client: one pauses, one stops quietly. Whatever they ask, they are told the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import httpx
import pytest
from structlog.testing import LogCapture

from mailbox.domain.identifiers import Bsn, GrantId, LetterId, id_text
from mailbox.domain.people import Identity, Subject
from mailbox.services.client_rows import ClientFilter, ClientOrder
from tests.api.portal import App, Portal
from tests.attacks.house import House, house_settings, open_house, shown, wide
from tests.attacks.routes import READERS, Page, Things, reader_routes_of
from tests.web.story import PDF
from tests.world import DAY_MS

OTHERS: Final = 5
"""With so many others, whether one more is counted decides whether there is a form to search with."""
DAYS: Final = (0, 9, 1, 31)
"""The grants are of ten days. Each of these later, everything is asked again."""
QUERIES: Final[tuple[Mapping[str, str], ...]] = (
    *({"toon": toon, "volgorde": order} for toon, order in product(ClientFilter, ClientOrder)),
    {"zoek": "anna"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A citizen and a helper, who are called the same in each pair."""

    citizen: Identity
    helper: Identity
    grant: GrantId
    letter: LetterId

    def among(self, theirs: Things) -> Things:
        return {**theirs, "grant_id": id_text(self.grant), "letter_id": id_text(self.letter)}


@pytest.fixture
async def house(database_url: str, tmp_path: Path, log_output: LogCapture) -> AsyncIterator[House]:
    async with open_house(house_settings(database_url, tmp_path)) as opened:
        yield opened


@pytest.fixture
async def app(house: House) -> App:
    return await Portal(app=house.app, client=house.client, story=house.story, clock=house.clock).register()


@pytest.fixture
async def pairs(house: House) -> tuple[Pair, Pair]:
    """Both helpers help the same others as well, and marked the one whom this is about."""
    others, story = [house.story.stranger() for _ in range(OTHERS)], house.story
    made = []
    for number, bsn in enumerate(("999990561", "999990573")):
        citizen = Identity(subject=Subject.of_bsn(Bsn(bsn)), name="Anna Proef")
        helper = Identity(subject=Subject(kind="pseudonym", value=f"helper-{number}"), name="Hans Proef")
        letter = await story.deliver(citizen, "cjib_wahv_beschikking", files=[("boete.pdf", PDF)])
        grant = await story.grant(citizen, helper, wide(10))
        for other in others:
            await story.grant(other, helper, wide())
        await story.services.client_list.star(await story.person(helper), grant, favourite=True)
        made.append(Pair(citizen=citizen, helper=helper, grant=grant, letter=letter))
    return made[0], made[1]


def asked(house: House) -> Iterator[tuple[Page, Mapping[str, str]]]:
    """All pages, each with nothing asked of it; the list with all that can be. Of forms, those about a grant."""
    for page in house.pages():
        if page.method == "GET" or "grant_id" in page.things:
            yield page, {}
            yield from ((page, query) for query in QUERIES if page.path == "/clienten")


async def on_pages(house: House, pair: Pair) -> list[object]:
    """All that a helper finds in a browser."""
    cookie, things = await house.cookie(pair.helper), pair.among(house.theirs)
    found: list[object] = []
    for page, query in asked(house):
        answer = await house.visit(page, cookie, things, query=query)
        found.append((page.method, page.path, tuple(query.items()), shown(answer)))
    return found


async def in_apps(house: House, app: App, pair: Pair) -> list[object]:
    """All that a helper's app finds, and whether it gets a token for this client."""
    token, things = await app.token(pair.helper), pair.among(house.theirs)
    found: list[object] = [shown(await app.exchange(token, pair.grant))]
    for page in reader_routes_of(house.app):
        if page.method == "GET" or "grant_id" in page.things:
            answer = await answered(house, page, token, things)
            found.append((page.method, page.path, shown(answer)))
    for query in QUERIES:
        wanted = {name: value for name, value in query.items() if value and name != "zoek"}
        found.append((wanted, shown(await app.get(token, "/clienten", **wanted))))
    return found


async def answered(house: House, page: Page, token: str, things: Things) -> httpx.Response:
    return await house.client.request(
        page.method, page.at(things), headers={"Authorization": f"Bearer {token}"}, json={}
    )


async def test_a_pause_and_a_quiet_stop_are_told_the_same(house: House, app: App, pairs: tuple[Pair, Pair]) -> None:
    granting, story = house.story.services.granting, house.story
    paused, stopped = pairs
    before = [await app.client_token(pair.helper, pair.grant) for pair in pairs]
    await granting.pause(await story.person(paused.citizen), paused.grant)
    await granting.stop(await story.person(stopped.citizen), stopped.grant, quiet=True)
    through = [page for page in reader_routes_of(house.app) if page.path.startswith(f"{READERS}/clienten/{{")]
    for page in through:
        one, other = [
            shown(await answered(house, page, token, pair.among(house.theirs)))
            for token, pair in zip(before, pairs, strict=True)
        ]
        assert one == other, page
    for days in DAYS:
        house.clock.ms += days * DAY_MS
        for _ in range(1 + (days == 1)):  # at the end before the worker ends one, and before it forgets the other
            one_page, other_page = [await on_pages(house, pair) for pair in pairs]
            assert one_page == other_page
            one_app, other_app = [await in_apps(house, app, pair) for pair in pairs]
            assert one_app == other_app
            assert (len(one_page), len(one_app), len(through)) > (60, 25, 3)
            await house.story.services.grant_endings.end_expired()
        await house.story.services.helping.forget_closed()
