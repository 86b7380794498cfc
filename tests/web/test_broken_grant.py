"""Somebody edited what is stored of a grant: its citizen reads so, and stops it, on a phone and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from mailbox.domain.identifiers import GrantId
from tests.attacks.backup import Backup
from tests.web.browser import PHONE, tab
from tests.web.gates import AT_ANY_WIDTH, AT_EACH_WIDTH, findings
from tests.web.site import Site, on_phone
from tests.web.steps import press
from tests.web.story import LEO
from tests.web.test_watching import VIEW


async def _edit(site: Site, grant_id: GrantId) -> None:
    backup = Backup(site.app.state.settings.database_url)
    await backup.edit("UPDATE consent_grant SET state = 'paused' WHERE grant_id = :grant", {"grant": grant_id})
    await backup.close()


@pytest.mark.parametrize("button", ["Stoppen van de toestemming van hulp, die niet klopt", "Stop alles"])
def test_one_reads_that_it_is_not_right_and_stops_it(browser: Browser, site: Site, button: str) -> None:
    citizen = site.story.stranger()
    for _ in range(2):
        broken = site.run(site.story.grant(citizen, LEO, VIEW.scope))
    site.run(_edit(site, broken))
    with on_phone(browser, site, citizen) as opened:
        opened.go("/meekijken")
        assert "hulp Klopt niet" in opened.words
        assert "Niemand ziet hiermee uw post." in opened.words
        with tab(browser, site.url, session=site.session(citizen), scripts=True, viewport=PHONE) as gated:
            gated.go("/meekijken")
            assert findings(gated.page, (*AT_ANY_WIDTH, *AT_EACH_WIDTH)) == []
        if button == "Stop alles":
            opened.go("/meekijken/alles-stoppen")
        press(opened.page, button)
        opened.go("/meekijken")
        assert "Klopt niet" not in opened.words
        assert ("Er kijkt nu niemand met u mee." in opened.words) is (button == "Stop alles")
