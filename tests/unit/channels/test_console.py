"""Messages that are printed: what they say, and not to whom they would go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailbox.bootstrap import services
from mailbox.domain.alerts import EmailAddress, PhoneNumber
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Subject
from mailbox.settings import Settings
from tests.databases import sqlite_url


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    return Settings(
        database_url=sqlite_url(Path(shutil.copy(sqlite_template, tmp_path / "mailbox.db"))),
        objects_dir=tmp_path / "objects",
        kek_file=tmp_path / "kek.json",
        demo=True,
        console_messages=True,
    )


async def test_a_code_is_printed_and_its_address_is_not(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async with services(settings) as built:
        who = Identity(subject=Subject.of_bsn(Bsn("999990019")), name="Jaylano Meerman")
        person = await built.sessions.person(await built.sessions.login(who))
        assert person is not None
        await built.contacts.ask(person, EmailAddress("iemand@voorbeeld.example"))
        printed = capsys.readouterr().out
        await built.contacts.ask(person, PhoneNumber("+31612345678"))
        sms = capsys.readouterr().out
        await built.contacts.ask(person, EmailAddress("iemand@voorbeeld.example"))
        printed = capsys.readouterr().out
        await built.contacts.confirm(person, next(word for word in printed.split() if word.isdecimal()))
        assert (await built.contacts.show(person)).address == EmailAddress("iemand@voorbeeld.example")
    assert "Uw code voor Mijnoverzicht" in printed
    assert "Sms" in sms
    assert [part for part in ("voorbeeld", "Jaylano", "999990019", "345678") if part in printed + sms] == []
    assert built.outbox is None
