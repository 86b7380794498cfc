"""A mobile number is proved as an address is, and gets the messages in place of that: one of them does, never both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mailbox.channels.notifynl import NotifyChannel
from mailbox.domain.alerts import Delivery, EmailAddress, PhoneNumber, Way, Wishes
from mailbox.domain.errors import CodeRefused, NotFound
from mailbox.domain.people import Person
from mailbox.services.alert_proofs import Outcome
from mailbox.services.alerting import REST_MS
from mailbox.services.contacts import AddressRefused, NotSent
from mailbox.services.log_entries import Act
from mailbox.store import Database, FolderObjects
from tests.acceptance.canaries import CANARY
from tests.acceptance.test_nothing_readable_on_disk import whole_letter
from tests.attacks.backup import Backup
from tests.notify_service import SMS_TEMPLATE, notify_service, refusal
from tests.post_office import ADDRESS, NUMBER, PostOffice, reached, work
from tests.services.conftest import JAYLANO, SAMIRA, Tamper
from tests.web.story import public_key
from tests.world import CJIB, World
from tests.world import world as make_world

MAIL, OTHER_NUMBER = EmailAddress(ADDRESS), PhoneNumber("+31687654321")
MINUTE_MS = 60_000


@pytest.fixture
async def citizen(wired: World) -> Person:
    return await wired.person(JAYLANO, "Jaylano Meerman")


@pytest.fixture
async def backup(database_url: str) -> AsyncIterator[Backup]:
    made = Backup(database_url)
    yield made
    await made.close()


async def test_a_code_goes_to_the_number_and_makes_it_ones_own(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    contacts = wired.services.contacts
    await contacts.ask(citizen, NUMBER)
    before = await contacts.show(citizen)
    assert (before.address, before.waiting) == (None, NUMBER)
    (message,) = office.arrived
    assert (message.to, message.text) == (
        NUMBER,
        f"Uw code is: {office.code}. Vul deze code in op Mijnoverzicht. De code werkt een half uur. "
        "Geef de code aan niemand. Vroeg u niet om een code? Dan hoeft u niets te doen.",
    )
    with pytest.raises(CodeRefused):
        await contacts.confirm(await wired.person(SAMIRA, "Samira Bouali"), office.code)
    await contacts.confirm(citizen, office.code)
    after = await contacts.show(citizen)
    assert (after.address, after.other, after.waiting, after.wishes) == (NUMBER, None, None, Wishes())
    assert [line.action for line in (await wired.services.log_book.entries(citizen)).lines] == [Act.ADDRESS]


@pytest.mark.parametrize(("answer", "error"), [(Delivery.REFUSED, AddressRefused), (Delivery.LATER, NotSent)])
async def test_a_number_that_takes_nothing_is_nobodys(
    wired: World, office: PostOffice, citizen: Person, answer: Delivery, error: type[Exception]
) -> None:
    office.answers.append(answer)
    with pytest.raises(error) as caught:
        await wired.services.contacts.ask(citizen, NUMBER)
    assert "345678" not in f"{caught.value!r} {caught.value}"
    assert (await wired.services.contacts.show(citizen)).address is None


async def test_where_no_text_messages_go_out_nobody_gives_a_number(
    wired: World, office: PostOffice, citizen: Person, backup: Backup
) -> None:
    office.ways = frozenset({Way.EMAIL})
    async with wired.restarted() as only_mail:
        with pytest.raises(NotFound):
            await only_mail.services.contacts.ask(citizen, NUMBER)
    assert (office.tried, await backup.copy("contact_check")) == ([], {"contact_check": []})


async def test_who_gave_both_hears_it_once_where_they_chose(wired: World, office: PostOffice, citizen: Person) -> None:
    contacts = wired.services.contacts
    await reached(wired, office, citizen)
    await contacts.choose(citizen, Wishes(with_date=True))
    await contacts.ask(citizen, NUMBER)
    await contacts.confirm(citizen, office.code)
    assert [message.to for message in office.arrived] == [NUMBER, MAIL]
    assert "Op dit e-mailadres krijgt u geen berichten meer" in office.arrived[1].text
    shown = await contacts.show(citizen)
    assert (shown.address, shown.other, shown.wishes) == (NUMBER, MAIL, Wishes(with_date=True))
    for way, to in ((None, NUMBER), (Way.EMAIL, MAIL), (Way.EMAIL, MAIL), (Way.SMS, NUMBER)):
        await contacts.choose(citizen, Wishes(), way)
        office.forget()
        wired.clock.ms += REST_MS
        await wired.deliver(JAYLANO)
        assert await work(wired) == 1
        assert await work(wired) == 0
        assert [message.to for message in office.tried] == [to]


async def test_who_gets_no_messages_any_more_hears_that_once(wired: World, office: PostOffice, citizen: Person) -> None:
    contacts = wired.services.contacts
    for address in (MAIL, NUMBER):
        await reached(wired, office, citizen, address)
    for _ in range(2):
        await contacts.choose(citizen, Wishes(), Way.EMAIL)
    assert [(message.to, message.text[:47]) for message in office.arrived] == [
        (NUMBER, "Op dit nummer krijgt u geen berichten meer van ")
    ]
    await contacts.ask(citizen, OTHER_NUMBER)
    await contacts.confirm(citizen, office.code)
    assert [message.to for message in office.arrived[1:]] == [OTHER_NUMBER, MAIL]
    shown = await contacts.show(citizen)
    assert (shown.address, shown.other) == (OTHER_NUMBER, MAIL)


async def test_nobody_chooses_a_way_for_which_they_gave_nothing(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await reached(wired, office, citizen)
    await wired.services.contacts.choose(citizen, Wishes(calls=False), Way.SMS)
    shown = await wired.services.contacts.show(citizen)
    assert (shown.address, shown.other, shown.wishes) == (MAIL, None, Wishes(calls=False))
    assert office.arrived == []


async def test_each_is_taken_away_by_itself(wired: World, office: PostOffice, citizen: Person) -> None:
    contacts = wired.services.contacts
    for address in (MAIL, NUMBER):
        await reached(wired, office, citizen, address)
    office.answers.append(Delivery.REFUSED)
    await wired.deliver(JAYLANO)
    await work(wired)
    for _ in range(2):
        await contacts.remove(citizen, Way.EMAIL)
    shown = await contacts.show(citizen)
    assert (shown.address, shown.other, shown.refused_ms) == (NUMBER, None, wired.clock.ms)
    assert office.arrived == []
    await reached(wired, office, citizen, MAIL)
    await contacts.choose(citizen, Wishes(), Way.SMS)
    office.forget()
    for _ in range(2):
        await contacts.remove(citizen, Way.SMS)
    assert [message.to for message in office.arrived] == [NUMBER]
    shown = await contacts.show(citizen)
    assert (shown.address, shown.other) == (MAIL, None)
    await contacts.remove(citizen, Way.EMAIL)
    assert (await contacts.show(citizen)).address is None


async def test_what_is_on_its_way_to_one_stays_on_its_way_when_the_other_is_taken_away(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    for address in (MAIL, NUMBER):
        await reached(wired, office, citizen, address)
    letter_id = await wired.deliver(JAYLANO)
    office.open.clear()
    sending = asyncio.create_task(work(wired))
    await office.calls.get()
    await wired.services.contacts.remove(citizen, Way.EMAIL)
    office.open.set()
    assert await sending == 1
    (told,) = await wired.services.alert_proofs.of_letter(citizen, letter_id)
    assert (told.outcome, told.way) == (Outcome.SENT, Way.SMS)
    assert await wired.services.bounces.no_such_address(office.arrived[-1].key)
    assert (await wired.services.contacts.show(citizen)).refused_ms == wired.clock.ms


async def test_the_proof_says_over_which_way_it_went(wired: World, office: PostOffice, citizen: Person) -> None:
    proofs = wired.services.alert_proofs
    await reached(wired, office, citizen, NUMBER)
    first = await wired.deliver(JAYLANO)
    await work(wired)
    await reached(wired, office, citizen, MAIL)
    wired.clock.ms += REST_MS
    second = await wired.deliver(JAYLANO)
    await work(wired)
    ways = [(await proofs.of_letter(citizen, letter_id))[0].way for letter_id in (first, second)]
    assert ways == [Way.SMS, Way.EMAIL]


async def test_no_number_can_be_read_in_the_database_nor_whether_there_is_one(
    wired: World, office: PostOffice, citizen: Person, backup: Backup
) -> None:
    sizes = []
    for address in (NUMBER, EmailAddress(f"iemand@{'lang.' * 47}example"), OTHER_NUMBER):
        await reached(wired, office, citizen, address)
        await wired.services.contacts.ask(citizen, address)
        stored = await backup.copy("contact", "contact_check")
        sizes += [{name: len(box) for table in stored.values() for name, box in table[0].items() if "_box" in name}]
        for digits in ("12345678", "87654321"):
            assert digits not in repr(stored)
            assert digits.encode().hex() not in repr(stored)
    assert sizes == [sizes[0]] * 3


async def test_a_number_that_does_not_open_can_be_taken_away(
    wired: World, office: PostOffice, citizen: Person, tamper: Tamper
) -> None:
    await reached(wired, office, citizen, NUMBER)
    change = "UPDATE contact SET own_box = :box WHERE mailbox_id = :mine"
    await tamper(change, box=b"not sealed", mine=citizen.mailbox_id)
    await wired.services.contacts.remove(citizen, Way.SMS)
    assert (await wired.services.contacts.show(citizen)).address is None


async def test_over_a_real_api(store: Database, tmp_path: Path) -> None:
    """It hangs up with the message in hand, says that it has it, and later that there is no such number."""
    async with notify_service() as server:
        objects, kek_file = FolderObjects(tmp_path / "objects"), tmp_path / "kek.json"
        channel = NotifyChannel(server.service(sms_template=SMS_TEMPLATE))
        with capture_logs() as logged:
            async with make_world(store, objects, kek_file, channel=channel) as world:
                contacts = world.services.contacts
                person = await world.person(JAYLANO, "Jaylano Meerman")
                await contacts.ask(person, NUMBER)
                code = server.taken[0]["personalisation"]["tekst"].partition("code is: ")[2][:6]
                await contacts.confirm(person, code)
                letter = {**whole_letter(1), "ontvanger": {"type": "BSN", "waarde": JAYLANO}}
                await world.services.agencies.add(CJIB, "CJIB", public_key())
                await world.services.receiving.receive(CJIB, letter, [b"%PDF-1.4"])
                server.hangs_up = True
                assert await work(world) == 0
                server.hangs_up = False
                world.clock.ms += MINUTE_MS
                assert await work(world) == 1
                assert [message["phone_number"] for message in server.taken] == [NUMBER.value] * 2
                assert await world.services.bounces.no_such_address(bytes.fromhex(server.taken[1]["reference"]))
                assert (await contacts.show(person)).refused_ms == world.clock.ms
                server.answers["POST"] = [refusal(400, "ValidationError", "phone_number Not a valid phone number")]
                world.clock.ms += REST_MS
                await world.deliver(JAYLANO)
                assert await work(world) == 0
                assert (await contacts.show(person)).refused_ms == world.clock.ms
        said = repr([message["personalisation"] for message in server.taken])
        personal = (CANARY, "Jaylano", "Meerman", JAYLANO, "987", "5000056789012345", "http", "www.")
        assert "CJIB" in said
        assert [part for part in personal if part in said] == []
        assert [part for part in ("12345678", "phone_number") if part in repr(logged)] == []
