"""`python -m mailbox demo`: makes what is missing, serves, fills the mailboxes, and says where to look."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date
from pathlib import Path
from typing import Final

import uvicorn
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from mailbox.app import create_app
from mailbox.bootstrap import Services, SystemClock
from mailbox.connection import Connection
from mailbox.demo.consents import give_grants
from mailbox.demo.days import YEAR, FastClock, live
from mailbox.demo.filling import deliver, register_agencies
from mailbox.demo.people import PERSONS
from mailbox.observability import configure_logging
from mailbox.settings import Settings, SettingsError, unsafe
from mailbox.store import migrate
from mailbox.web.login import DemoLogin
from mailbox.worker import alert_jobs, run_jobs

FOLDER: Final = Path("data/demo")
DAYS_FOLDER: Final = Path("data/demo-days")
_FILLED: Final = "filled-4"
"""The number moves with the format of what is stored: a demo of before begins anew."""
_RATE: Final = 10_000


async def run(*, port: int, folder: Path | None = None, day_seconds: float | None = None) -> None:
    """Runs the demo until it is stopped. A demo that was not filled to the end begins anew.

    With `day_seconds` it plays the year that ends today, always from the beginning, in a folder of its own.
    """
    console = Console(highlight=False)
    clock = _year(day_seconds) if day_seconds else None
    folder = folder or (DAYS_FOLDER if clock else FOLDER)
    is_new = _prepare(folder)
    settings = demo_settings(port, folder)
    configure_logging("WARNING")
    await migrate(settings.database_url)
    login = DemoLogin(PERSONS, settings)
    app = create_app(settings, clock=clock, door_clock=SystemClock() if clock else None, login=login)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            http=Connection,
            log_config=None,
            access_log=False,
            server_header=False,
        )
    )
    serving = asyncio.create_task(server.serve())
    await _started(server, serving)
    stop = asyncio.Event()
    working = asyncio.create_task(run_jobs(alert_jobs(app.state.services, stop), stop=stop))
    try:
        if clock is not None:
            await asyncio.gather(serving, _play(clock, app.state.services, settings, folder, console))
            return
        if is_new:
            await _fill(app.state.services, settings, folder, console)
            _mark_filled(folder)
        _tell(settings, console)
        await serving
    finally:
        working.cancel()


def _year(day_seconds: float) -> FastClock:
    today = date.today()  # noqa: DTZ011 - the day on this machine's calendar
    return FastClock(first=today - YEAR, last=today, day_seconds=day_seconds)


async def _play(clock: FastClock, services: Services, settings: Settings, folder: Path, console: Console) -> None:
    await register_agencies(services, folder / "agencies")
    await give_grants(services)
    _tell(settings, console)
    console.print(f"\nA year passes, a day in {clock.day_seconds:g} seconds. Each page says which day it is.")
    await live(clock, settings.public_url, folder / "agencies", console)
    console.print("The year is over. What came stays to be looked at.")


def _prepare(folder: Path) -> bool:
    """Whether the demo must be filled. What was left half filled is taken away."""
    is_new = not (folder / _FILLED).exists()
    if is_new and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return is_new


def _mark_filled(folder: Path) -> None:
    (folder / _FILLED).touch()


def demo_settings(port: int, folder: Path) -> Settings:
    """Settings of the demo: everything in one folder, on this machine only.

    Raises:
        SettingsError: the environment sets something that a demo must not have.
    """
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{folder.resolve() / 'mailbox.db'}",
        objects_dir=folder / "objects",
        kek_file=folder / "keys" / "kek.json",
        token_key_file=folder / "keys" / "token.json",
        public_url=f"http://127.0.0.1:{port}",
        demo=True,
        secure_cookies=False,
        rate_per_second=_RATE,
    )
    faults = list(unsafe(settings))
    if faults:
        raise SettingsError(faults)
    return settings


async def _started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            await serving
            raise SystemExit("The server did not start. Is the port taken? Try: make demo PORT=8001")
        await asyncio.sleep(0.05)


async def _fill(services: Services, settings: Settings, folder: Path, console: Console) -> None:
    console.print("Five agencies deliver a year of post …")
    await register_agencies(services, folder / "agencies")
    columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        today = date.today()  # noqa: DTZ011 - the day on this machine's calendar
        await deliver(settings.public_url, folder / "agencies", until=today, progress=progress)
    await give_grants(services)


def _tell(settings: Settings, console: Console) -> None:
    console.print(f"\nOpen {settings.public_url} and log in as one of these (all made up):")
    table = Table(box=None, show_header=False, padding=(0, 2))
    for person in PERSONS:
        table.add_row(person.name, person.description)
    console.print(table)
    console.print("\nCtrl-C stops the demo. `make clean` removes its data.")
