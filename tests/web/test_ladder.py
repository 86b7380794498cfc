"""Choosing who hears it when one does not open one's post. A phone, no scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from consent import EVERY, Action, Scope
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Identity
from mailbox.services.holds import Holds
from tests.web.browser import Tab
from tests.web.site import Site, on_phone
from tests.web.steps import follow, press
from tests.web.story import CJIB, NOW_MS
from tests.world import DAY_MS

PAGE = "/instellingen/waarschuwen"


def _scope(*actions: Action) -> Scope:
    return Scope(agencies=frozenset({CJIB}), topics=EVERY, actions=frozenset(actions), until_ms=NOW_MS + 90 * DAY_MS)


@pytest.fixture
def citizen(site: Site) -> Identity:
    """Somebody with a letter that asks something."""
    stranger = site.story.stranger()
    site.run(site.story.deliver(stranger, "cjib_wahv_beschikking", onderwerp="Een boete"))
    return stranger


@pytest.fixture
def helper(site: Site) -> Identity:
    return site.story.stranger()


@pytest.fixture
def grant_id(site: Site, citizen: Identity, helper: Identity) -> GrantId:
    """A helper who may be told."""
    return site.run(site.story.grant(citizen, helper, _scope(Action.LIST, Action.READ, Action.ALERT)))


@pytest.fixture
def own(browser: Browser, site: Site, citizen: Identity) -> Iterator[Tab]:
    with on_phone(browser, site, citizen) as opened:
        yield opened


@pytest.mark.usefixtures("grant_id")
def test_one_chooses_the_helper_and_the_organisation_and_takes_it_back(own: Tab, helper: Identity) -> None:
    own.go("/post")
    follow(own.page, "Instellingen")
    follow(own.page, "Kies wie het hoort")
    own.page.get_by_label(helper.name).check()
    own.page.get_by_label("Wanneer hoort uw helper het?").select_option("3")
    own.page.get_by_label("Laat de organisatie weten").check()
    press(own.page, "Bewaar mijn keuze")
    assert "Wij hebben uw keuze bewaard." in own.words
    own.go(PAGE)
    assert own.page.get_by_label(helper.name).is_checked()
    assert own.page.get_by_label("Wanneer hoort uw helper het?").input_value() == "3"
    assert own.page.get_by_label("Wanneer hoort de organisatie het?").input_value() == "14"
    own.go("/inzage")
    assert "U koos wie het hoort als u uw post niet opent." in own.words
    own.go(PAGE)
    own.page.get_by_label("Niemand").check()
    own.page.get_by_label("Laat de organisatie weten").uncheck()
    press(own.page, "Bewaar mijn keuze")
    own.go(PAGE)
    assert own.page.get_by_label("Niemand").is_checked()


@pytest.mark.usefixtures("grant_id")
def test_what_cannot_be_is_said_and_what_was_filled_in_stays(own: Tab, helper: Identity) -> None:
    own.go(PAGE)
    own.page.get_by_label(helper.name).check()
    own.page.get_by_label("Laat de organisatie weten").check()
    own.page.get_by_label("Wanneer hoort de organisatie het?").select_option("7")
    press(own.page, "Bewaar mijn keuze")
    assert "Kies voor de organisatie meer dagen dan voor uw helper." in own.words
    assert own.page.get_by_label(helper.name).is_checked()
    own.go(PAGE)
    assert own.page.get_by_label("Niemand").is_checked()


def test_who_may_not_be_told_is_named_with_what_to_do(site: Site, own: Tab, citizen: Identity) -> None:
    lister = site.story.stranger()
    site.run(site.story.grant(citizen, lister, _scope(Action.LIST)))
    own.go(PAGE)
    assert own.page.get_by_role("radio").count() == 1
    follow(own.page, f"Verander wat {lister.name} mag")
    assert own.path.endswith("/wijzigen") or "/meekijken/" in own.path


def test_a_helper_whose_grant_stopped_is_said_to_hear_nothing_more(
    site: Site, own: Tab, citizen: Identity, helper: Identity, grant_id: GrantId
) -> None:
    own.go(PAGE)
    own.page.get_by_label(helper.name).check()
    press(own.page, "Bewaar mijn keuze")
    site.run(_stop(site, citizen, grant_id))
    own.go(PAGE)
    assert "Uw helper krijgt geen bericht meer." in own.words
    assert own.page.get_by_label(helper.name).count() == 0


def test_who_is_asked_reads_since_when_until_they_look(
    browser: Browser, site: Site, citizen: Identity, helper: Identity, grant_id: GrantId
) -> None:
    site.run(_call(site, helper, grant_id))
    with on_phone(browser, site, helper) as looking:
        looking.go("/clienten")
        assert "Vraagt u sinds 24 november 2026 om mee te kijken" in looking.words
        follow(looking.page, f"Post van {citizen.name}")
        looking.go("/clienten")
        assert "om mee te kijken" not in looking.words


def test_who_gave_no_address_reads_that_we_cannot_tell_them(own: Tab) -> None:
    own.go("/post")
    assert "Wij kunnen u niet laten weten dat er post is. Kies hoe u dat wilt horen" in own.words
    follow(own.page, "Kies hoe u dat wilt horen")
    assert own.path == "/instellingen"


async def _stop(site: Site, citizen: Identity, grant_id: GrantId) -> None:
    await site.story.services.granting.stop(await site.story.person(citizen), grant_id)


async def _call(site: Site, helper: Identity, grant_id: GrantId) -> None:
    person = await site.story.person(helper)
    ref = Holds(site.story.services.granting._sealer).ref(grant_id, person.mailbox_id)
    async with site.story.services.store.write() as tx:
        await tx.grants.call(person.mailbox_id, ref, at_ms=NOW_MS)
