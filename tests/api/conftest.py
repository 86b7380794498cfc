"""The whole application on a real SQLite store and real keys, with a clock that one can set, and no network."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from mailbox.settings import Settings
from tests.api.descriptions import READERS_API, Answers
from tests.api.machine import Machine, machine
from tests.api.portal import Portal, open_portal, portal_settings
from tests.databases import sqlite_url


@pytest.fixture(autouse=True)
def _fresh_logs() -> None:
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """Settings of a service of this test alone, with limits that a test can reach."""
    return Settings(
        database_url=sqlite_url(Path(shutil.copy(sqlite_template, tmp_path / "mailbox.db"))),
        objects_dir=tmp_path / "objects",
        kek_file=tmp_path / "keys" / "kek.json",
        token_key_file=tmp_path / "keys" / "token.json",
        public_url="http://127.0.0.1:8000",
        demo=True,
        secure_cookies=False,
        letter_bytes=48 * 1024,
        attachment_bytes=32 * 1024,
        bulk_lines=200,
        bulk_bytes=8 * 1024 * 1024,
        request_seconds=1,
    )


@pytest_asyncio.fixture
async def api(settings: Settings) -> AsyncIterator[Machine]:
    """The application, started, with the CJIB registered."""
    async with machine(settings) as started:
        yield started


@pytest.fixture
def answers() -> Answers:
    """What the reader API answered in this test."""
    return Answers(READERS_API)


@pytest_asyncio.fixture
async def portal(database_url: str, tmp_path: Path, answers: Answers) -> AsyncIterator[Portal]:
    """The application with its pages, on either database, for people and their apps. Answers are as described."""
    async with open_portal(portal_settings(database_url, tmp_path)) as opened:
        opened.client.event_hooks = {"response": [answers.check]}
        yield opened
