"""What a letter says, whose it is and what lets one in: in no log, no address, no file and no row in the clear."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from mailbox.domain.errors import MailboxError
from mailbox.observability import configure_logging
from mailbox.services.granting import GrantDraft
from tests.attacks.house import PAPER, SECRETS, House, house_settings, open_house, wide
from tests.web.story import JAYLANO, KARIN, PDF

BSN = JAYLANO.subject.value
IBAN = "NL91ABNA0417164300"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, ours and the libraries', at the most talkative level there is."""
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers, logging.getLogger().level
    before = structlog.get_config()
    stream = io.StringIO()
    configure_logging("DEBUG", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.configure(**before)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where anyone who asks for a temporary file gets it in this test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
async def house(database_url: str, tmp_path: Path, log: io.StringIO, temporary: Path) -> AsyncIterator[House]:
    assert log is not None
    assert temporary is not None
    async with open_house(house_settings(database_url, tmp_path / "house")) as opened:
        yield opened


async def lived_in(house: House) -> list[str]:
    """People use every page, and look, search, give and take; the secrets that came about."""
    jaylano, karin = await house.cookie(JAYLANO), await house.cookie(KARIN)
    for page in sorted(house.pages(), key=lambda page: page.method):  # first all that is looked at, then all forms
        for cookie in (jaylano, karin):
            if page.method == "GET":
                await house.visit(page, cookie, query={"vraag": SECRETS[2], "voor": "x", "nieuw": "1"})
            await house.visit(page, cookie)
    granting = house.story.services.granting
    offer = await granting.offer(
        await house.story.person(JAYLANO), GrantDraft(helper_note="Tante Ottilie", scope=wide())
    )
    for code in (offer.code[:-1] + ("3" if offer.code.endswith("2") else "2"), "wrong"):
        with pytest.raises(MailboxError):
            await house.story.services.helping.accept(await house.story.person(KARIN), code)
    return [BSN, IBAN, jaylano, karin, offer.code, offer.code.replace("-", ""), "Ottilie", "Karin", *SECRETS, *PAPER]


def found(secrets: list[str], content: str | bytes) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    return [secret for secret in secrets if secret.encode() in raw]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_no_log_line_says_anything_of_anyone(house: House, log: io.StringIO) -> None:
    secrets = await lived_in(house)
    assert "request" in log.getvalue()
    assert found(secrets, log.getvalue()) == []


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE letter SET meta_box = body_box",
        "UPDATE letter_key SET blob = :junk",
        "UPDATE session SET person_box = :junk",
        "UPDATE held_grant SET blob = :junk",
        "UPDATE consent_grant SET notes_box = :junk",
        "UPDATE consent_grant SET scope_box = :junk",
        "UPDATE mailbox_epoch SET public = :junk",
        "UPDATE keyslot SET kek_version = 99",
        "ALTER TABLE letter RENAME TO gone",
        "ALTER TABLE access_log RENAME TO gone",
        "ALTER TABLE session RENAME TO gone",
    ],
)
async def test_when_things_break_no_log_and_no_page_says_whose_or_what(
    house: House, log: io.StringIO, database_url: str, harm: str
) -> None:
    jaylano, karin = await house.cookie(JAYLANO), await house.cookie(KARIN)
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text(harm), {"junk": b"junk"} if ":junk" in harm else {})
    await engine.dispose()
    secrets, broken = [BSN, IBAN, jaylano, karin, "Karin", *SECRETS, *PAPER], 0
    for page in house.pages():
        for cookie in (jaylano, karin):
            answer = await house.visit(page, cookie)
            if answer.status_code >= 500:
                broken += 1
                assert found(secrets, answer.text + str(answer.headers)) == [], page
    assert broken > 0
    assert found(secrets, log.getvalue()) == []


async def test_no_file_and_no_temporary_file_has_anything_in_the_clear(
    house: House, tmp_path: Path, temporary: Path
) -> None:
    secrets = await lived_in(house)
    files = contents(tmp_path)
    assert any("objects" in path.parts for path in files)
    assert {path.name: seen for path, raw in files.items() if (seen := found([*secrets, PDF.decode()], raw))} == {}
    assert contents(temporary) == {}


async def test_no_row_has_anything_in_the_clear(house: House, database_url: str) -> None:
    secrets = await lived_in(house)
    engine = create_async_engine(database_url)
    seen, rows = {}, 0
    async with engine.connect() as connection:
        for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            for row in (await connection.execute(text(f"SELECT * FROM {table}"))).all():  # noqa: S608 - as the database names them
                rows += 1
                content = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
                if said := found(secrets, content):
                    seen[table] = said
    await engine.dispose()
    assert rows > 15
    assert seen == {}


async def test_no_address_has_anything_but_ids(house: House) -> None:
    """Links, forms and redirects of every page: whoever sees the address of a page learns nothing of what it says."""
    secrets = await lived_in(house)
    places = 0
    for cookie in (await house.cookie(JAYLANO), await house.cookie(KARIN)):
        for page in house.pages():
            if page.method == "GET":
                answer = await house.visit(page, cookie)
                links = [part.split('"')[0] for part in answer.text.replace("action=", "href=").split('href="')[1:]]
                ours = [link for link in [*links, answer.headers.get("location", "")] if link.startswith("/")]
                places += len(ours)
                assert [link for link in ours if found(secrets, link)] == [], page
    assert places > 100
