"""Mail that came back, from the command line: what a mail server does with it."""

from __future__ import annotations

import asyncio
import io
import sys

import pytest

from mailbox.bootstrap import services
from mailbox.domain.alerts import EmailAddress
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Subject
from mailbox.settings import load_settings
from tests.returned import KEY, POSTFIX, POSTFIX_DELAYED
from tests.unit.test_cli import Runner, _demo_in_a_folder, run

__all__ = ["_demo_in_a_folder", "run"]
WHO = Identity(subject=Subject.of_bsn(Bsn("999990019")), name="Jaylano Meerman")


def bounce(run: Runner, monkeypatch: pytest.MonkeyPatch, mail: bytes) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail)))
    return run("bounce")


async def refused(*, sending: bool = False) -> bool:
    """Whether the citizen's address is refused. `sending`: they confirm one first, and our message leaves for it."""
    async with services(load_settings()) as built:
        person = await built.sessions.person(await built.sessions.login(WHO))
        assert person is not None
        assert built.outbox is not None
        if sending:
            await built.contacts.ask(person, EmailAddress("iemand@voorbeeld.example"))
            text = built.outbox.messages(person.mailbox_id)[0].text
            await built.contacts.confirm(person, next(word for word in text.split() if word.isdecimal()))
            async with built.store.write() as tx:
                await tx.alerts.sending(person.mailbox_id, KEY)
        return (await built.contacts.show(person)).refused_ms is not None


def test_only_a_report_on_our_message_says_that_the_address_is_none(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("migrate")
    assert not asyncio.run(refused(sending=True))
    for mail, said in ((b"Subject: hallo\n\nhallo", "Nothing to keep.\n"), (POSTFIX_DELAYED, "Nothing to keep.\n")):
        assert (bounce(run, monkeypatch, mail), run.out) == (0, said)
        assert not asyncio.run(refused())
    for said in ("Kept.\n", "Nothing to keep.\n"):
        assert (bounce(run, monkeypatch, POSTFIX), run.out) == (0, said)
        assert asyncio.run(refused())


def test_it_needs_no_key(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MO_DEMO", "false")
    run("migrate")
    assert bounce(run, monkeypatch, POSTFIX) == 0


@pytest.mark.parametrize("settings", [{}, {"MO_PUBLIC_URL": "nonsense"}])
def test_what_cannot_be_kept_now_the_mail_server_keeps(
    run: Runner, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    """There are no tables yet, or the settings are wrong."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert bounce(run, monkeypatch, POSTFIX) == 75
    assert "voorbeeld" not in run.err
