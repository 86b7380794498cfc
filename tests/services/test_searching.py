"""Looking for letters: by what they say of themselves, and by the words in their text. A search is a look."""

from __future__ import annotations

from typing import Any

import pytest

from consent import EVERY, Action
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act, Role
from mailbox.services.marking import Mark
from mailbox.services.post_questions import PostQuestion
from mailbox.services.reading import TimelineQuery
from tests.services.conftest import EVE, JAYLANO, Tamper
from tests.world import CJIB, UWV, World, scope

KORT = {"wat": "U krijgt geld terug.", "doen": "Niets.", "gevolg": "Wij maken het over."}


@pytest.mark.parametrize(
    "words",
    [
        "Café",
        "CAFE",
        "cafe\u0301",
        "caf\u00e9 geld",
        "geld CAFÉ  boete",
        "terug",
        "maken het",
        "2201",
        "centraal",
        "8899",
        "A12",
    ],
)
async def test_words_are_found_in_the_text_and_in_what_the_letter_says_of_itself(
    world: World, jaylano: Person, words: str
) -> None:
    await world.services.agencies.add(CJIB, "Centraal Justitieel Incassobureau", {"kty": "EC", "kid": "1"})
    wanted = await world.deliver(
        JAYLANO, onderwerp="Uw boete", zaakkenmerk="2201 8899", kort=KORT, inhoud="Bij het **café** aan de _A12_."
    )
    await world.deliver(JAYLANO, onderwerp="Uw uitkering", afzender=UWV.value)
    assert await world.ids(jaylano, text=words) == {wanted}


@pytest.mark.parametrize("words", ["boete olifant", "koffie", "A13"])
async def test_all_words_must_be_there(world: World, jaylano: Person, words: str) -> None:
    await world.deliver(JAYLANO, onderwerp="Uw boete", inhoud="Bij het café aan de A12.")
    assert await world.ids(jaylano, text=words) == set()


async def test_a_search_is_one_look_and_is_written_also_when_nothing_is_found(world: World, jaylano: Person) -> None:
    found = await world.deliver(JAYLANO, inhoud="Een naald.")
    await world.deliver(JAYLANO, inhoud="Hooi.")
    await world.ids(jaylano, text="naald")
    await world.ids(jaylano, text="olifant")
    lines = (await world.services.log_book.entries(jaylano)).lines
    assert [(line.action, line.role, [ref.letter_id for ref in line.letters]) for line in lines] == [
        (Act.SEARCHED, Role.CITIZEN, []),
        (Act.SEARCHED, Role.CITIZEN, [found]),
    ]
    assert "naald" not in repr(lines)


async def test_a_search_reads_nothing_for_the_citizen_and_looks_in_the_archive(world: World, jaylano: Person) -> None:
    letter_id = await world.deliver(JAYLANO, inhoud="Een naald.")
    await world.services.marking.mark(jaylano, [letter_id], Mark.ARCHIVE)
    assert await world.ids(jaylano, text="naald", only_new=True) == {letter_id}
    assert await world.ids(jaylano, text="naald", archived=True) == {letter_id}
    assert await world.ids(jaylano, text="naald", archived=False) == set()


async def test_filters_narrow_together(world: World, jaylano: Person) -> None:
    """A day that has passed is no day to come; today is."""
    term = {"soort": "betalen", "grondslag": "Wahv art. 23", "gevolg": "Daarna wordt het meer."}
    same: dict[str, Any] = {"inhoud": "Een naald.", "dagtekening": "2026-11-01"}
    made = [
        await world.deliver(JAYLANO, **same, domeinen=[topic], termijnen=[{**term, "uiterlijk": day}])
        for topic, day in (("boete", "2026-11-24"), ("boete", "2026-11-23"), ("werk", "2026-12-24"))
    ]
    assert await world.ids(jaylano, only_dated=True) == {made[0], made[2]}
    assert await world.ids(jaylano, topic="boete") == {made[0], made[1]}
    assert await world.ids(jaylano, topic="boete", only_dated=True, text="naald", agency=CJIB) == {made[0]}
    assert await world.ids(jaylano, topic="boete", only_dated=True, text="naald", agency=UWV) == set()


