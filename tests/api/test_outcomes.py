"""What NotifyNL tells of messages: only NotifyNL may, and it learns nothing from the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from mailbox.api.outcomes import OUTCOMES
from mailbox.settings import Settings
from tests.api.machine import Machine, process

TOKEN = "proef-0123456789-0123456789-0123456789"
KEY = bytes(range(16))
TOLD = {
    "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
    "reference": KEY.hex(),
    "to": "iemand@voorbeeld.example",
    "status": "permanent-failure",
    "created_at": "2026-11-28T03:30:00.000000Z",
    "completed_at": "2026-11-28T03:30:02.000000Z",
    "sent_at": "2026-11-28T03:30:01.000000Z",
    "notification_type": "email",
    "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "template_version": 1,
}


class Bounced:
    """In the place of the service: the keys that it was told."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []

    async def no_such_address(self, key: bytes) -> bool:
        self.keys.append(key)
        return True


@pytest.fixture
async def told(settings: Settings, tmp_path: Path) -> AsyncIterator[tuple[Machine, Bounced]]:
    file = tmp_path / "callback"
    file.write_text(f"{TOKEN}\n")
    async with process(settings.model_copy(update={"notify_callback_file": file})) as api:
        bounced = Bounced()
        api.with_services(bounces=bounced)
        yield api, bounced


async def tell(api: Machine, token: str = TOKEN, **changes: Any) -> httpx.Response:
    return await api.client.post(OUTCOMES, json={**TOLD, **changes}, headers={"Authorization": f"Bearer {token}"})


async def test_a_permanent_failure_is_passed_on_each_time(told: tuple[Machine, Bounced]) -> None:
    api, bounced = told
    for _ in range(2):
        answer = await tell(api)
        assert (answer.status_code, answer.content) == (204, b"")
    assert bounced.keys == [KEY, KEY]


@pytest.mark.parametrize(
    "changes",
    [
        *({"status": status} for status in ("delivered", "temporary-failure", "technical-failure", "nieuw", None, 7)),
        *({"reference": reference} for reference in (None, "", "None", "A-1", KEY.hex()[1:], f"{KEY.hex()}\n", 7)),
    ],
)
async def test_of_everything_else_nothing_is_kept(told: tuple[Machine, Bounced], changes: dict[str, Any]) -> None:
    api, bounced = told
    assert (await tell(api, **changes)).status_code == 204
    assert bounced.keys == []


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), f"{TOKEN} {TOKEN}"])
async def test_another_token_tells_nothing(told: tuple[Machine, Bounced], token: str) -> None:
    api, bounced = told
    answer = await tell(api, token)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert TOKEN not in answer.text
    assert bounced.keys == []


@pytest.mark.parametrize("header", [b"Basic " + TOKEN.encode(), TOKEN.encode(), b"Bearer \xff", b"Bearer"])
async def test_another_header_tells_nothing(told: tuple[Machine, Bounced], header: bytes) -> None:
    api, _ = told
    answer = await api.client.post(OUTCOMES, json=TOLD, headers=[(b"authorization", header)])
    assert answer.status_code == 401


async def test_where_no_token_was_agreed_none_works(api: Machine) -> None:
    assert [(await tell(api, token)).status_code for token in ("", "None", TOKEN)] == [401] * 3


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b'{"a": "' + b"a" * 20_000 + b'"}', "application/json", 413),
    ],
)
async def test_what_is_no_outcome_is_refused(
    told: tuple[Machine, Bounced], content: bytes, kind: str, status: int
) -> None:
    api, _ = told
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    assert (await api.client.post(OUTCOMES, content=content, headers=headers)).status_code == status


async def test_nothing_of_it_is_in_the_log(told: tuple[Machine, Bounced]) -> None:
    api, _ = told
    with capture_logs() as logged:
        await tell(api)
        await tell(api, "x", to="ander@voorbeeld.example")
    assert logged != []
    assert [part for part in ("voorbeeld", KEY.hex(), TOKEN) if part in repr(logged)] == []
