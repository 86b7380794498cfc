"""What an employee types at a counter is in no row, address or log that can be read; and gone after the yes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import LogCapture

from tests.attacks.backup import Backup
from tests.attacks.house import OWN_FORM, House, house_settings, open_house
from tests.web.steps import COUNTER
from tests.web.story import FATMA, SAMIRA

TYPED = (SAMIRA.subject.value, SAMIRA.name, str(COUNTER["reden"]))


@pytest.fixture
async def house(database_url: str, tmp_path: Path, log_output: LogCapture) -> AsyncIterator[House]:
    async with open_house(house_settings(database_url, tmp_path)) as opened:
        yield opened


async def test_what_is_typed_is_sealed_and_gone_after_the_yes(
    house: House, backup: Backup, log_output: LogCapture
) -> None:
    headers = {**OWN_FORM, "Cookie": f"mo={await house.cookie(FATMA)}"}
    before = await backup.copy("grant_draft")
    typed = {**COUNTER, "bsn": SAMIRA.subject.value, "burger": SAMIRA.name}
    filled = await house.client.post("/balie", data=typed, headers=headers)
    assert filled.status_code == 303
    assert await backup.copy("grant_draft") != before
    seen = [str(filled.headers), repr(await backup.everything())]
    given = await house.client.post(filled.headers["location"], data={"doe": "geven"}, headers=headers)
    assert given.status_code == 200
    seen += [str(given.headers), repr(await backup.everything()), repr(log_output.entries)]
    assert [secret for secret in TYPED if any(secret in text for text in seen)] == []
    assert await backup.copy("grant_draft") == before
