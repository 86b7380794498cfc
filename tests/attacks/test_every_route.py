"""Every route for people, from the route table, asked by everyone who should see nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import LogCapture

from mailbox.domain.identifiers import id_text
from mailbox.services.sessions import ABSOLUTE_MS, IDLE_MS
from tests.attacks.backup import Backup
from tests.attacks.house import SECRETS, TESS, House, house_settings, open_house, shown
from tests.attacks.intruders import INTRUDERS, Intruder, Way
from tests.attacks.routes import THINGS, UNKNOWN, Page, routes_in_source
from tests.web.story import FATMA, JAYLANO, KARIN, SAMIRA

PUBLIC = {"/", "/inloggen", "/inloggen/met/{key}", "/inloggen/terug/{key}", "/uitgelogd", "/uitloggen"}
PUBLIC |= {"/uitloggen/bij/{key}"}
PUBLIC |= {"/hulp", "/static/{name}"}
NOTHING = dict.fromkeys(THINGS, UNKNOWN)


@pytest.fixture
async def house(database_url: str, tmp_path: Path, log_output: LogCapture) -> AsyncIterator[House]:
    async with open_house(house_settings(database_url, tmp_path)) as opened:
        yield opened


def named(house: House) -> list[Page]:
    """The pages that name something of somebody's."""
    found = [page for page in house.pages() if page.things]
    assert len(found) > 25
    return found


ALIKE = {"/clienten/{grant_id}/stoppen", "/meekijken/geven/{concept_id}/weg"}
"""Forms that say nothing of whether there was anything: a second click finds it done."""


def is_refused(page: Page, status: int) -> bool:
    """As if it were not there."""
    return status == (303 if page.method == "POST" and page.path in ALIKE else 404)


async def test_the_walk_sees_every_page(house: House) -> None:
    """Counted in two ways, so that a page that the table hides is missed here."""
    assert len(house.pages()) == routes_in_source("mailbox/web") > 45


async def test_who_may_is_answered_so_that_the_tests_below_can_fail(house: House) -> None:
    """Every address and every form is good: for citizen, helper, colleague or employee, on things that are there."""
    seen = ""
    for page in named(house):
        things = house.theirs if page.method == "GET" else await house.fresh()
        visitors = (KARIN, JAYLANO, TESS, FATMA)
        answers = [await house.visit(page, await house.cookie(who), things) for who in visitors]
        assert min(answer.status_code for answer in answers) < 400, page
        seen += "".join(answer.text for answer in answers)
    assert [secret for secret in SECRETS if secret not in seen] == []


@pytest.mark.parametrize("way", INTRUDERS.values(), ids=INTRUDERS)
async def test_what_is_anothers_does_not_exist_and_is_on_no_page(house: House, backup: Backup, way: Way) -> None:
    intruder = await way(house)
    before = await backup.everything()
    await is_nowhere(house, intruder)
    assert await backup.everything() == before
    await is_not_asked_for(house, intruder)
    await is_not_shown(house, intruder)


async def is_nowhere(house: House, intruder: Intruder) -> None:
    """Asked for as a whole, or mixed with what is one's own or nobody's: as if it were not there."""
    tried = 0
    for page in named(house):
        if intruder.has_row and page.path.endswith("/favoriet"):
            continue  # a mark of one's own, in one's own list
        for things, without in page.mixtures(intruder.own, house.theirs):
            theirs, nobodys = [await house.visit(page, intruder.cookie, each) for each in (things, without)]
            assert shown(theirs) == shown(nobodys), (page, things)
            assert is_refused(page, theirs.status_code), (page, things)
            tried += 1
    assert tried > 30


async def is_not_asked_for(house: House, intruder: Intruder) -> None:
    """Named in the query of a page of one's own: as if it were not there."""
    tried = 0
    for page in house.pages():
        own = {**house.theirs, **intruder.own}
        for query, without in page.queries(house.theirs):
            theirs, nobodys = [await house.visit(page, intruder.cookie, own, query=each) for each in (query, without)]
            assert shown(theirs) == shown(nobodys), (page, query)
            tried += 1
    assert tried > 10


