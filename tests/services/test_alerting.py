"""New post is told at once, once, together and with the least; and never of what nobody has to hear any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import LogCapture

from mailbox.channels.notifynl import NotifyChannel
from mailbox.channels.smtp import SmtpChannel, SmtpServer
from mailbox.crypto import FileKek, Sealer
from mailbox.domain.alerts import Delivery, EmailAddress, Way, Wishes
from mailbox.domain.people import Person
from mailbox.services.alerting import LEASE_MS, REST_MS
from mailbox.store import Database, FolderObjects
from tests.acceptance.canaries import CANARY
from tests.acceptance.test_nothing_readable_on_disk import whole_letter
from tests.mail_server import mail_server
from tests.notify_service import notify_service, refusal
from tests.post_office import ADDRESS, PostOffice, reached, work
from tests.services.conftest import JAYLANO, SAMIRA, Tamper
from tests.web.story import bsns_of_tests, public_key
from tests.world import CJIB, DAY_MS, NOW_MS, UWV, World
from tests.world import world as make_world

MINUTE_MS = 60_000


@pytest.fixture
async def citizen(wired: World, office: PostOffice) -> Person:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await reached(wired, office, person)
    return person


async def test_new_post_is_told_at_once_and_once(wired: World, office: PostOffice, citizen: Person) -> None:
    await wired.deliver(JAYLANO)
    assert await work(wired) == 1
    assert await work(wired) == 0
    (message,) = office.arrived
    assert message.mailbox_id == citizen.mailbox_id
    assert "Van: CJIB. De afzender vraagt iets van u." in message.text


async def test_without_an_address_nothing_is_planned(wired: World) -> None:
    person = await wired.person(JAYLANO, "Jaylano Meerman")
    await wired.deliver(JAYLANO)
    assert await work(wired) == 0
    assert await waiting(wired, person) == 0


@pytest.mark.usefixtures("citizen")
async def test_a_letter_is_not_told_before_it_can_be_seen(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO, publicatietijdstip="2026-11-25T12:00:00Z")
    wired.clock.ms = NOW_MS + DAY_MS - 1
    assert await work(wired) == 0
    wired.clock.ms += 1
    assert await work(wired) == 1


async def test_what_was_read_already_is_not_told(wired: World, office: PostOffice, citizen: Person) -> None:
    letter_id = await wired.deliver(JAYLANO)
    await wired.services.reading.letter(citizen, letter_id)
    assert await work(wired) == 0
    assert office.tried == []


@pytest.mark.parametrize("how", ["trektIn", "vervangt"])
async def test_of_a_letter_that_was_withdrawn_only_the_withdrawal_is_told(
    wired: World, citizen: Person, how: str
) -> None:
    await wired.deliver(JAYLANO, kenmerk="EERST")
    await wired.deliver(JAYLANO, kenmerk="ANDER", afzender=UWV.value)
    await wired.deliver(JAYLANO, kenmerk="DAARNA", relatie={how: "EERST"})
    await wired.deliver(JAYLANO, kenmerk="VREEMD", afzender=UWV.value, relatie={how: "DAARNA"})
    assert await waiting(wired, citizen) == 3
    assert await work(wired) == 3


@pytest.mark.usefixtures("citizen")
async def test_what_comes_within_some_hours_goes_together(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO)
    await work(wired)
    for _ in range(24 * 2):
        await wired.deliver(JAYLANO, afzender=UWV.value)
        wired.clock.ms += 30 * MINUTE_MS
        await work(wired)
    assert len(office.arrived) <= 1 + 4
    assert {message.text.count("Van:") for message in office.arrived} == {1}
    wired.clock.ms += REST_MS
    await work(wired)
    assert await work(wired) == 0


async def test_after_days_without_a_worker_there_is_one_message(
    wired: World, office: PostOffice, citizen: Person, log_output: LogCapture
) -> None:
    for _ in range(30):
        await wired.deliver(JAYLANO)
    wired.clock.ms += 3 * DAY_MS
    assert await work(wired) == 30
    assert len(office.arrived) == 1
    (line,) = [entry for entry in log_output.entries if entry["event"] == "alerts_sent"]
    assert (line["letters"], line["slowest_s"], line["over_48_hours"]) == (30, 3 * 86_400, 30)
    assert set(line) == {"event", "log_level", "letters", "slowest_s", "over_48_hours"}


async def test_the_day_is_in_it_only_for_who_wants_that(wired: World, office: PostOffice, citizen: Person) -> None:
    await wired.deliver(JAYLANO)
    await work(wired)
    await wired.services.contacts.choose(citizen, Wishes(with_date=True))
    await wired.deliver(JAYLANO)
    wired.clock.ms += REST_MS
    await work(wired)
    assert ["uiterlijk" in message.text for message in office.arrived] == [False, True]
    assert "De afzender vraagt iets van u uiterlijk 28 april 2026." in office.arrived[1].text


async def test_who_wants_the_day_no_more_does_not_get_it_of_what_waited(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.services.contacts.choose(citizen, Wishes(with_date=True))
    await wired.deliver(JAYLANO)
    await wired.services.contacts.choose(citizen, Wishes())
    await work(wired)
    assert "uiterlijk" not in office.arrived[0].text


async def test_who_wants_none_gets_none_also_of_what_waited(wired: World, office: PostOffice, citizen: Person) -> None:
    await wired.deliver(JAYLANO)
    await wired.services.contacts.choose(citizen, Wishes(new_post=False))
    await wired.deliver(JAYLANO)
    assert await work(wired) == 0
    await wired.services.contacts.choose(citizen, Wishes())
    assert await work(wired) == 0
    await wired.deliver(JAYLANO)
    assert await work(wired) == 1


async def test_who_takes_the_address_away_gets_nothing(wired: World, office: PostOffice, citizen: Person) -> None:
    await wired.deliver(JAYLANO)
    await wired.services.contacts.remove(citizen, Way.EMAIL)
    office.forget()
    await wired.deliver(JAYLANO)
    assert await work(wired) == 0
    assert office.tried == []
    assert await waiting(wired, citizen) == 0


@pytest.mark.usefixtures("citizen")
async def test_what_could_not_be_sent_is_tried_again_ever_later(wired: World, office: PostOffice) -> None:
    office.answers += [Delivery.LATER] * 3
    await wired.deliver(JAYLANO)
    tries = []
    for minute in range(12):
        before = len(office.tried)
        await work(wired)
        tries += [minute] * (len(office.tried) - before)
        wired.clock.ms += MINUTE_MS
    assert tries == [0, 1, 3, 7]
    assert len(office.arrived) == 1


@pytest.mark.usefixtures("citizen")
async def test_letters_that_came_while_the_mail_server_was_down_join_the_message(
    wired: World, office: PostOffice
) -> None:
    office.answers.append(Delivery.LATER)
    await wired.deliver(JAYLANO)
    await work(wired)
    await wired.deliver(JAYLANO, afzender=UWV.value)
    wired.clock.ms += MINUTE_MS
    assert await work(wired) == 2
    assert len(office.arrived) == 1


@pytest.mark.usefixtures("citizen")
async def test_what_may_have_arrived_is_sent_again_as_the_same_message(wired: World, office: PostOffice) -> None:
    office.answers.append(Delivery.UNKNOWN)
    await wired.deliver(JAYLANO)
    await work(wired)
    await wired.deliver(JAYLANO, afzender=UWV.value)
    wired.clock.ms += MINUTE_MS
    assert await work(wired) == 1
    first, second = office.arrived
    assert (first.key, first.text) == (second.key, second.text)
    wired.clock.ms += REST_MS
    assert await work(wired) == 1
    assert "UWV" in office.arrived[2].text
    assert office.arrived[2].key != first.key


@pytest.mark.usefixtures("citizen")
async def test_what_may_have_arrived_each_time_is_not_sent_without_end(wired: World, office: PostOffice) -> None:
    office.answers += [Delivery.LATER, *[Delivery.UNKNOWN, Delivery.LATER] * 9]
    await wired.deliver(JAYLANO)
    for _ in range(24):
        await work(wired)
        wired.clock.ms += 60 * MINUTE_MS
    assert len(office.arrived) == 3
    assert len({message.key for message in office.arrived}) == 1
    office.answers.clear()
    await wired.deliver(JAYLANO)
    assert await work(wired) == 1


@pytest.mark.usefixtures("citizen")
async def test_a_worker_that_died_is_followed_by_another_with_the_same_message(
    wired: World, office: PostOffice
) -> None:
    await wired.deliver(JAYLANO)
    office.open.clear()
    dying = asyncio.create_task(work(wired))
    await office.calls.get()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    office.open.set()
    async with wired.restarted() as again:
        assert await work(again) == 0
        again.clock.ms += LEASE_MS
        assert await work(again) == 1
    assert len({message.key for message in office.tried}) == 1
    assert len(office.tried) == 2


async def test_two_workers_at_once_tell_nobody_twice(wired: World, office: PostOffice, citizen: Person) -> None:
    people, bsns = [citizen], bsns_of_tests()[:10]
    for bsn in bsns:
        people.append(await wired.person(bsn, "Proef Persoon"))
        await reached(wired, office, people[-1], f"persoon-{bsn}@voorbeeld.example")
    for bsn in (JAYLANO, *bsns):
        await wired.deliver(bsn)
    async with wired.restarted() as other:
        told = await asyncio.gather(*(work(each) for each in (wired, other, wired, other)))
    assert sum(told) == len(office.arrived) == 11
    assert {message.mailbox_id for message in office.arrived} == {person.mailbox_id for person in people}


async def test_who_stops_finishes_what_is_on_its_way_and_not_all_that_is_due(wired: World, office: PostOffice) -> None:
    bsns = bsns_of_tests()[:20]
    for bsn in bsns:
        await reached(wired, office, await wired.person(bsn, "Proef Persoon"), f"persoon-{bsn}@voorbeeld.example")
    for bsn in bsns:
        await wired.deliver(bsn)
    assert wired.services.alerting is not None
    stop = asyncio.Event()
    office.open.clear()
    sending = asyncio.create_task(wired.services.alerting().send_due(stop))
    await office.calls.get()
    stop.set()
    office.open.set()
    told = await sending
    assert 0 < told == len(office.arrived) < len(bsns)
    assert await work(wired) == len(bsns) - told


@pytest.mark.usefixtures("citizen")
async def test_a_slow_worker_does_not_undo_what_another_did(wired: World, office: PostOffice) -> None:
    await wired.deliver(JAYLANO)
    office.open.clear()
    slow = asyncio.create_task(work(wired))
    await office.calls.get()
    async with wired.restarted() as other:
        other.clock.ms += LEASE_MS
        fast = asyncio.create_task(work(other))
        await office.calls.get()
        office.open.set()
        assert list(await asyncio.gather(slow, fast)) == [0, 1]
    wired.clock.ms += REST_MS + LEASE_MS
    assert await work(wired) == 0


async def test_an_address_that_refuses_is_shown_and_tried_for_the_next_letter(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    office.answers.append(Delivery.REFUSED)
    await wired.deliver(JAYLANO)
    assert await work(wired) == 0
    assert (await wired.services.contacts.show(citizen)).refused_ms == NOW_MS
    wired.clock.ms += REST_MS
    assert await work(wired) == 0
    assert len(office.tried) == 1
    await wired.deliver(JAYLANO)
    assert await work(wired) == 2
    assert (await wired.services.contacts.show(citizen)).refused_ms is None


async def test_a_new_address_hears_of_what_the_one_before_refused(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO)
    office.answers.append(Delivery.REFUSED)
    await work(wired)
    await reached(wired, office, citizen, "nieuw@voorbeeld.example")
    assert await work(wired) == 1
    assert [message.to.value for message in office.arrived] == ["nieuw@voorbeeld.example"]


async def test_what_the_address_of_before_refuses_meanwhile_is_not_held_against_the_new_one(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO)
    office.open.clear()
    office.answers.append(Delivery.REFUSED)
    busy = asyncio.create_task(work(wired))
    await office.calls.get()
    async with wired.services.store.write() as tx:
        kept = await tx.alerts.contact(citizen.mailbox_id)
        assert kept is not None
        await tx.alerts.keep(kept)  # as a confirmed code does
    office.open.set()
    assert await busy == 0
    assert (await wired.services.contacts.show(citizen)).refused_ms is None
    wired.clock.ms += LEASE_MS
    assert await work(wired) == 1


async def test_rows_that_somebody_else_wrote_send_nothing_and_keep_nobody_waiting(
    wired: World, office: PostOffice, citizen: Person, tamper: Tamper
) -> None:
    samira = await wired.person(SAMIRA, "Samira Bouali")
    await reached(wired, office, samira, "samira@voorbeeld.example")
    await wired.deliver(SAMIRA)
    await wired.deliver(JAYLANO)
    moved = "UPDATE contact SET address_box = (SELECT address_box FROM contact WHERE mailbox_id = :theirs)"
    await tamper(f"{moved} WHERE mailbox_id = :mine", theirs=samira.mailbox_id, mine=citizen.mailbox_id)
    assert await work(wired) == 1
    assert [message.mailbox_id for message in office.tried] == [samira.mailbox_id]


async def test_one_row_that_does_not_open_takes_no_other_with_it(
    wired: World, office: PostOffice, citizen: Person, tamper: Tamper
) -> None:
    await wired.deliver(JAYLANO)
    await tamper("UPDATE alert SET box = :box WHERE mailbox_id = :mine", box=b"not sealed", mine=citizen.mailbox_id)
    await wired.deliver(JAYLANO, afzender=UWV.value)
    assert await work(wired) == 1
    assert await waiting(wired, citizen) == 0
    assert "UWV" in office.arrived[0].text


@pytest.mark.parametrize("box", ["address_box", "wishes_box"])
async def test_what_waits_for_a_contact_that_does_not_open_is_told_once_it_does(
    wired: World, citizen: Person, tamper: Tamper, box: str
) -> None:
    async with wired.services.store.read() as tx:
        kept = await tx.alerts.contact(citizen.mailbox_id)
    await wired.deliver(JAYLANO)
    change = f"UPDATE contact SET {box} = :box WHERE mailbox_id = :mine"  # noqa: S608 - a name of ours
    await tamper(change, box=b"not sealed", mine=citizen.mailbox_id)
    assert await work(wired) == 0
    await tamper(change, box=getattr(kept, box), mine=citizen.mailbox_id)
    wired.clock.ms += REST_MS
    assert await work(wired) == 1


@pytest.mark.usefixtures("citizen")
async def test_content_of_another_form_keeps_nobody_waiting(wired: World, office: PostOffice, tamper: Tamper) -> None:
    """Sealed as it should be, by who has the key: another version, or a mistake of ours."""
    samira = await wired.person(SAMIRA, "Samira Bouali")
    await reached(wired, office, samira, "samira@voorbeeld.example")
    await wired.deliver(JAYLANO)
    await wired.deliver(SAMIRA)
    sealer = Sealer(FileKek(wired.kek_file))
    for text, told in ((b'{"later": true}', 1), (b"[]", 0), (b"\xff", 0)):
        box = sealer.seal_operator("alert-wishes", (samira.mailbox_id,), text)
        await tamper("UPDATE contact SET wishes_box = :box WHERE mailbox_id = :mine", box=box, mine=samira.mailbox_id)
        assert await work(wired) == told
        wired.clock.ms += REST_MS


async def test_a_letter_comes_in_whatever_the_wishes_say(wired: World, citizen: Person, tamper: Tamper) -> None:
    await tamper("UPDATE contact SET wishes_box = :box", box=b"nothing that was sealed")
    async with wired.restarted() as again:
        letter_id = await again.deliver(JAYLANO)
        assert await again.ids(citizen) == {letter_id}
        assert await work(again) == 0


async def test_no_message_says_anything_of_a_letter_or_a_person(
    wired: World, office: PostOffice, citizen: Person, log_output: LogCapture
) -> None:
    await wired.services.contacts.choose(citizen, Wishes(with_date=True))
    letter = {**whole_letter(1), "ontvanger": {"type": "BSN", "waarde": JAYLANO}}
    await wired.services.receiving.receive(CJIB, letter, [b"%PDF-1.4"])
    await work(wired)
    (message,) = office.arrived
    said = f"{message.subject} {message.text}"
    assert "CJIB" in said
    personal = (CANARY, "Jaylano", "Meerman", JAYLANO, "987", "5000056789012345", "http", "www.")
    assert [part for part in personal if part in said] == []
    assert [part for part in (*personal, "voorbeeld.example") if part in repr(log_output.entries)] == []


async def test_over_a_real_mail_server(store: Database, tmp_path: Path) -> None:
    """It hangs up with the message in hand, is there again, and then knows the address no more."""
    async with mail_server() as server:
        to = SmtpServer(host="127.0.0.1", port=server.port, tls="none", sender="post@dienst.example")
        objects, kek_file = FolderObjects(tmp_path / "objects"), tmp_path / "kek.json"
        async with make_world(store, objects, kek_file, channel=SmtpChannel(to)) as world:
            person = await world.person(JAYLANO, "Jaylano Meerman")
            await world.services.contacts.ask(person, EmailAddress(ADDRESS))
            code = next(word for word in server.taken[0].get_content().split() if word.isdecimal())
            await world.services.contacts.confirm(person, code)
            await world.deliver(JAYLANO)
            server.hangs_up = True
            assert await work(world) == 0
            server.hangs_up = False
            world.clock.ms += MINUTE_MS
            assert await work(world) == 1
            first, second = server.taken[1:]
            assert (first["Message-ID"], first["To"]) == (second["Message-ID"], ADDRESS)
            server.to = "550 5.1.1 no such user"
            world.clock.ms += REST_MS
            await world.deliver(JAYLANO)
            assert await work(world) == 0
            assert (await world.services.contacts.show(person)).refused_ms == world.clock.ms


async def test_over_a_real_api(store: Database, tmp_path: Path) -> None:
    """It hangs up with the message in hand, does not answer for hours, and says then that it has it."""
    async with notify_service() as server:
        objects, kek_file = FolderObjects(tmp_path / "objects"), tmp_path / "kek.json"
        async with make_world(store, objects, kek_file, channel=NotifyChannel(server.service())) as world:
            person = await world.person(JAYLANO, "Jaylano Meerman")
            await world.services.contacts.ask(person, EmailAddress(ADDRESS))
            code = next(word for word in server.taken[0]["personalisation"]["tekst"].split() if word.isdecimal())
            await world.services.contacts.confirm(person, code)
            letter = {**whole_letter(1), "ontvanger": {"type": "BSN", "waarde": JAYLANO}}
            await world.services.agencies.add(CJIB, "CJIB", public_key())
            await world.services.receiving.receive(CJIB, letter, [b"%PDF-1.4"])
            server.hangs_up = True
            assert await work(world) == 0
            server.hangs_up = False
            server.answers["GET"] = [(503, {})] * 5
            for _ in range(5):
                world.clock.ms += REST_MS
                assert await work(world) == 0
            world.clock.ms += REST_MS
            assert await work(world) == 1
            assert len(server.taken) == 2
            personal = (CANARY, "Jaylano", "Meerman", JAYLANO, "987", "5000056789012345", "http", "www.")
            said = repr([message["personalisation"] for message in server.taken])
            assert "CJIB" in said
            assert [part for part in personal if part in said] == []
            server.answers["POST"] = [refusal(400, "ValidationError", "email_address Not a valid email address")]
            world.clock.ms += REST_MS
            await world.deliver(JAYLANO)
            assert await work(world) == 0
            assert (await world.services.contacts.show(person)).refused_ms == world.clock.ms


@pytest.mark.usefixtures("citizen")
async def test_what_may_have_arrived_stays_the_same_message_also_where_nobody_can_say(
    wired: World, office: PostOffice
) -> None:
    """A worker died with it, and the next one finds no way out."""
    await wired.deliver(JAYLANO)
    office.open.clear()
    dying = asyncio.create_task(work(wired))
    await office.calls.get()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    office.open.set()
    office.answers.append(Delivery.LATER)
    for _ in range(2):
        wired.clock.ms += LEASE_MS
        await work(wired)
    assert [message.again for message in office.tried] == [False, True, True]
    assert len({message.key for message in office.tried}) == 1


async def waiting(world: World, person: Person) -> int:
    """How much is planned for this person, for whenever."""
    async with world.services.store.read() as tx:
        return sum(not alert.ended for alert in await tx.alerts.due(person.mailbox_id, now_ms=2**60))
