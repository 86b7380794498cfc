"""An address is somebody's when the code came back that was sent there; only the worker and they can read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from mailbox.domain.alerts import Address, Delivery, EmailAddress, Way, Wishes
from mailbox.domain.errors import CodeRefused, InvalidIdentifier, NotFound, TooManyAttempts
from mailbox.domain.people import Person
from mailbox.services.contacts import CODE_MS, AddressRefused, NothingAsked, NotSent
from mailbox.services.log_entries import Act
from mailbox.services.message_limits import CODES_OF_PERSON, CODES_TO_ADDRESS, MOVES, TooManyCodes
from tests.attacks.backup import Backup
from tests.post_office import ADDRESS, NUMBER, PostOffice, reached
from tests.services.conftest import JAYLANO, SAMIRA, Tamper
from tests.world import DAY_MS, World

OTHER = "ander@voorbeeld.example"


@pytest.fixture
async def backup(database_url: str) -> AsyncIterator[Backup]:
    made = Backup(database_url)
    yield made
    await made.close()


@pytest.fixture
async def citizen(wired: World) -> Person:
    return await wired.person(JAYLANO, "Jaylano Meerman")


async def test_a_code_goes_to_the_address_and_makes_it_ones_own(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    contacts = wired.services.contacts
    await contacts.ask(citizen, EmailAddress(ADDRESS))
    before = await contacts.show(citizen)
    assert (before.address, before.waiting) == (None, EmailAddress(ADDRESS))
    assert [message.to for message in office.arrived] == [EmailAddress(ADDRESS)]
    await contacts.confirm(citizen, f" {office.code[:3]} {office.code[3:]} ")
    after = await contacts.show(citizen)
    assert (after.address, after.waiting, after.wishes) == (EmailAddress(ADDRESS), None, Wishes())
    lines = (await wired.services.log_book.entries(citizen)).lines
    assert [line.action for line in lines] == [Act.ADDRESS]


async def test_a_code_works_once_for_one_person_and_for_half_an_hour(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    contacts, samira = wired.services.contacts, await wired.person(SAMIRA, "Samira Bouali")
    await contacts.ask(citizen, EmailAddress(ADDRESS))
    code = office.code
    with pytest.raises(CodeRefused):
        await contacts.confirm(samira, code)
    wired.clock.ms += CODE_MS
    with pytest.raises(CodeRefused):
        await contacts.confirm(citizen, code)
    await contacts.ask(citizen, EmailAddress(ADDRESS))
    await contacts.confirm(citizen, office.code)
    with pytest.raises(CodeRefused):
        await contacts.confirm(citizen, office.code)


async def test_a_second_click_on_a_code_that_was_right_is_no_guess(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.services.contacts.ask(citizen, EmailAddress(ADDRESS))
    code = office.code
    await wired.services.contacts.confirm(citizen, code)
    for _ in range(12):
        with pytest.raises(NothingAsked):
            await wired.services.contacts.confirm(citizen, code)


async def test_a_new_code_takes_the_place_of_the_one_before(wired: World, office: PostOffice, citizen: Person) -> None:
    contacts = wired.services.contacts
    await contacts.ask(citizen, EmailAddress(OTHER))
    code = office.code
    wired.clock.ms += 1
    await contacts.ask(citizen, EmailAddress(ADDRESS))
    with pytest.raises(CodeRefused):
        await contacts.confirm(citizen, code)
    await contacts.confirm(citizen, office.code)
    assert (await contacts.show(citizen)).address == EmailAddress(ADDRESS)


async def test_after_five_wrong_codes_the_right_one_is_none(wired: World, office: PostOffice, citizen: Person) -> None:
    contacts = wired.services.contacts
    await contacts.ask(citizen, EmailAddress(ADDRESS))
    wrong = f"{(int(office.code) + 1) % 10**6:06}"
    tries = await asyncio.gather(*(contacts.confirm(citizen, wrong) for _ in range(5)), return_exceptions=True)
    assert [type(error) for error in tries] == [CodeRefused] * 5
    with pytest.raises(CodeRefused):
        await contacts.confirm(citizen, office.code)


async def test_nobody_has_codes_sent_without_end(wired: World, office: PostOffice, citizen: Person) -> None:
    contacts = wired.services.contacts
    addresses = [EmailAddress(f"{number}@voorbeeld.example") for number in range(11)]
    for address in addresses[:10]:
        await contacts.ask(citizen, address)
    with pytest.raises(TooManyAttempts):
        await contacts.ask(citizen, addresses[10])
    with pytest.raises(TooManyAttempts):
        await contacts.confirm(citizen, office.code)
    assert len(office.tried) == 10
    wired.clock.ms += 3_600_001
    await contacts.ask(citizen, addresses[10])


async def test_who_waits_each_hour_has_codes_sent_no_more_than_so_often_a_day(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    for number in range(CODES_OF_PERSON):
        await wired.services.contacts.ask(citizen, EmailAddress(f"{number}@voorbeeld.example"))
        wired.clock.ms += 600_000
    with pytest.raises(TooManyCodes):
        await wired.services.contacts.ask(citizen, EmailAddress(OTHER))
    assert len(office.tried) == CODES_OF_PERSON
    wired.clock.ms += DAY_MS
    await wired.services.contacts.ask(citizen, EmailAddress(OTHER))


@pytest.mark.parametrize("address", [EmailAddress(OTHER), NUMBER], ids=["email", "sms"])
async def test_nobody_is_kept_awake_by_codes_that_others_ask_for(
    wired: World, office: PostOffice, citizen: Person, address: Address
) -> None:
    """However many ask, and whichever capitals they type it in."""
    samira = await wired.person(SAMIRA, "Samira Bouali")
    asking = [citizen, samira] * CODES_TO_ADDRESS
    spelled = [address, EmailAddress(OTHER.upper()) if address.way is Way.EMAIL else address]
    asked = [wired.services.contacts.ask(who, spelled[number % 3 % 2]) for number, who in enumerate(asking)]
    said = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(error) for error in said if error].count(TooManyCodes) == CODES_TO_ADDRESS
    assert len(office.tried) == CODES_TO_ADDRESS
    await wired.services.contacts.ask(samira, EmailAddress(ADDRESS))
    wired.clock.ms += DAY_MS
    await wired.services.contacts.ask(samira, address)


async def test_who_moves_to_and_fro_has_no_message_sent_each_time(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    """And who used up the codes does not move unseen."""
    contacts = wired.services.contacts
    for address in (EmailAddress(ADDRESS), NUMBER):
        await reached(wired, office, citizen, address)
    for number in range(7):
        await contacts.ask(citizen, EmailAddress(f"{number}@voorbeeld.example"))
    office.forget()
    for _ in range(MOVES):
        for way in (Way.EMAIL, Way.SMS):
            await contacts.choose(citizen, Wishes(), way)
    assert len(office.arrived) == MOVES - 1
    assert (await contacts.show(citizen)).address == NUMBER
    wired.clock.ms += DAY_MS
    await contacts.choose(citizen, Wishes(), Way.EMAIL)
    assert office.arrived[-1].to == NUMBER


async def test_what_was_counted_is_forgotten_and_says_nothing(
    wired: World, office: PostOffice, citizen: Person, backup: Backup
) -> None:
    """No two days have a tag in common, so the database does not say that somebody asked again."""
    tags = []
    for _ in range(2):
        await wired.services.contacts.ask(citizen, EmailAddress(ADDRESS))
        await wired.services.contacts.forget_old()
        counted = (await backup.copy("message_count"))["message_count"]
        assert [row["messages"] for row in counted] == [1, 1]
        assert ADDRESS not in repr(counted)
        tags += [row["tag"] for row in counted]
        wired.clock.ms += DAY_MS
    assert len(set(tags)) == 4
    await wired.services.contacts.forget_old()
    assert await backup.copy("message_count") == {"message_count": []}


@pytest.mark.parametrize(
    ("answer", "error"),
    [(Delivery.REFUSED, AddressRefused), (Delivery.LATER, NotSent), (Delivery.UNKNOWN, NotSent)],
)
async def test_what_did_not_arrive_is_said_at_once(
    wired: World, office: PostOffice, citizen: Person, answer: Delivery, error: type[Exception]
) -> None:
    office.answers.append(answer)
    with pytest.raises(error):
        await wired.services.contacts.ask(citizen, EmailAddress(ADDRESS))


async def test_the_address_of_before_hears_that_it_is_not_used_any_more(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    contacts = wired.services.contacts
    await reached(wired, office, citizen)
    await contacts.choose(citizen, Wishes(new_post=False, with_date=True))
    await contacts.ask(citizen, EmailAddress(OTHER))
    await contacts.confirm(citizen, office.code)
    assert [message.to.value for message in office.arrived] == [OTHER, ADDRESS]
    shown = await contacts.show(citizen)
    assert (shown.address, shown.wishes) == (EmailAddress(OTHER), Wishes(new_post=False, with_date=True))
    for _ in range(2):
        await contacts.remove(citizen, Way.EMAIL)
    assert [message.to.value for message in office.arrived] == [OTHER, ADDRESS, OTHER]
    assert await contacts.show(citizen) == await contacts.show(await wired.person(SAMIRA, "Samira Bouali"))
    with pytest.raises(NotFound):
        await contacts.choose(citizen, Wishes())


async def test_an_address_that_does_not_open_can_be_changed_and_taken_away(
    wired: World, office: PostOffice, citizen: Person, tamper: Tamper
) -> None:
    await reached(wired, office, citizen)
    change = "UPDATE contact SET own_box = :box WHERE mailbox_id = :mine"
    await tamper(change, box=b"not sealed", mine=citizen.mailbox_id)
    await reached(wired, office, citizen, OTHER)
    await tamper(change, box=b"not sealed", mine=citizen.mailbox_id)
    await wired.services.contacts.remove(citizen, Way.EMAIL)
    assert (await wired.services.contacts.show(citizen)).address is None


async def test_no_address_can_be_read_in_the_database(
    wired: World, office: PostOffice, citizen: Person, backup: Backup
) -> None:
    await reached(wired, office, citizen, "a@b.example")
    await wired.services.contacts.ask(citizen, EmailAddress(ADDRESS))
    stored = await backup.copy("contact", "contact_check")
    texts = (ADDRESS, "voorbeeld", "b.example", office.code)
    assert [part for part in texts if part in repr(stored) or part.encode().hex() in repr(stored)] == []
    first = {name: len(box) for name, box in stored["contact"][0].items() if name.endswith("_box")}
    await reached(wired, office, citizen, f"{'lang' * 15}@voorbeeld.example")
    again = (await backup.copy("contact"))["contact"][0]
    assert {name: len(again[name]) for name in first} == first


async def test_codes_that_nobody_entered_are_forgotten(
    wired: World, office: PostOffice, citizen: Person, backup: Backup
) -> None:
    await wired.services.contacts.ask(citizen, EmailAddress(ADDRESS))
    await wired.services.contacts.forget_old()
    assert (await wired.services.contacts.show(citizen)).waiting is not None
    wired.clock.ms += CODE_MS + 1
    await wired.services.contacts.forget_old()
    assert await backup.copy("contact_check") == {"contact_check": []}


@pytest.mark.parametrize(
    "typed",
    [
        *("", "iemand", "iemand@", "@voorbeeld.nl", "a b@voorbeeld.nl", "a@voorbeeld", ".a@b.nl", "a..b@c.nl"),
        *("a@b.nl\r\nBcc: c@d.nl", "a@b.nl\n", "a@-b.nl", "<a@b.nl>", "a@b.nl,c@d.nl", '"a"@b.nl', "é@b.nl"),
        *("=?utf-8?q?a?=@b.nl", "=?a@b.nl"),
        *(f"{'a' * 65}@b.nl", f"a@{'b.' * 130}nl"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidIdentifier):
        EmailAddress(typed)


def test_an_address_is_masked() -> None:
    assert ADDRESS not in repr(EmailAddress(ADDRESS))
