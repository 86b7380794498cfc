"""Whatever happens to grants: what opens with a helper's keys is what `consent.decide` allows, letter by letter."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from mailbox.store import Database, FolderObjects
from tests.property.histories import Step, history
from tests.property.players import Player
from tests.world import World, world

SEED = 20261124
HISTORIES = 15
PLAYED = (
    "letter",
    "agree",
    "accept",
    "change",
    "take out",
    "give",
    "pause",
    "went on",
    "join",
    "one of two went",
    "stop",
)
"""Each happens at least a few times, or a run shows little."""


async def test_what_opens_with_the_keys_is_what_consent_allows(store: Database, tmp_path: Path) -> None:
    """After every step by the keys alone, with no check of the service in between; at the end through the service."""
    done: Counter[str] = Counter()
    async with world(store, FolderObjects(tmp_path / "objects"), tmp_path / "kek.json") as made:
        for number in range(HISTORIES):
            done += await play(made, history(random.Random(SEED + number)))
    assert {what: done[what] for what in PLAYED if done[what] < 3} == {}
    assert done["opened"] > 10 * HISTORIES


async def play(made: World, steps: list[Step]) -> Counter[str]:
    player = await Player.new(made)
    for place, step in enumerate(steps):
        await player.take(step)
        assert await player.unlike_expected() == [], steps[: place + 1]
    assert await player.shown_unlike_expected() == [], steps
    return player.done
