"""What has to happen while nobody asks: messages go out, grants end, old sessions go, leftovers are cleared up."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from mailbox.bootstrap import Services, services
from mailbox.settings import Settings

ORPHAN_AGE_MS: Final = 3_600_000
"""An object is written before the commit that names it; after an hour that commit is not coming any more."""
_ORPHANS_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something that is done again and again. `every`: seconds between the end of a run and the next."""

    name: str
    every: float
    run: Callable[[], Awaitable[object]]


def jobs(built: Services, stop: asyncio.Event) -> Sequence[Job]:
    """The jobs of the service. Each may run in several workers at once. At `stop` a long one comes to its end soon."""

    async def end_grants() -> int:
        return await built.grant_endings.end_expired()

    async def forget_names() -> None:
        await built.helping.forget_closed()

    async def end_sessions() -> None:
        await built.sessions.end_old()

    async def forget_assertions() -> None:
        async with built.store.write() as tx:
            await tx.agencies.forget_assertions(before_ms=built.clock.now_ms())

    async def forget_app_access() -> None:
        await built.app_access.forget_ended()

    async def forget_drafts() -> None:
        await built.drafts.forget_old()

    async def remove_orphans() -> int:
        return await remove_orphan_objects(built)

    async def forget_codes() -> None:
        await built.contacts.forget_old()

    return (
        *alert_jobs(built, stop),
        Job(name="end expired grants", every=60, run=end_grants),
        Job(name="forget whose post was closed", every=300, run=forget_names),
        Job(name="end old sessions", every=300, run=end_sessions),
        Job(name="forget used assertions", every=600, run=forget_assertions),
        Job(name="forget what apps had", every=300, run=forget_app_access),
        Job(name="forget drafts and questions", every=600, run=forget_drafts),
        Job(name="forget codes", every=600, run=forget_codes),
        Job(name="remove orphan objects", every=3600, run=remove_orphans),
    )


def alert_jobs(built: Services, stop: asyncio.Event) -> Sequence[Job]:
    """What nobody must wait for: whom silence is told, and messages, where this service sends any."""
    climb = Job(name="climb ladders", every=60, run=built.climbing.climb_due)
    if built.alerting is None:
        return (climb,)
    grants = Job(name="plan what is told of grants", every=900, run=built.grant_alerts.plan_due)
    return (climb, grants, Job(name="send messages", every=10, run=partial(built.alerting().send_due, stop)))


async def remove_orphan_objects(built: Services) -> int:
    """Removes attachments whose letter was never committed. Returns how many.

    Names are random and an object is named once, so an old one that no letter names now never will be named.
    """
    removed = 0
    old = await built.objects.names_before(built.clock.now_ms() - ORPHAN_AGE_MS)
    for start in range(0, len(old), _ORPHANS_AT_ONCE):
        some = old[start : start + _ORPHANS_AT_ONCE]
        async with built.store.read() as tx:
            named = set(await tx.letters.object_names(some))
        for name in (name for name in some if name not in named):
            await built.objects.remove(name)
            removed += 1
    return removed


async def run_jobs(todo: Sequence[Job], *, stop: asyncio.Event) -> None:
    """Runs each job at once and then at its interval, until `stop`. What is running then is finished first."""
    async with asyncio.TaskGroup() as group:
        for job in todo:
            group.create_task(_repeat(job, stop), name=job.name)


async def _repeat(job: Job, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await _run_once(job)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=job.every)


async def _run_once(job: Job) -> None:
    """A job that fails is logged and gets its next turn: one broken job must not stop grants from ending."""
    log = structlog.get_logger("mailbox.worker")
    try:
        result = await job.run()
    except Exception:
        log.exception("job failed", job=job.name)
    else:
        log.info("job done", job=job.name, count=result if isinstance(result, int) else None)


async def work(settings: Settings) -> None:
    """Runs the jobs until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for how in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(how, stop.set)
    async with services(settings) as built:
        await run_jobs(jobs(built, stop), stop=stop)
