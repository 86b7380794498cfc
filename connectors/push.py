"""Sends letters through the sender API, several at a time: tries again with patience, loses nothing.

Safe to repeat: the same letter has the same reference and content, and the server knows it by them.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from connectors.access import TRY_AGAIN
from connectors.client import FAILURES, JSON, NDJSON, Answer, Client, Said
from connectors.journal import Journal
from connectors.patience import Patience, PushFailed

__all__ = ["BULK", "Client", "Letter", "PushFailed", "Report", "private_jwk", "push"]

BULK: Final = 200
"""Letters in one bulk at most."""
_BULK_BYTES: Final = 8 * 1024 * 1024
"""A bulk this large is on its way within seconds on any line."""
_SINGLE_PATH, _BULK_PATH = "/aanlever/v1/berichten", "/aanlever/v1/berichten/_bulk"
_TOO_MUCH: Final = frozenset({HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.INTERNAL_SERVER_ERROR})
"""Said of a bulk, these may be about one letter in it."""

Letter = Mapping[str, Any]


@dataclass(kw_only=True)
class Report:
    """What became of the letters. `refused`: reference to what the server said of it."""

    accepted: int = 0
    known: int = 0
    skipped: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        return self.accepted + self.known + self.skipped + len(self.refused)

    def count(self, reference: str, status: int, said: Said) -> bool:
        """Whether the letter was accepted, now or before."""
        if status == HTTPStatus.ACCEPTED:
            self.accepted += 1
        elif status == HTTPStatus.OK:
            self.known += 1
        else:
            self.refused[reference] = _reason(said) or str(status)
        return status in {HTTPStatus.ACCEPTED, HTTPStatus.OK}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """A letter as it goes over the line."""

    reference: str
    body: bytes


_Send = Callable[[Client, Sequence[_Ready], Report], Awaitable[list[str]]]


async def push(  # noqa: PLR0913 - each is a choice of who sends
    client: Client,
    letters: Iterable[Letter],
    *,
    mass: bool = False,
    concurrency: int = 4,
    journal: Journal | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Sends all letters and tells what became of them. Letters are taken as they are needed.

    Raises:
        PushFailed: the server is not there, or does not know us. What was accepted until then is in the journal.
    """
    report = Report()
    batches = _batches(_not_yet(letters, journal, report), BULK if mass else 1)
    send: _Send = _send_bulk if mass else _send_one

    async def work() -> None:
        for batch in batches:
            accepted = await send(client, batch, report)
            if journal is not None:
                journal.add(accepted)
            if progress is not None:
                progress(report)

    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(concurrency):
                workers.create_task(work())
    except BaseExceptionGroup as failed:  # one worker stopped, so all did: what stopped it is what matters
        raise failed.exceptions[0] from None
    return report


class KeyMissing(Exception):
    """The agency has no key in this file."""

    def __init__(self, key_file: Path) -> None:
        super().__init__(f"No key in {key_file}. Register the agency first: python -m mailbox agency add … --generate")


def private_jwk(key_file: Path) -> dict[str, Any]:
    """The agency's own key.

    Raises:
        KeyMissing: no such file, or no key in it.
    """
    try:
        key: dict[str, Any] = json.loads(key_file.read_text())
    except (OSError, ValueError):
        raise KeyMissing(key_file) from None
    return key


async def _send_one(client: Client, batch: Sequence[_Ready], report: Report) -> list[str]:
    (letter,) = batch
    answer = await client.post(_SINGLE_PATH, letter.body, JSON)
    return [letter.reference] if report.count(letter.reference, answer.status, _first(answer)) else []


async def _send_bulk(client: Client, batch: Sequence[_Ready], report: Report) -> list[str]:
    """A bulk. Lines that the server could not take now go again; a bulk it cannot take goes in halves."""
    accepted: list[str] = []
    left, patience, failed = list(batch), Patience(client.patience), Counter[str]()
    while left:
        answer = await client.post(_BULK_PATH, b"\n".join(letter.body for letter in left), NDJSON, results=len(left))
        if answer.status in _TOO_MUCH and len(left) > 1:
            half = len(left) // 2
            accepted += await _send_bulk(client, left[:half], report)
            return accepted + await _send_bulk(client, left[half:], report)
        results = answer.said if answer.accepted else [{**_first(answer), "status": answer.status}] * len(left)
        again = []
        for letter, line in zip(left, results, strict=True):
            if answer.accepted and _takes_another_try(letter, line, failed):
                again.append(letter)
            elif report.count(letter.reference, line["status"], line):
                accepted.append(letter.reference)
        if len(again) < len(left):
            patience.renew()
        if again:
            await patience.pause()
        left = again
    return accepted


def _takes_another_try(letter: _Ready, line: Said, failed: Counter[str]) -> bool:
    """Whether the server could not take this letter now. What it fails on again and again is refused."""
    failed[letter.reference] += line["status"] == HTTPStatus.INTERNAL_SERVER_ERROR
    return line["status"] in TRY_AGAIN and failed[letter.reference] < FAILURES


def _first(answer: Answer) -> Said:
    return answer.said[0] if answer.said else {}


def _reason(said: Said) -> str:
    """What is wrong, in the server's codes and never in our values."""
    faults = said.get("fouten")
    if isinstance(faults, list) and faults:
        return ", ".join(f"{fault.get('pointer')} {fault.get('code')}" for fault in faults if isinstance(fault, dict))
    return str(said.get("title") or said.get("titel") or "")


def _not_yet(letters: Iterable[Letter], journal: Journal | None, report: Report) -> Iterator[_Ready]:
    for letter in letters:
        if journal is not None and letter["kenmerk"] in journal:
            report.skipped += 1
        else:
            body = json.dumps(letter, ensure_ascii=False, separators=(",", ":")).encode()
            yield _Ready(reference=letter["kenmerk"], body=body)


def _batches(letters: Iterator[_Ready], size: int) -> Iterator[list[_Ready]]:
    """At most `size` letters, and no more bytes than a bulk may have unless one letter alone is larger."""
    batch: list[_Ready] = []
    length = 0
    for letter in letters:
        if batch and (len(batch) == size or length + len(letter.body) > _BULK_BYTES):
            yield batch
            batch, length = [], 0
        batch.append(letter)
        length += len(letter.body)
    if batch:
        yield batch
