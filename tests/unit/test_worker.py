"""The worker goes on whatever one job does, and stops when asked."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import structlog
from structlog.testing import capture_logs

from mailbox.domain.ports import Store
from mailbox.store import FolderObjects
from mailbox.worker import ORPHAN_AGE_MS, Job, jobs, remove_orphan_objects, run_jobs
from tests.world import CJIB, DAY_MS, world

CITIZEN = "999990019"


async def test_a_failing_job_is_logged_and_the_others_go_on() -> None:
    structlog.reset_defaults()
    stop, runs = asyncio.Event(), {"broken": 0, "sound": 0}

    async def broken() -> None:
        runs["broken"] += 1
        raise RuntimeError

    async def sound() -> int:
        runs["sound"] += 1
        if runs["sound"] >= 3 and runs["broken"] >= 3:
            stop.set()
        return 7

    with capture_logs() as logged:
        todo = [Job(name="broken", every=0.001, run=broken), Job(name="sound", every=0.001, run=sound)]
        await asyncio.wait_for(run_jobs(todo, stop=stop), timeout=10)
    assert min(runs.values()) >= 3
    assert {("job failed", "broken"), ("job done", "sound")} == {(line["event"], line["job"]) for line in logged}
    assert {7} == {line["count"] for line in logged if line["job"] == "sound"}


async def test_stopping_does_not_wait_for_the_next_turn_and_finishes_what_runs() -> None:
    stop, finished = asyncio.Event(), []

    async def slow() -> None:
        stop.set()
        await asyncio.sleep(0.02)
        finished.append(True)

    await asyncio.wait_for(run_jobs([Job(name="slow", every=3600, run=slow)], stop=stop), timeout=5)
    assert finished == [True]


async def test_every_job_runs_on_the_real_services(store: Store, tmp_path: Path) -> None:
    async with world(store, FolderObjects(tmp_path / "objects"), tmp_path / "kek.json") as small:
        todo = jobs(small.services, asyncio.Event())
        done = {job.name: await job.run() for job in todo}
    assert len(done) == len(todo) > 0
    assert {name: count for name, count in done.items() if count is not None} == {
        "climb ladders": 0,
        "end expired grants": 0,
        "remove orphan objects": 0,
    }


async def test_orphans_go_and_what_a_letter_names_or_is_young_stays(store: Store, tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / "objects")
    async with world(store, objects, tmp_path / "kek.json") as small:
        small.clock.ms = time.time_ns() // 1_000_000 + DAY_MS
        await small.deliver(CITIZEN, files=(b"%PDF-1.7 kept",))
        kept = await objects.names_before(small.clock.ms)
        await objects.put("0" * 32, b"left behind")
        await objects.put("f" * 32, b"just written")
        _written_at(tmp_path, "f" * 32, small.clock.ms - ORPHAN_AGE_MS + 1_000)
        assert await remove_orphan_objects(small.services) == 1
        assert sorted([*kept, "f" * 32]) == await objects.names_before(small.clock.ms + 1)


async def test_used_assertions_are_forgotten_only_after_they_expired(store: Store, tmp_path: Path) -> None:
    async with world(store, FolderObjects(tmp_path / "objects"), tmp_path / "kek.json") as small:
        expires = small.clock.ms + 1_000
        assert await small.services.agencies.use_assertion(CJIB, "once", expires_ms=expires)
        forget = next(job for job in jobs(small.services, asyncio.Event()) if job.name == "forget used assertions")
        await forget.run()
        assert not await small.services.agencies.use_assertion(CJIB, "once", expires_ms=expires)
        small.clock.ms = expires + 1
        await forget.run()
        assert await small.services.agencies.use_assertion(CJIB, "once", expires_ms=expires + 1_000)


def _written_at(folder: Path, name: str, at_ms: int) -> None:
    (path,) = (folder / "objects").glob(f"*/*/{name}")
    os.utime(path, ns=(at_ms * 1_000_000, at_ms * 1_000_000))
