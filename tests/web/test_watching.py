"""What citizen and helper read of a grant that goes on or ends: on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from consent import EVERY, Action, Basis, Purpose, Scope, State
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Identity
from mailbox.services.appointing import Appointment
from mailbox.services.grant_views import GrantView, HelperName
from mailbox.web.visitor import grant_id_of
from mailbox.web.watching import watching
from tests.web.browser import DESKTOP, PHONE, Tab, tab
from tests.web.gates import AT_ANY_WIDTH, AT_EACH_WIDTH, findings
from tests.web.site import Site, on_phone
from tests.web.steps import follow, press
from tests.world import DAY_MS, NOW_MS

VIEW = GrantView(
    grant_id=GrantId(bytes(16)),
    note="Tante Ria",
    helpers=(),
    organisation=None,
    reference=None,
    state=State.OFFERED,
    basis=Basis.CITIZEN,
    scope=Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + 90 * DAY_MS),
    version=1,
    quiet=False,
    created_ms=NOW_MS,
    changed_ms=NOW_MS,
    agreed_ms=NOW_MS,
)


def _held(name: str, **changes: Any) -> GrantView:
    given = {"helpers": (HelperName(ref=name, name=name, since_ms=NOW_MS),), "state": State.ACTIVE, **changes}
    return replace(VIEW, **given)


def _told(*grants: GrantView) -> list[str]:
    return list(watching(grants, [], {}, NOW_MS).sentences)


def test_the_line_is_there_as_long_as_any_grant_is_live() -> None:
    paused, court = _held("Leo", state=State.PAUSED), _held("Bewind BV", basis=Basis.COURT, reference="C/1")
    assert _told(VIEW) == ["Tante Ria kan gaan meekijken met uw code."]
    assert _told(paused) == ["Leo kan nu even niet meekijken."]
    assert _told(court) == ["Bewind BV kijkt mee met uw post."]
    assert _told(_held("Karin"), _held("Anna"), court, paused, VIEW) == [
        "Karin, Anna en Bewind BV kijken mee met uw post.",
        "Leo kan nu even niet meekijken.",
        "Tante Ria kan gaan meekijken met uw code.",
    ]


def test_who_has_more_than_one_grant_is_named_once() -> None:
    assert _told(_held("Karin"), _held("Karin"), _held("Karin", state=State.PAUSED)) == ["Karin kijkt mee met uw post."]


def test_what_ended_is_not_in_the_line() -> None:
    ended = [replace(VIEW, state=state) for state in (State.REFUSED, State.REVOKED, State.EXPIRED)]
    over = _held("Karin", scope=replace(VIEW.scope, until_ms=NOW_MS))
    assert _told(*ended, over) == []


def test_one_can_stop_everything_unless_a_court_decided_it() -> None:
    court = _held("Bewind BV", basis=Basis.COURT)
    assert [watching(some, [], {}, NOW_MS).may_stop for some in ([court], [court, VIEW], [])] == [False, True, False]


def _text(opened: Tab) -> str:
    return " ".join(opened.page.locator("body").inner_text().split())


@contextmanager
def _both(browser: Browser, site: Site, citizen: Identity, helper: Identity) -> Iterator[tuple[Tab, Tab]]:
    with on_phone(browser, site, citizen) as own, on_phone(browser, site, helper) as looking:
        yield own, looking


@pytest.fixture
def people(site: Site) -> tuple[Identity, Identity]:
    """A citizen with a letter, and a helper."""
    citizen, helper = site.story.stranger(), site.story.stranger()
    site.run(site.story.deliver(citizen, "cjib_wahv_beschikking", onderwerp="Een boete"))
    return citizen, helper


def _give(site: Site, people: tuple[Identity, Identity], *, days: float) -> str:
    scope = replace(VIEW.scope, until_ms=site.story.clock.ms + int(days * DAY_MS))
    return id_text(site.run(site.story.grant(*people, scope)))


def test_both_are_warned_before_the_end_and_one_goes_on(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    grant_id = _give(site, people, days=5)
    citizen, helper = people
    with _both(browser, site, citizen, helper) as (own, looking):
        for path in ("/meekijken", "/post"):
            own.go(path)
            assert f"Meekijken door {helper.name} eindigt over 5 dagen (29 november 2026). Verlengen?" in _text(own)
        looking.go("/clienten")
        assert "Meekijken eindigt over 5 dagen (29 november 2026)" in _text(looking)
        looking.go(f"/clienten/{grant_id}/post")
        assert f"Meekijken met {citizen.name} eindigt over 5 dagen (29 november 2026)." in _text(looking)
        follow(own.page, "Verlengen?")
        press(own.page, "Ja, zo lang mag het")
        own.go("/post")
        looking.go(f"/clienten/{grant_id}/post")
        assert "eindigt" not in _text(own) + _text(looking)


def test_what_was_given_for_a_day_has_no_warning(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    grant_id = _give(site, people, days=1)
    with _both(browser, site, *people) as (own, looking):
        own.go("/post")
        looking.go(f"/clienten/{grant_id}/post")
        assert "eindigt" not in _text(own) + _text(looking)


def test_the_end_of_what_a_court_decided_is_told_and_not_for_the_citizen_to_move(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    citizen, helper = people
    scope = replace(VIEW.scope, until_ms=site.story.clock.ms + 5 * DAY_MS, purpose=Purpose.ADMINISTRATION)
    decision = Appointment(
        citizen=citizen.subject, citizen_name=citizen.name, helper=helper, scope=scope, reference="C/16/1"
    )
    grant_id = id_text(site.run(site.story.services.appointing.register(decision)))
    with _both(browser, site, citizen, helper) as (own, looking):
        own.go("/post")
        assert "eindigt over 5 dagen (29 november 2026). Een rechter beslist" in _text(own)
        assert own.page.get_by_role("link", name="Stop al het meekijken").count() == 0
        looking.go(f"/clienten/{grant_id}/toestemming")
        assert "Een rechter stelde u aan als bewindvoerder, in beschikking C/16/1." in _text(looking)
        assert "Waarvoor Bewind" in _text(looking)


def test_one_says_that_it_is_right_and_is_not_asked_again(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    citizen, helper = people
    site.run(_long_ago(site, people))
    with on_phone(browser, site, citizen) as own:
        own.go("/post")
        assert "Deze mensen kunnen uw post zien" in _text(own)
        assert f"{helper.name}, tot en met 22 februari 2027" in _text(own)
        own.go("/post?datum=ja")
        assert "Klopt dit nog?" not in _text(own)
        own.go("/post")
        press(own.page, "Dat klopt")
        assert own.path == "/post?gedaan=klopt"
        assert "Wij hebben opgeschreven dat het klopt." in _text(own)
        own.go("/post")
        assert "Klopt dit nog?" not in _text(own)
        own.go("/inzage")
        assert f"U zei dat het klopt: {helper.name} kan uw post zien." in _text(own)


async def _long_ago(site: Site, people: tuple[Identity, Identity]) -> None:
    """A grant of 95 days ago. Nobody else gets a turn while the clock is wrong."""
    story, scope = site.story, replace(VIEW.scope, until_ms=site.story.clock.ms + 90 * DAY_MS)
    story.clock.ms -= 95 * DAY_MS
    try:
        await story.grant(*people, scope)
    finally:
        story.clock.ms += 95 * DAY_MS


def test_what_was_noticed_is_told_until_it_was_seen(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    citizen, helper = people
    grant_id = site.run(_read_old_letters(site, people))
    with on_phone(browser, site, citizen) as own:
        own.go("/post")
        assert "Er is iets opgevallen" in _text(own)
        assert f"{helper.name} opende meer dan 15 oude brieven in één uur, op 24 november 2026." in _text(own)
        follow(own.page, f"Bekijk wat {helper.name} zag")
        assert f"Wij zagen iets ongewoons bij {helper.name}: meer dan 15 oude brieven in één uur." in _text(own)
        own.go("/post")
        follow(own.page, f"Stop het meekijken van {helper.name}")
        assert own.path == f"/meekijken/{grant_id}/stoppen"
        own.go("/post")
        press(own.page, "Ik heb dit gezien")
        assert own.path == "/post"
        assert "Er is iets opgevallen" not in _text(own)


async def _read_old_letters(site: Site, people: tuple[Identity, Identity]) -> str:
    story = site.story
    grant_id = await story.grant(*people, replace(VIEW.scope, until_ms=story.clock.ms + 90 * DAY_MS))
    helper = await story.person(people[1])
    for _ in range(16):
        letter = await story.deliver(people[0], "duo_jaaroverzicht", dagtekening="2024-01-01")
        await story.services.reading.letter(helper, letter, through=grant_id)
    return id_text(grant_id)


def test_what_both_are_told_passes_every_gate(browser: Browser, site: Site, people: tuple[Identity, Identity]) -> None:
    """All of it at once: what was noticed, what ends soon, the question, and what changed."""
    site.run(_long_ago(site, people))
    site.run(_read_old_letters(site, people))
    grant_id = _give(site, people, days=5)
    changed = replace(VIEW.scope, until_ms=site.story.clock.ms + 6 * DAY_MS, topics=frozenset({"boete"}))
    site.run(_change(site, people[0], grant_id, changed))
    pages = [(people[0], "/post"), (people[0], "/meekijken"), (people[1], "/clienten")]
    for who, path in [*pages, (people[1], f"/clienten/{grant_id}/post")]:
        with tab(browser, site.url, session=site.session(who), scripts=True, viewport=DESKTOP) as opened:
            assert opened.go(path) == 200
            assert findings(opened.page, (*AT_ANY_WIDTH, *AT_EACH_WIDTH)) == [], path
            opened.page.set_viewport_size(PHONE)
            assert findings(opened.page, AT_EACH_WIDTH) == [], path


async def _change(site: Site, citizen: Identity, grant_id: str, scope: Scope) -> None:
    person = await site.story.person(citizen)
    await site.story.change(person, grant_id_of(grant_id), scope)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/meekijken/klopt", {"toestemming": "x.1"}),
        ("/meekijken/klopt", {"toestemming": f"{id_text(VIEW.grant_id)}.x"}),
        ("/meekijken/klopt", {"toestemming": id_text(VIEW.grant_id)}),
        ("/meekijken/gezien", {"moment": ""}),
        ("/meekijken/gezien", {"moment": "9" * 16}),
        ("/meekijken/gezien", {"moment": "٣"}),
    ],
)
def test_what_no_form_of_ours_sends_is_not_found(site: Site, path: str, field: dict[str, str]) -> None:
    cookies, own = {"mo": site.session(site.story.stranger())}, {"Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(site.url + path, cookies=cookies, headers=own, data=field)
    assert answer.status_code == 404


def test_a_helper_is_told_what_changed_until_they_read_it(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    grant_id = _give(site, people, days=90)
    citizen, helper = people
    with _both(browser, site, citizen, helper) as (own, looking):
        own.go("/meekijken")
        follow(own.page, "Wijzigen")
        follow(own.page, "Wijzig post van")
        own.page.get_by_label("Alleen van deze organisaties").check()
        own.page.get_by_label("CJIB").check()
        press(own.page, "Verder")
        press(own.page, "Bewaar")
        told = "Uw toestemming is gewijzigd op 24 november 2026. Eraf: Post van: alle andere organisaties."
        for path in ("/clienten", f"/clienten/{grant_id}/toestemming", f"/clienten/{grant_id}/post"):
            looking.go(path)
            assert told in _text(looking)
        press(looking.page, "Ik heb dit gelezen")
        assert looking.path == f"/clienten/{grant_id}/post"
        assert "gewijzigd" not in _text(looking)
        looking.go("/clienten")
        assert "gewijzigd" not in _text(looking)


def test_everything_is_stopped_from_ones_own_post(
    browser: Browser, site: Site, people: tuple[Identity, Identity]
) -> None:
    grant_id = _give(site, people, days=90)
    with _both(browser, site, *people) as (own, looking):
        own.go("/post")
        follow(own.page, "Stop al het meekijken")
        press(own.page, "Ja, stop alles")
        assert "Alles is gestopt." in _text(own)
        assert looking.go(f"/clienten/{grant_id}/post") == 404


def test_a_letter_says_why_a_helper_sees_it(browser: Browser, site: Site, people: tuple[Identity, Identity]) -> None:
    grant_id = _give(site, people, days=90)
    citizen, helper = people
    with on_phone(browser, site, helper) as looking:
        looking.go(f"/clienten/{grant_id}/post")
        follow(looking.page, "Een boete")
        assert f"Waarom ziet u deze brief? {citizen.name} gaf u toestemming op 24 november 2026." in _text(looking)
        assert "Post van Alle organisaties" in _text(looking)
        follow(looking.page, f"Wat mag u zien van {citizen.name}?")
        assert looking.h1 == f"Wat mag u zien van {citizen.name}?"
        assert f"U bekijkt de post van {citizen.name}." in _text(looking)
        follow(looking.page, f"Terug naar de post van {citizen.name}")
        assert looking.h1 == f"Post van {citizen.name}"
