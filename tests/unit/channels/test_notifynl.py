"""Messages over the API of Notify, on a real server: what arrives, and what each way to fail comes to."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from mailbox.bootstrap import services
from mailbox.channels.notifynl import ApiKey, NoApiKey, NotifyChannel
from mailbox.domain.alerts import Delivery, EmailAddress, Message, PhoneNumber
from mailbox.domain.identifiers import Bsn, MailboxId
from mailbox.domain.people import Identity, Subject
from mailbox.settings import Settings
from tests.databases import sqlite_url
from tests.notify_service import (
    API_KEY,
    EMAIL_TEMPLATE,
    SECRET,
    SMS_TEMPLATE,
    Answer,
    NotifySimulator,
    notify_service,
    refusal,
)

MESSAGE = Message(
    key=bytes(range(16)),
    mailbox_id=MailboxId(bytes(16)),
    to=EmailAddress("iemand@voorbeeld.example"),
    subject="Er is post",
    text="Hallo,\n\nEr is één brief.\n",
)
AGAIN = replace(MESSAGE, again=True)
TEXT = replace(MESSAGE, to=PhoneNumber("+31612345678"))
NO_ADDRESS = refusal(400, "ValidationError", "email_address Not a valid email address")


@pytest.fixture
async def server() -> AsyncIterator[NotifySimulator]:
    async with notify_service() as running:
        yield running


def channel(server: NotifySimulator, **changes: Any) -> NotifyChannel:
    return NotifyChannel(server.service(**changes))


async def test_a_message_arrives_as_it_is_and_nothing_else(server: NotifySimulator) -> None:
    assert await channel(server).send(MESSAGE) is Delivery.SENT
    assert server.taken == [
        {
            "email_address": MESSAGE.to.value,
            "template_id": EMAIL_TEMPLATE,
            "personalisation": {"onderwerp": MESSAGE.subject, "tekst": MESSAGE.text},
            "reference": MESSAGE.key.hex(),
        }
    ]
    assert server.asked == ["POST"]


async def test_a_text_message_arrives_as_it_is_and_nothing_else(server: NotifySimulator) -> None:
    assert await channel(server, sms_template=SMS_TEMPLATE).send(TEXT) is Delivery.SENT
    assert server.taken == [
        {
            "phone_number": "+31612345678",
            "template_id": SMS_TEMPLATE,
            "personalisation": {"tekst": MESSAGE.text},
            "reference": MESSAGE.key.hex(),
        }
    ]


async def test_without_a_template_there_are_no_text_messages(server: NotifySimulator) -> None:
    assert await channel(server).send(TEXT) is Delivery.REFUSED
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal(400, "ValidationError", "phone_number Not a valid phone number"), Delivery.REFUSED),
        (refusal(400, "ValidationError", "phone_number Not enough digits"), Delivery.REFUSED),
        (refusal(400, "ValidationError", "phone_number is a required property"), Delivery.LATER),
        (refusal(400, "BadRequestError", "Cannot send to international mobile numbers"), Delivery.LATER),
        (refusal(400, "BadRequestError", "Service is not allowed to send text messages"), Delivery.LATER),
    ],
)
async def test_what_the_api_says_of_a_number_is_what_became_of_it(
    server: NotifySimulator, answer: Answer, expected: Delivery
) -> None:
    server.answers["POST"] = [answer]
    with capture_logs() as logged:
        assert await channel(server, sms_template=SMS_TEMPLATE).send(TEXT) is expected
    assert [part for part in ("345678", "phone_number") if part in repr(logged)] == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (NO_ADDRESS, Delivery.REFUSED),
        (
            (400, {"errors": [*NO_ADDRESS[1]["errors"], {"error": "BadRequestError", "message": "trial"}]}),
            Delivery.LATER,
        ),
        (refusal(400, "ValidationError", "email_address is a required property"), Delivery.LATER),
        (refusal(400, "ValidationError", "template_id is not a valid UUID"), Delivery.LATER),
        (refusal(400, "BadRequestError", "email_address can't be sent to with a team-only API key"), Delivery.LATER),
        (refusal(400, "BadRequestError", "Missing personalisation: tekst"), Delivery.LATER),
        ((400, {"errors": []}), Delivery.LATER),
        ((400, {"errors": ["email_address"]}), Delivery.LATER),
        ((400, ["no object"]), Delivery.LATER),
        ((403, NO_ADDRESS[1]), Delivery.LATER),
        ((404, {}), Delivery.LATER),
        (refusal(429, "RateLimitError", "Exceeded rate limit"), Delivery.LATER),
        (refusal(429, "TooManyRequestsError", "Exceeded send limits (50) for today"), Delivery.LATER),
        (refusal(500, "Exception", "Internal server error"), Delivery.LATER),
        ((503, {}), Delivery.LATER),
        ((502, {}), Delivery.UNKNOWN),
        ((504, {}), Delivery.UNKNOWN),
        ((200, {}), Delivery.LATER),
        ((302, {}), Delivery.LATER),
    ],
)
async def test_what_the_api_says_is_what_became_of_it(
    server: NotifySimulator, answer: Answer, expected: Delivery
) -> None:
    server.answers["POST"] = [answer]
    with capture_logs() as logged:
        assert await channel(server).send(MESSAGE) is expected
    assert server.taken == []
    assert "voorbeeld" not in repr(logged)
    assert "email_address" not in repr(logged)


async def test_an_api_that_hangs_up_or_is_slow_may_have_taken_it(server: NotifySimulator) -> None:
    server.hangs_up = True
    assert await channel(server).send(MESSAGE) is Delivery.UNKNOWN
    server.hangs_up, server.silent = False, asyncio.Event()
    assert await channel(server, seconds=0.2).send(MESSAGE) is Delivery.UNKNOWN
    server.silent.set()
    assert len(server.taken) == 2


async def test_an_api_that_is_not_there_is_tried_later() -> None:
    async with notify_service() as gone:
        pass
    for message in (MESSAGE, AGAIN):
        assert await channel(gone).send(message) is Delivery.LATER


async def test_what_arrived_already_does_not_go_again(server: NotifySimulator) -> None:
    server.hangs_up = True
    await channel(server).send(MESSAGE)
    server.hangs_up = False
    assert await channel(server).send(AGAIN) is Delivery.SENT
    assert len(server.taken) == 1


async def test_what_did_not_arrive_goes_again(server: NotifySimulator) -> None:
    await channel(server).send(replace(MESSAGE, key=bytes(16)))
    assert await channel(server).send(AGAIN) is Delivery.SENT
    assert [one["reference"] for one in server.taken] == [bytes(16).hex(), MESSAGE.key.hex()]


@pytest.mark.parametrize(
    ("status", "expected", "times"),
    [
        ("created", Delivery.SENT, 1),
        ("delivered", Delivery.SENT, 1),
        ("permanent-failure", Delivery.REFUSED, 1),
        ("temporary-failure", Delivery.SENT, 2),
        ("technical-failure", Delivery.SENT, 2),
    ],
)
async def test_what_failed_on_its_way_goes_again_but_not_to_an_address_that_is_none(
    server: NotifySimulator, status: str, expected: Delivery, times: int
) -> None:
    await channel(server).send(MESSAGE)
    server.status = status
    assert await channel(server).send(AGAIN) is expected
    assert len(server.taken) == times


@pytest.mark.parametrize("answer", [(500, {}), (403, {}), (200, {}), (200, {"notifications": ["x"]}), (200, [])])
async def test_while_the_api_does_not_say_nothing_goes_again(server: NotifySimulator, answer: Answer) -> None:
    server.answers["GET"] = [answer]
    assert await channel(server).send(AGAIN) is Delivery.LATER
    assert server.taken == []


async def test_another_key_is_let_in_nowhere(server: NotifySimulator) -> None:
    wrong = ApiKey.parse(API_KEY.replace(SECRET, f"0{SECRET[1:]}"))
    for message in (MESSAGE, AGAIN):
        assert await channel(server, key=wrong).send(message) is Delivery.LATER
    assert server.taken == []


@pytest.mark.parametrize("text", ["", "geheim", SECRET, f"{SECRET}-{SECRET}", f"{API_KEY}0", f"a b {API_KEY}"])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(NoApiKey) as caught:
        ApiKey.parse(text)
    assert SECRET not in str(caught.value)


def test_a_key_is_masked_and_its_name_may_hold_dashes() -> None:
    key = ApiKey.parse(f"onze-naam-{API_KEY}\n")
    assert key == ApiKey.parse(API_KEY)
    assert SECRET not in repr(key)


async def test_a_service_with_these_settings_sends_its_codes_there(
    server: NotifySimulator, tmp_path: Path, sqlite_template: Path
) -> None:
    (tmp_path / "notify.key").write_text(f"{API_KEY}\n")
    settings = Settings(
        database_url=sqlite_url(Path(shutil.copy(sqlite_template, tmp_path / "mailbox.db"))),
        objects_dir=tmp_path / "objects",
        kek_file=tmp_path / "kek.json",
        demo=True,
        notify_url=server.service().url,
        notify_key_file=tmp_path / "notify.key",
        notify_email_template=EMAIL_TEMPLATE,
        notify_sms_template=SMS_TEMPLATE,
    )
    async with services(settings) as built:
        who = Identity(subject=Subject.of_bsn(Bsn("999990019")), name="Jaylano Meerman")
        person = await built.sessions.person(await built.sessions.login(who))
        assert person is not None
        for address in (MESSAGE.to, TEXT.to):
            await built.contacts.ask(person, address)
    assert [message.get("email_address") for message in server.taken] == [MESSAGE.to.value, None]
    assert [message.get("phone_number") for message in server.taken] == [None, TEXT.to.value]
    assert "Jaylano" not in repr(server.taken)
