"""Where somebody is reached, over the page: of what came before they are reminded, and only what works is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.portal import OWN_FORM, open_portal, portal_settings
from tests.services.test_reminders import bill
from tests.web.story import JAYLANO


async def test_a_code_that_came_back_plans_what_is_still_asked(database_url: str, tmp_path: Path) -> None:
    async with open_portal(portal_settings(database_url, tmp_path)) as portal:
        services, jaylano = portal.story.services, await portal.story.person(JAYLANO)
        await portal.story.deliver(JAYLANO, "cjib_wahv_beschikking", betaling=None, **bill())
        headers = {**await portal.cookie(JAYLANO), **OWN_FORM}
        await portal.client.post("/instellingen/adres", data={"email": "iemand@voorbeeld.example"}, headers=headers)
        assert services.outbox is not None
        code = services.outbox.messages(jaylano.mailbox_id)[0].text.partition("code is: ")[2][:6]
        answer = await portal.client.post("/instellingen/code", data={"code": code}, headers=headers)
        assert answer.headers["location"] == "/instellingen?gedaan=bevestigd"
        async with services.store.read() as tx:
            waiting = await tx.alerts.due(jaylano.mailbox_id, now_ms=2**60)
    assert [alert.new_post for alert in waiting] == [False] * 3


@pytest.mark.parametrize("offered", [True, False])
async def test_where_only_mail_goes_out_no_number_is_asked(database_url: str, tmp_path: Path, offered: bool) -> None:  # noqa: FBT001
    only_mail = {} if offered else {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_from": "post@mo.example"}
    settings = portal_settings(database_url, tmp_path).model_copy(update=only_mail)
    async with open_portal(settings) as portal:
        headers = {**await portal.cookie(JAYLANO), **OWN_FORM}
        page = (await portal.client.get("/instellingen", headers=headers)).text
        assert ("Mobiel telefoonnummer" in page, "sms" in page) == (offered, offered)
        assert "E-mailadres" in page
        answer = await portal.client.post("/instellingen/nummer", data={"nummer": "0612345678"}, headers=headers)
        assert answer.status_code == (303 if offered else 404)


@pytest.mark.parametrize("what", ["", "post", "EMAIL"])
async def test_what_cannot_be_taken_away_is_not_there(database_url: str, tmp_path: Path, what: str) -> None:
    async with open_portal(portal_settings(database_url, tmp_path)) as portal:
        headers = {**await portal.cookie(JAYLANO), **OWN_FORM}
        answer = await portal.client.post("/instellingen/weg", data={"wat": what}, headers=headers)
    assert answer.status_code == 404
