"""Who confirms an address on the page is reminded of what came before it."""

from __future__ import annotations

from pathlib import Path

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
