"""A run that was interrupted goes on where it was: over real HTTP, and as a real process that is killed."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from connectors.journal import Journal, JournalInUse
from connectors.push import Client, PushFailed, Report, push
from tests.connectors.unruly import LANES, UnrulyServer, always, letters, problem, slow
from tests.processes import ROOT


@LANES
async def test_what_is_in_the_journal_is_not_sent_again(
    server: UnrulyServer, client: Client, tmp_path: Path, *, mass: bool
) -> None:
    with Journal(tmp_path / "cjib") as journal:
        assert await push(client, letters(4), mass=mass, journal=journal) == Report(accepted=4)
    server.asked.clear()
    with Journal(tmp_path / "cjib") as journal:
        assert await push(client, letters(6), mass=mass, journal=journal) == Report(accepted=2, skipped=4)
    assert server.stored == 6


async def test_halves_of_a_bulk_are_in_the_journal(server: UnrulyServer, client: Client, tmp_path: Path) -> None:
    server.largest_bulk = 2
    with Journal(tmp_path / "cjib") as journal:
        await push(client, letters(5), mass=True, journal=journal)
    assert (tmp_path / "cjib").read_text().split() == [letter["kenmerk"] for letter in letters(5)]


async def test_a_run_that_failed_goes_on_without_doubles(server: UnrulyServer, client: Client, tmp_path: Path) -> None:
    server.moves += [slow(0)] * 5 + [always(problem(503, "Even niet", Retry_After="999"))]
    with Journal(tmp_path / "cjib") as journal, pytest.raises(PushFailed):
        await push(client, letters(12), journal=journal)
    with Journal(tmp_path / "cjib") as journal:
        report = await push(client, letters(12), journal=journal)
    assert report.done == 12
    assert report.skipped + report.known >= 5
    assert (server.stored, len(server.letters)) == (12, 12)


async def test_refused_letters_get_another_chance(server: UnrulyServer, client: Client, tmp_path: Path) -> None:
    server.refuses = frozenset({"CJIB-1"})
    with Journal(tmp_path / "cjib") as journal:
        await push(client, letters(3), journal=journal)
    server.refuses = frozenset()
    with Journal(tmp_path / "cjib") as journal:
        assert await push(client, letters(3), journal=journal) == Report(accepted=1, skipped=2)


async def test_a_killed_process_goes_on_without_doubles(key: ECKey, server: UnrulyServer, tmp_path: Path) -> None:
    key_file = tmp_path / "cjib.jwk"
    key_file.write_text(json.dumps(key.as_dict(private=True)))
    command = [
        *("send", "--agency", "cjib", "--url", server.url, "--key-file", str(key_file), "--single", "--no-pdf"),
        *("--citizens", "5", "--letters", "200", "--until", "2026-11-24", "--journal", str(tmp_path / "journal")),
    ]
    server.moves += [slow(0.02)] * 1_000
    for stored in (20, 60, 110):
        process = await _run(*command)
        while server.stored < stored and process.returncode is None:  # noqa: ASYNC110 - the process may end as well
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
        assert stored <= server.stored < 200
    process = await _run(*command)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert (server.stored, len(server.letters)) == (200, 200)
    assert len((tmp_path / "journal").read_text().splitlines()) == 200


async def _run(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mailbox", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_journal_has_one_writer(tmp_path: Path) -> None:
    with Journal(tmp_path / "cjib"), pytest.raises(JournalInUse, match="another run writes in this journal"):
        Journal(tmp_path / "cjib")
    with Journal(tmp_path / "cjib") as journal:
        assert "CJIB-1" not in journal