async def is_not_shown(house: House, intruder: Intruder) -> None:
    """On no page of all that there are, also those that name nothing."""
    for page in house.pages():
        if page.path == "/inloggen":
            continue  # names the fictional people of the demo
        answer = await house.visit(page, intruder.cookie)
        seen = {secret for secret in SECRETS if secret in answer.text + str(answer.headers)}
        assert seen <= ({"Jaylano", "Meerman"} if intruder.is_told else set()), page


@pytest.mark.parametrize("state", ["nobody", "idle", "old", "logged-out", "invented"])
async def test_without_a_running_session_there_is_only_the_way_in(house: House, backup: Backup, state: str) -> None:
    cookie = await without_session(house, state)
    before = await backup.everything()
    for page in house.pages():
        if page.path in PUBLIC:
            continue
        theirs, nobodys = [
            await house.visit(page, cookie, {**house.theirs, **things}) for things in (house.theirs, NOTHING)
        ]
        assert shown(theirs) == shown(nobodys), page
        assert theirs.status_code == (303 if cookie is None else 403), page
        if cookie is None:
            assert theirs.headers["location"].startswith("/inloggen?naar="), page
        assert [secret for secret in SECRETS if secret in theirs.text] == [], page
    assert await backup.everything() == before


async def without_session(house: House, state: str) -> str | None:
    if state == "nobody":
        return None
    cookie = await house.cookie(JAYLANO)
    if state == "idle":
        house.clock.ms += IDLE_MS
    elif state == "old":
        for _ in range(ABSOLUTE_MS // (IDLE_MS - 1) + 1):  # never idle, and still over
            house.clock.ms += IDLE_MS - 1
            await house.story.services.sessions.person(cookie)
    elif state == "logged-out":
        await house.story.services.sessions.logout(cookie)
    return cookie[:-1] + ("A" if cookie[-1] != "A" else "B") if state == "invented" else cookie


@pytest.mark.parametrize("mark", ["gelezen", "ongelezen", "archief", "terug"])
async def test_a_letter_of_another_among_ones_own_is_no_letter_and_nothing_is_done(
    house: House, backup: Backup, mark: str
) -> None:
    """Of letters that are ticked together; also for a helper, whom the citizen lets read it."""
    own = id_text(await house.story.deliver(SAMIRA, "duo_bericht_sf"))
    before = await backup.everything()
    for who, letters in ((SAMIRA, [own, house.theirs["letter_id"]]), (KARIN, [house.theirs["letter_id"]])):
        answers = [await house.mark(who, mark, each) for each in (letters, [*letters[:-1], UNKNOWN])]
        assert [shown(answer) for answer in answers] == [shown(answers[0])] * 2
        assert answers[0].status_code == 404
        after = await backup.everything()
        assert {**after, "session": [], "mailbox": []} == {**before, "session": [], "mailbox": []}
    assert (await house.mark(SAMIRA, mark, [own])).status_code == 303


async def test_forms_of_other_sites_are_refused_on_every_route(house: House) -> None:
    cookie = await house.cookie(JAYLANO)
    for page in house.pages():
        if page.method == "GET":
            continue
        for source in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}, {}):
            answer = await house.visit(page, cookie, source=source)
            assert answer.status_code == 403, (page, source)
    assert await house.story.services.sessions.person(cookie) is not None


async def test_no_page_has_content_when_it_cannot_be_logged(house: House, database_url: str) -> None:
    """The table of the log is gone: every page of owner and helper says nothing of any letter."""
    cookies = [await house.cookie(JAYLANO), await house.cookie(KARIN)]
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE access_log RENAME TO gone"))
    await engine.dispose()
    for page in house.pages():
        for cookie in cookies if page.method == "GET" else ():
            answer = await house.visit(page, cookie)
            assert [secret for secret in SECRETS[2:] if secret in answer.text + str(answer.headers)] == [], page
            assert not answer.content.startswith(b"%PDF"), page