async def test_a_search_stops_in_time_and_goes_on_where_it_was(world: World, jaylano: Person) -> None:
    """Newest first, a page at a time, whatever is found: together it is all, and each letter once."""
    wanted = []
    for number in range(11):
        letter_id = await world.deliver(JAYLANO, inhoud="Een naald." if number % 5 == 0 else "Hooi.")
        wanted += [letter_id] if number % 5 == 0 else []
        world.clock.ms += 1_000
    found, pages, before = list[LetterId](), 0, None
    while pages == 0 or before is not None:
        query = TimelineQuery(text="naald", before=before, most=3, limit=2)
        page = await world.services.reading.timeline(jaylano, query)
        assert (page.searched_to_ms is None) == (page.next is None)
        found += [letter.letter_id for letter in page.letters]
        before, pages = page.next, pages + 1
    assert found == wanted[::-1]
    assert pages == 4


async def test_a_full_page_has_not_stopped_searching(world: World, jaylano: Person) -> None:
    for _ in range(5):
        await world.deliver(JAYLANO, inhoud="Een naald.")
    page = await world.services.reading.timeline(jaylano, TimelineQuery(text="naald", limit=2))
    assert (len(page.letters), page.next is None, page.searched_to_ms) == (2, False, None)


async def test_a_text_that_does_not_open_keeps_nobody_from_the_others(
    world: World, jaylano: Person, tamper: Tamper
) -> None:
    broken = await world.deliver(JAYLANO, inhoud="Een naald.")
    whole = await world.deliver(JAYLANO, inhoud="Nog een naald.")
    changed = {"box": b"x" * 90, "mailbox": jaylano.mailbox_id, "letter": broken}
    await tamper("UPDATE letter SET body_box = :box WHERE mailbox_id = :mailbox AND letter_id = :letter", **changed)
    assert await world.ids(jaylano, text="naald") == {whole}


async def test_a_helper_searches_what_the_grant_opens(world: World, jaylano: Person, karin: Person) -> None:
    covered = await world.deliver(JAYLANO, onderwerp="Boete", inhoud="Een naald.")
    await world.deliver(JAYLANO, onderwerp="Uitkering", inhoud="Een naald.", afzender=UWV.value, domeinen=["uitkering"])
    grant_id = await world.grant(jaylano, karin, scope())
    assert await world.ids(karin, through=grant_id, text="naald") == {covered}
    assert await world.ids(karin, through=grant_id, text="uitkering") == set()
    lines = (await world.services.log_book.entries(jaylano)).lines[:2]
    assert [(line.action, line.actor, line.grant_id, len(line.letters)) for line in lines] == [
        (Act.SEARCHED, karin.label, grant_id, 0),
        (Act.SEARCHED, karin.label, grant_id, 1),
    ]


async def test_a_helper_who_may_not_read_learns_nothing_of_the_text(
    world: World, jaylano: Person, karin: Person
) -> None:
    letter_id = await world.deliver(JAYLANO, onderwerp="Boete", inhoud="Een naald.")
    grant_id = await world.grant(jaylano, karin, scope(EVERY, EVERY, actions=frozenset({Action.LIST})))
    assert await world.ids(karin, through=grant_id, text="naald") == set()
    assert await world.ids(karin, through=grant_id, text="boete") == {letter_id}


async def test_what_is_asked_is_good_for_who_asked_and_for_the_post_it_was_asked_of(
    world: World, jaylano: Person, karin: Person, eve: Person
) -> None:
    await world.deliver(EVE)
    asked, questions = PostQuestion(words="Café Zeegroen", topic="boete"), world.services.post_questions
    grant_id, other = [await world.grant(jaylano, karin, scope()) for _ in range(2)]
    own, through = await questions.sealed(jaylano, asked), await questions.sealed(karin, asked, through=grant_id)
    assert (questions.opened(jaylano, own), questions.opened(karin, through, through=grant_id)) == (asked, asked)
    wrong: list[tuple[Person, str, Any]] = [
        (eve, own, None), (karin, own, None), (karin, own, grant_id), (karin, through, None), (karin, through, other),
        (jaylano, own[:-1], None), (jaylano, "B" + own[1:], None), (jaylano, "é", None),
    ]  # fmt: skip
    for reader, text, which in wrong:
        with pytest.raises(NotFound):
            questions.opened(reader, text, through=which)
    assert await questions.sealed(jaylano, PostQuestion()) == ""
    assert questions.opened(jaylano, "") == PostQuestion()


async def test_who_may_not_look_may_not_ask(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    grant_id = await world.grant(jaylano, karin, scope())
    await world.services.granting.pause(jaylano, grant_id)
    for reader in (karin, eve):
        with pytest.raises(NotFound):
            await world.services.post_questions.sealed(reader, PostQuestion(words="x"), through=grant_id)
