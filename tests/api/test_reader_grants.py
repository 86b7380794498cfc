"""Grants through an app, on both databases."""

from __future__ import annotations

from consent import State
from mailbox.api.readers.grant_json import STATES
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import GrantId, id_text
from tests.api.portal import API, DETAIL, Portal, wide
from tests.api.test_problems import assert_problem
from tests.api.test_reader_letters import fine, told
from tests.web.story import CJIB, JAYLANO, KARIN, LEO, SAMIRA
from tests.world import DAY_MS

UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def test_a_grant_is_given_taken_up_changed_paused_and_stopped(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    citizen, helper = await app.token(JAYLANO), await app.token(KARIN)
    made = await app.offer(citizen, JAYLANO)
    grant_id = made["toestemmingId"]
    accepted = await app.post_json(helper, "/clienten", {"code": made["code"]})
    assert (accepted.status_code, accepted.json()["naam"]) == (201, "Jaylano Meerman")
    assert accepted.headers["location"] == f"{API}/clienten/{grant_id}/tijdlijn"
    client = await app.client_token(KARIN, GrantId(bytes.fromhex(grant_id.replace("-", ""))))
    path = f"/clienten/{grant_id}/berichten/{letter}"
    assert (await app.get(client, path)).json()["inhoud"] == "Paarsblauw"
    narrow = {"toestemming": {**DETAIL, "actions": ["list"], "agencies": [CJIB]}, "versie": 2}
    steps = {
        "/wijzigingen": (narrow, "actief", 200),
        "/pauzes": (None, "gepauzeerd", 404),
        "/hervattingen": (None, "actief", 200),
        "/stops": ({}, "gestopt", 404),
    }
    for step, (body, status, seen) in steps.items():
        answer = await app.post_json(citizen, f"/toestemmingen/{grant_id}{step}", body)
        assert (step, answer.status_code, answer.json()["status"]) == (step, 200, status)
        assert (await app.get(client, path)).status_code == seen
        assert "inhoud" not in (await app.get(client, path)).json()
    again = await app.post_json(citizen, f"/toestemmingen/{grant_id}/stops", {"stil": True})
    assert (again.status_code, again.json()["stilGestopt"]) == (200, False)


async def test_a_grant_is_listed_and_found_by_its_link(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide(), "Karin van het buurthuis")
    token = await app.token(JAYLANO)
    (listed,) = (await app.get(token, "/toestemmingen")).json()["toestemmingen"]
    assert (listed["toestemmingId"], listed["naam"]) == (id_text(grant), "Karin van het buurthuis")
    assert [helper["naam"] for helper in listed["helpers"]] == ["Karin Bos (Buurthuis De Brug)"]
    assert (listed["organisatie"], listed["grondslag"]) == ("Buurthuis De Brug", "burger")
    assert listed["toestemming"] == DETAIL
    assert (await app.get(token, listed["_links"]["self"]["href"].removeprefix(API))).json() == listed
    portal.clock.ms += 1_000
    await portal.read(KARIN, grant)
    await fine(portal)
    await portal.read(KARIN, grant)
    assert "kijktijdstip" in (await app.get(token, f"/toestemmingen/{id_text(grant)}")).json()


async def test_a_grant_past_its_end_is_over_before_anyone_clears_it_up(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide(1))
    portal.clock.ms += DAY_MS
    found = (await app.get(await app.token(JAYLANO), f"/toestemmingen/{id_text(grant)}")).json()
    assert found["status"] == "verlopen"


async def test_what_cannot_happen_to_a_grant_now_is_a_conflict(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    path = f"/toestemmingen/{(await app.offer(token, JAYLANO))['toestemmingId']}"
    answers = [await app.post_json(token, f"{path}/{step}") for step in ("pauzes", "hervattingen")]
    await app.post_json(token, f"{path}/stops", {})
    answers.append(await app.post_json(token, f"{path}/wijzigingen", {"versie": 2, "toestemming": DETAIL}))
    assert [answer.status_code for answer in answers] == [409] * 3
    assert {assert_problem(answer)["detail"] for answer in answers} == {"Dit kan nu niet met deze toestemming."}


async def test_a_change_of_an_older_version_is_a_conflict(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    path = f"/toestemmingen/{(await app.offer(token, JAYLANO))['toestemmingId']}"
    narrow = {"versie": 1, "toestemming": {**DETAIL, "agencies": [CJIB]}}
    assert (await app.post_json(token, f"{path}/wijzigingen", narrow)).json()["versie"] == 2
    answer = await app.post_json(token, f"{path}/wijzigingen", {"versie": 1, "toestemming": DETAIL})
    problem = assert_problem(answer)
    assert (answer.status_code, problem["type"]) == (409, "urn:mijnoverzicht:fout:intussen-gewijzigd")
    assert problem["detail"] == "Deze toestemming is intussen gewijzigd. Kijk opnieuw."
    assert (await app.get(token, path)).json()["toestemming"]["agencies"] == [CJIB]


async def test_one_helper_goes_or_all_stop(portal: Portal) -> None:
    app = await portal.register()
    await portal.story.grant(JAYLANO, KARIN, wide())
    await portal.story.grant(JAYLANO, LEO, wide())
    token = await app.token(JAYLANO)
    listed = (await app.get(token, "/toestemmingen")).json()["toestemmingen"]
    helper = listed[0]["helpers"][0]["_links"]["self"]["href"].removeprefix(API)
    for _ in range(2):
        assert (await app.call("DELETE", token, helper)).status_code == 204
    assert (await app.post_json(token, "/stops", {"stil": True})).json() == {"aantalGestopt": 1}
    states = {one["status"] for one in (await app.get(token, "/toestemmingen")).json()["toestemmingen"]}
    assert states == {"gestopt"}


async def test_a_preview_shows_what_somebody_would_see_and_gives_nothing(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    await portal.story.deliver(JAYLANO, "duo_bericht_sf")
    token = await app.token(JAYLANO)
    answer = await app.post_json(token, "/voorvertoningen", {"toestemming": {**DETAIL, "agencies": [CJIB]}})
    assert [one["berichtId"] for one in answer.json()["berichten"]] == [letter]
    assert (await app.get(token, "/toestemmingen")).json()["toestemmingen"] == []
    without = await app.token(JAYLANO, scope=AppScope.GRANTS)
    assert (await app.post_json(without, "/voorvertoningen", {"toestemming": DETAIL})).status_code == 403


async def test_a_receipt_is_a_signed_file(portal: Portal) -> None:
    app = await portal.register()
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    answer = await app.get(await app.token(JAYLANO), f"/toestemmingen/{id_text(grant)}/bewijs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jose")
    assert answer.text.count(".") == 2


NOT_YOURS = {
    ("GET", "/toestemmingen/{}"): None,
    ("GET", "/toestemmingen/{}/bewijs"): None,
    ("POST", "/toestemmingen/{}/wijzigingen"): {"versie": 2, "toestemming": DETAIL},
    ("POST", "/toestemmingen/{}/pauzes"): None,
    ("POST", "/toestemmingen/{}/hervattingen"): None,
    ("POST", "/toestemmingen/{}/stops"): {},
    ("DELETE", "/toestemmingen/{}/helpers/00"): None,
    ("DELETE", "/clienten/{}"): None,
    ("PUT", "/favorieten/{}"): None,
    ("DELETE", "/favorieten/{}"): None,
}


async def test_a_grant_that_is_not_yours_does_not_exist(portal: Portal) -> None:
    """For another citizen, for another helper, and for who only asks as what they are not."""
    app = await portal.register()
    grant = id_text(await portal.story.grant(JAYLANO, KARIN, wide()))
    helpers = {"/clienten/{}", "/favorieten/{}"}
    for who in (SAMIRA, LEO, KARIN, JAYLANO):
        token = await app.token(who)
        for (method, path), body in NOT_YOURS.items():
            if who == (KARIN if path in helpers else JAYLANO):
                continue
            options = {} if body is None else {"json": body}
            answers = [await app.call(method, token, path.format(one), **options) for one in (grant, UNKNOWN, "x")]
            assert [answer.status_code for answer in answers] == [404] * 3, (who, path)
            assert len({told(answer) for answer in answers}) == 1, (who, path)
    view = (await portal.story.services.granting.grants_of(await portal.story.person(JAYLANO)))[0]
    assert (view.state, view.version) == (State.ACTIVE, 2)


def test_every_state_has_a_word_on_the_wire() -> None:
    assert set(STATES) == set(State) - {State.DRAFT}
