"""Alive is not ready; not ready names what fails and nothing more."""

from __future__ import annotations

import pytest
from joserfc.errors import KeyParameterError
from structlog.testing import capture_logs

from mailbox.domain.errors import TemporarilyUnavailable
from mailbox.settings import Settings
from tests.api.machine import Machine, process


class SilentDatabase:
    """A store that does not answer."""

    async def ping(self) -> None:
        raise TemporarilyUnavailable("postgresql://user:secret@db/mail")


async def test_ready_when_all_works(api: Machine) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await api.client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_silent_database_is_named_without_its_address(api: Machine) -> None:
    api.with_services(store=SilentDatabase())
    answer = await api.client.get("/readyz")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["detail"] == "Niet gereed: database."
    assert "secret" not in answer.text
    assert (await api.client.get("/healthz")).status_code == 200


async def test_a_key_file_that_went_missing_is_named_without_its_place(api: Machine, settings: Settings) -> None:
    settings.kek_file.rename(settings.kek_file.with_suffix(".gone"))
    answer = await api.client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "Niet gereed: sleutels.")
    assert str(settings.kek_file) not in answer.text


async def test_a_folder_that_is_no_folder_is_named(api: Machine, settings: Settings) -> None:
    settings.objects_dir.parent.mkdir(exist_ok=True)
    settings.objects_dir.write_text("in the way")
    answer = await api.client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "Niet gereed: schijf.")


async def test_too_little_room_is_named(api: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbox.api.health.FREE_BYTES", 2**62)
    assert (await api.client.get("/readyz")).json()["detail"] == "Niet gereed: schijf."


async def test_a_database_without_tables_is_alive_and_not_ready(settings: Settings) -> None:
    empty = settings.model_copy(update={"database_url": settings.database_url.replace("mailbox.db", "empty.db")})
    async with process(empty) as api:
        assert (await api.client.get("/healthz")).status_code == 200
        assert (await api.client.get("/readyz")).json()["detail"] == "Niet gereed: database."


async def test_a_start_that_fails_is_in_the_log(settings: Settings) -> None:
    settings.token_key_file.parent.mkdir()
    settings.token_key_file.write_text("{}")
    with capture_logs() as logged, pytest.raises(KeyParameterError):
        async with process(settings):
            pass
    assert [(line["event"], type(line["exc_info"])) for line in logged] == [("service_failed", KeyParameterError)]
