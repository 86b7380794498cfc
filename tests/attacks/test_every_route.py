"""Every route for people, from the route table, asked by everyone who should see nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from mailbox.domain.identifiers import id_text
from mailbox.services.reading import TimelineQuery
from mailbox.services.sessions import ABSOLUTE_MS, IDLE_MS
from tests.attacks.house import SECRETS, House, Page, house_settings, open_house, shown, wide
from tests.web.story import JAYLANO, KARIN, LEO, SAMIRA
from tests.world import DAY_MS

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PUBLIC = {"/", "/inloggen", "/uitgelogd", "/uitloggen", "/hulp", "/static/{name}"}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(house_settings(database_url, tmp_path)) as opened:
        yield opened


async def other_citizen(house: House) -> str:
    await house.story.deliver(SAMIRA, "duo_bericht_sf")
    return await house.cookie(SAMIRA)


async def other_helper(house: House) -> str:
    """With a client of their own, who is not Jaylano."""
    await house.story.grant(SAMIRA, LEO, wide())
    return await house.cookie(LEO)


async def stopped_helper(house: House) -> str:
    await house.story.services.granting.stop(await house.story.person(JAYLANO), house.grant)
    return await house.cookie(KARIN)


async def expired_helper(house: House) -> str:
    """The grant is over; no job has cleared it up yet."""
    house.clock.ms += 92 * DAY_MS
    return await house.cookie(KARIN)


async def expired_and_cleared_helper(house: House) -> str:
    cookie = await expired_helper(house)
    assert await house.story.services.grant_endings.end_expired() == 1
    return cookie


async def list_only_helper_of_nothing(house: House) -> str:
    """Has a grant of Jaylano, whose period this letter falls outside."""
    await stopped_helper(house)
    narrow = wide().to_json() | {"dated_from": "2027-01-01"}
    await house.story.grant(JAYLANO, KARIN, type(wide()).from_json(narrow))
    return await house.cookie(KARIN)


INTRUDERS = (
    other_citizen,
    other_helper,
    stopped_helper,
    expired_helper,
    expired_and_cleared_helper,
    list_only_helper_of_nothing,
)
Intruder = Callable[[House], Awaitable[str]]


def named(house: House) -> list[Page]:
    found = [page for page in house.pages() if page.names_something]
    assert len(found) == 9
    return found


async def both(house: House, page: Page, cookie: str | None) -> tuple[httpx.Response, httpx.Response]:
    """The answer about what is Jaylano's, and about what is nobody's."""
    letter_id, grant_id = id_text(house.letter), id_text(house.grant)
    return (
        await house.visit(page, page.at(letter_id=letter_id, grant_id=grant_id), cookie),
        await house.visit(page, page.at(letter_id=UNKNOWN, grant_id=UNKNOWN), cookie),
    )


async def test_the_walk_sees_every_page(house: House) -> None:
    assert len(house.pages()) == 28


async def test_owner_and_helper_see_the_secrets_so_that_the_tests_below_can_fail(house: House) -> None:
    seen = ""
    for who in (JAYLANO, KARIN):
        cookie = await house.cookie(who)
        for page in named(house):
            if page.method == "GET":
                seen += (await both(house, page, cookie))[0].text
    assert [secret for secret in SECRETS if secret not in seen] == []


@pytest.mark.parametrize("intruder", INTRUDERS, ids=lambda intruder: intruder.__name__)
async def test_what_is_anothers_does_not_exist(house: House, intruder: Intruder) -> None:
    cookie = await intruder(house)
    for page in named(house):
        theirs, nobodys = await both(house, page, cookie)
        assert shown(theirs) == shown(nobodys), page
        assert theirs.status_code == (303 if page.path.endswith("/ongelezen") else 404), page
        for half in ((id_text(house.letter), UNKNOWN), (UNKNOWN, id_text(house.grant))):
            answer = await house.visit(page, page.at(letter_id=half[0], grant_id=half[1]), cookie)
            assert shown(answer) == shown(nobodys), page


@pytest.mark.parametrize("intruder", INTRUDERS, ids=lambda intruder: intruder.__name__)
async def test_no_page_shows_what_is_anothers(house: House, intruder: Intruder) -> None:
    cookie = await intruder(house)
    for page in house.pages():
        answer = await house.visit(
            page, page.at(letter_id=id_text(house.letter), grant_id=id_text(house.grant)), cookie
        )
        shown_secrets = [secret for secret in SECRETS if secret in answer.text + str(answer.headers)]
        allowed = {"Jaylano", "Meerman"} if intruder is list_only_helper_of_nothing else set()
        demo_login = page.path == "/inloggen"  # names its fictional people
        assert set(shown_secrets) <= ({"Jaylano", "Meerman"} if demo_login else allowed), page


@pytest.mark.parametrize("way", ["nobody", "idle", "old", "logged-out", "invented"])
async def test_without_a_running_session_there_is_only_the_way_in(house: House, way: str) -> None:
    cookie = await without_session(house, way)
    for page in house.pages():
        if page.path in PUBLIC:
            continue
        theirs, nobodys = await both(house, page, cookie)
        assert shown(theirs) == shown(nobodys), page
        assert theirs.status_code == (303 if cookie is None else 403), page
        if cookie is None:
            assert theirs.headers["location"].startswith("/inloggen?naar="), page
        assert [secret for secret in SECRETS if secret in theirs.text] == [], page


async def without_session(house: House, way: str) -> str | None:
    if way == "nobody":
        return None
    cookie = await house.cookie(JAYLANO)
    if way == "idle":
        house.clock.ms += IDLE_MS
    elif way == "old":
        for _ in range(ABSOLUTE_MS // (IDLE_MS - 1) + 1):  # never idle, and still over
            house.clock.ms += IDLE_MS - 1
            await house.story.services.sessions.person(cookie)
    elif way == "logged-out":
        await house.story.services.sessions.logout(cookie)
    return cookie[:-1] + ("A" if cookie[-1] != "A" else "B") if way == "invented" else cookie


async def test_an_intruder_changes_nothing(house: House) -> None:
    """Every form, with the owner's ids: afterwards all is as it was."""
    jaylano = await house.story.person(JAYLANO)
    await house.story.services.reading.letter(jaylano, house.letter)
    before = await state_of(house)
    cookies = [await other_citizen(house), await other_helper(house), None]
    for page in named(house):
        if page.method == "POST":
            for cookie in cookies:
                await both(house, page, cookie)
    assert await state_of(house) == before


async def state_of(house: House) -> object:
    services, jaylano = house.story.services, await house.story.person(JAYLANO)
    letters = await services.reading.timeline(jaylano, TimelineQuery())
    grants = await services.granting.grants_of(jaylano)
    return [(letter.letter_id, letter.read_ms) for letter in letters.letters], grants


async def test_forms_of_other_sites_are_refused_on_every_route(house: House) -> None:
    cookie = await house.cookie(JAYLANO)
    for page in house.pages():
        if page.method != "POST":
            continue
        path = page.at(letter_id=id_text(house.letter), grant_id=id_text(house.grant))
        for source in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}, {}):
            answer = await house.client.post(path, headers={**source, "Cookie": f"mo={cookie}"}, data={"naam": "x"})
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
            path = page.at(letter_id=id_text(house.letter), grant_id=id_text(house.grant))
            answer = await house.visit(page, path, cookie)
            assert [secret for secret in SECRETS[2:] if secret in answer.text + str(answer.headers)] == [], page
            assert not answer.content.startswith(b"%PDF"), page
