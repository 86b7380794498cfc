"""A year of the demo in seconds, as a real process: a fine grows while one looks, and another one is stopped."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from tests.processes import ROOT, free_port

DAY = 0.08
PATIENCE = 240
"""Seconds; on an idle machine it takes thirty."""
AMOUNT = re.compile(r"(?:Betaal|Er staat nog) €\xa0([\d.]+,\d\d)")
TODAY = re.compile(r"Het is hier nu <strong>(.+?)</strong>")


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[str]:
    """`python -m mailbox demo --day …` in a folder of its own."""
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mailbox", "demo", "--port", str(port), "--day", str(DAY)),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def logged_in(url: str, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """As soon as the demo is there."""
    async with httpx.AsyncClient(base_url=url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60) as client:
        while not client.cookies:
            with suppress(httpx.TransportError):
                assert (await client.post("/inloggen", data={"persoon": key})).status_code == 303
            await asyncio.sleep(0.1)
        yield client


async def test_one_watches_a_fine_grow_and_another_stop(tmp_path: Path) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        playing(tmp_path) as url,
        logged_in(url, "jaylano") as jaylano,
        logged_in(url, "willemijn") as willemijn,
    ):
        grown, stopped, days = await watched(jaylano, willemijn)
    assert [amount for amount in grown if amount in {"109,00", "159,00", "309,00"}] == ["109,00", "159,00", "309,00"]
    assert stopped.index("289,00") < stopped.index("429,00") < stopped.index("286,00") < stopped.index("143,00")
    assert len(days) > 20


async def watched(jaylano: httpx.AsyncClient, willemijn: httpx.AsyncClient) -> tuple[list[str], list[str], set[str]]:
    """The amounts as they come, until the one fine is at its highest and the other is paid; and the days one saw."""
    grown: list[str] = []
    stopped: list[str] = []
    days: set[str] = set()
    is_paid = False
    while not (is_paid and "309,00" in grown):
        for client, seen in ((jaylano, grown), (willemijn, stopped)):
            page = (await client.get("/betalen")).text
            seen += [amount for amount in AMOUNT.findall(page) if amount not in seen]
            days |= set(TODAY.findall(page))
        is_paid = is_paid or "Uw boete is betaald" in page
        await asyncio.sleep(DAY)
    return grown, stopped, days
