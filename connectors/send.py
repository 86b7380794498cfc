"""`python -m mailbox send`: a pseudo-agency sends letters to a running server."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from connectors.agency import AGENCIES, Agency, Bericht
from connectors.journal import Journal
from connectors.push import Client, KeyMissing, PushFailed, Report, private_jwk, push
from connectors.residents import MOST_RESIDENTS, residents

_TIMEOUT = 60.0
_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `send`."""
    parser.add_argument("--agency", required=True, choices=sorted(AGENCIES))
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="address of the server")
    parser.add_argument("--key-file", type=Path, help="private JWK (default: data/agencies/<agency>.jwk)")
    parser.add_argument(
        "--citizens", type=_whole, default=100, help=f"how many fictional people get post (there are {MOST_RESIDENTS})"
    )
    parser.add_argument("--letters", type=_whole, default=1000, help="how many letters in all")
    parser.add_argument("--until", type=date.fromisoformat, default=None, help="last day of the year told (today)")
    parser.add_argument("--single", action="store_true", help="one request a letter, not in bulk")
    parser.add_argument("--concurrency", type=_whole, default=4, help="requests under way at once")
    parser.add_argument("--no-pdf", action="store_true", help="decisions without their PDF (much faster to make)")
    parser.add_argument("--journal", type=Path, help="remembers what was accepted, to go on after an interruption")


def run(args: argparse.Namespace) -> int:
    """Sends; 0 when every letter was accepted."""
    console = Console(stderr=True)
    try:
        report = asyncio.run(_send(args, console))
    except KeyMissing as exc:
        console.print(str(exc), markup=False)
        return 1
    except (PushFailed, OSError) as exc:
        console.print(f"Stopped: {exc}. Run the same command again to go on.", markup=False)
        return 1
    console.print(
        f"{report.accepted} accepted, {report.known} known already, {report.skipped} skipped, "
        f"{len(report.refused)} refused",
        highlight=False,
    )
    for reference, why in list(report.refused.items())[:_SHOWN]:
        console.print(f"  {reference}: {why}", markup=False, highlight=False)
    return 1 if report.refused else 0


def letters(agency: Agency, *, citizens: int, number: int, until: date, pdf: bool) -> Iterator[Bericht]:
    """`number` letters over `citizens` people, one person after the other, the same ones each time."""
    each, extra = divmod(number, citizens)
    for index, resident in enumerate(residents(citizens)):
        yield from agency.letters_for(resident, until=until, number=each + (index < extra), pdf=pdf)


def _whole(text: str) -> int:
    """At least one."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number of at least 1")
    return int(text)


def people(asked: int, console: Console) -> int:
    """How many get post: there are no more people than BSNs for tests, and whoever asks for more is told."""
    if asked > MOST_RESIDENTS:
        console.print(f"There are {MOST_RESIDENTS} fictional people. They get all the letters.", highlight=False)
    return min(asked, MOST_RESIDENTS)


async def tell_if_away(url: str, console: Console) -> None:
    """Says so when nobody answers there. Sending goes on trying: a server that starts is worth some patience."""
    async with httpx.AsyncClient(timeout=_TIMEOUT) as http:
        try:
            await http.head(url)
        except httpx.TransportError:
            console.print(f"No answer from {url}. Trying for some minutes; --url is for another address.", markup=False)


async def _send(args: argparse.Namespace, console: Console) -> Report:
    agency = AGENCIES[args.agency]
    key_file = args.key_file or Path("data/agencies") / f"{args.agency}.jwk"
    until = args.until or date.today()  # noqa: DTZ011 - the day on the sender's own calendar
    citizens = people(args.citizens, console)
    made = letters(agency, citizens=citizens, number=args.letters, until=until, pdf=not args.no_pdf)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
    await tell_if_away(args.url, console)
    with bar, Journal(args.journal) if args.journal else nullcontext() as journal:
        task = bar.add_task(args.agency, total=args.letters)
        async with httpx.AsyncClient(timeout=_TIMEOUT) as http:
            client = Client(oin=agency.sender.oin, base_url=args.url, key=private_jwk(key_file), http=http)
            return await push(
                client,
                made,
                mass=not args.single,
                concurrency=args.concurrency,
                journal=journal,
                progress=lambda report: bar.update(task, completed=report.done),
            )
