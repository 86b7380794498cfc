"""What an app puts ready for its citizen, on both databases: it gives nothing, and never learns a code."""

from __future__ import annotations

from datetime import datetime

from consent import Scope
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.services.proposals import KEPT_MS, MOST_WAITING
from tests.api.portal import API, DETAIL, OWN_FORM, URL, App, Portal, wide
from tests.api.test_problems import assert_problem
from tests.api.test_reader_letters import fine, told
from tests.web.story import CJIB, DUO, JAYLANO, KARIN, NOW_MS, SAMIRA

UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def names(app: App, token: str) -> list[str]:
    """What waits, by its number."""
    return [one["conceptId"] for one in (await app.get(token, "/concepten")).json()["concepten"]]


async def test_the_citizen_says_yes_on_our_page_and_the_app_never_learns_the_code(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    citizen = await app.token(JAYLANO)
    concept = await app.propose(citizen)
    answers = [await app.get(citizen, path) for path in ("/concepten", "/toestemmingen")]
    assert answers[0].json()["concepten"] == [concept]
    assert answers[1].json()["toestemmingen"] == []
    page = await portal.client.get(concept["_links"]["pagina"]["href"], headers=await portal.cookie(JAYLANO))
    assert "De app Postkijker heeft dit voor u klaargezet." in page.text
    made = await portal.give(JAYLANO, concept)
    here = f"/toestemmingen/{made['toestemmingId']}"
    answers += [await app.get(citizen, path) for path in ("/concepten", "/toestemmingen", "/inzagelog", here)]
    assert (answers[2].json()["concepten"], answers[5].json()["status"]) == ([], "aangeboden")
    for method in ("GET", "DELETE"):
        assert (await app.call(method, citizen, f"/concepten/{concept['conceptId']}")).status_code == 404
    assert answers[5].json()["toestemming"] == DETAIL
    secret = made["code"].replace("-", "")
    assert [answer for answer in answers if secret in answer.text.replace("-", "")] == []
    assert (await app.post_json(await app.token(KARIN), "/clienten", {"code": made["code"]})).status_code == 201
    assert await portal.read(KARIN, GrantId(bytes.fromhex(made["toestemmingId"].replace("-", "")))) == {letter}


async def test_no_app_offers_anything_itself(portal: Portal) -> None:
    app = await portal.register()
    body = {"helper": "Tante Ria", "toestemming": DETAIL}
    answer = await app.post_json(await app.token(JAYLANO), "/toestemmingen", body)
    assert assert_problem(answer)["type"] == "urn:mijnoverzicht:fout:methode-niet-toegestaan"
    assert answer.status_code == 405


async def test_what_waits_is_found_by_its_link_and_taken_away(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    answer = await app.post_json(token, "/concepten", {"helper": " Tante Ria ", "toestemming": DETAIL})
    concept = answer.json()
    path = concept["_links"]["self"]["href"].removeprefix(API)
    assert answer.headers["location"] == concept["_links"]["self"]["href"]
    assert (concept["app"], concept["naam"], concept["toestemming"]) == ("Postkijker", "Tante Ria", DETAIL)
    assert datetime.fromisoformat(concept["vervaltijdstip"]).timestamp() * 1000 == NOW_MS + KEPT_MS
    assert (await app.get(token, path)).json() == concept
    assert [(await app.call("DELETE", token, path)).status_code for _ in range(2)] == [204, 404]
    assert (await app.get(token, path)).status_code == 404
    page = concept["_links"]["pagina"]["href"]
    assert (await portal.client.get(page, headers=await portal.cookie(JAYLANO))).status_code == 404


async def test_the_citizen_changes_it_before_they_say_yes(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    concept = await app.propose(token)
    draft, headers = f"{URL}/meekijken/geven/{concept['conceptId']}", {**await portal.cookie(JAYLANO), **OWN_FORM}
    less = {"organisaties": "kies", "organisatie": CJIB, "onderwerpen": "kies", "onderwerp": "boete"}
    assert (await portal.client.post(f"{draft}/wat", data=less, headers=headers)).status_code == 303
    await portal.client.post(f"{draft}/wie", data={"naam": "Ria van hiernaast"}, headers=headers)
    assert await names(app, token) == [concept["conceptId"]]
    made = await portal.give(JAYLANO, concept)
    grant = (await app.get(token, f"/toestemmingen/{made['toestemmingId']}")).json()
    assert grant["naam"] == "Ria van hiernaast"
    assert grant["toestemming"] == {**DETAIL, "agencies": [CJIB], "topics": ["boete"]}


async def test_the_citizen_throws_it_away(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    concept, kept = await app.propose(token), await app.propose(token)
    path, headers = f"/meekijken/geven/{concept['conceptId']}/weg", {**await portal.cookie(JAYLANO), **OWN_FORM}
    for _ in range(2):
        answer = await portal.client.post(path, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/meekijken?gedaan=weggegooid")
    assert await names(app, token) == [kept["conceptId"]]


async def test_the_log_says_which_app_put_it_ready(portal: Portal) -> None:
    app = await portal.register()
    token, headers = await app.token(JAYLANO), {**await portal.cookie(JAYLANO), **OWN_FORM}
    await portal.give(JAYLANO, await app.propose(token))
    unwanted = await app.propose(token)
    await portal.client.post(f"/meekijken/geven/{unwanted['conceptId']}/weg", headers=headers)
    lines = (await app.get(token, "/inzagelog")).json()["regels"]
    done = [(line["handeling"], line.get("app"), line.get("klaargezetDoor")) for line in lines]
    wanted = [
        ("weggegooid", None, "Postkijker"),
        ("klaargezet", "Postkijker", "Postkijker"),
        ("aangeboden", None, "Postkijker"),
        ("klaargezet", "Postkijker", "Postkijker"),
    ]
    assert [one for one in done if one in wanted] == wanted
    page = (await portal.client.get("/inzage?inhoud=alles", headers=headers)).text
    for said in (
        "De app Postkijker zette een toestemming klaar voor Tante Ria.",
        "U gaf Tante Ria toestemming om mee te kijken. De app Postkijker had dit klaargezet.",
        "U gooide weg wat klaarstond voor Tante Ria.",
    ):
        assert said in page


async def test_what_waits_is_forgotten_after_a_week(portal: Portal) -> None:
    app = await portal.register()
    await app.propose(await app.token(JAYLANO))
    portal.clock.ms += KEPT_MS - 1
    assert len(await names(app, await app.token(JAYLANO))) == 1
    portal.clock.ms += 1
    assert await names(app, await app.token(JAYLANO)) == []


async def test_an_app_does_not_fill_the_page(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    for _ in range(MOST_WAITING):
        await app.propose(token)
        portal.clock.ms += 1_000
    answer = await app.post_json(token, "/concepten", {"helper": "Tante Ria", "toestemming": DETAIL})
    assert (answer.status_code, assert_problem(answer)["type"]) == (409, "urn:mijnoverzicht:fout:kan-nu-niet")
    assert len(await names(app, token)) == MOST_WAITING
    await app.propose(await app.token(SAMIRA))


async def test_what_waits_for_another_does_not_exist(portal: Portal) -> None:
    """Nor does a form that nobody put ready."""
    app = await portal.register()
    token, headers = await app.token(SAMIRA), {**await portal.cookie(SAMIRA), **OWN_FORM}
    concept = (await app.propose(await app.token(JAYLANO)))["conceptId"]
    begun = (await portal.client.get("/meekijken/geven", headers=headers)).headers["location"].split("/")[3]
    for method in ("GET", "DELETE"):
        answers = [await app.call(method, token, f"/concepten/{one}") for one in (concept, begun, UNKNOWN, "x")]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert len({told(answer) for answer in answers}) == 1
    await portal.client.post(f"/meekijken/geven/{concept}/weg", headers=headers)
    assert await names(app, token) == []
    assert await names(app, await app.token(JAYLANO)) == [concept]


async def test_more_waits_for_the_citizen_and_less_holds_at_once(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    token = await app.token(JAYLANO)
    narrow = {**DETAIL, "agencies": [DUO]}
    grant = await portal.story.grant(JAYLANO, KARIN, Scope.from_json(narrow))
    here = f"/toestemmingen/{id_text(grant)}"
    more = await app.post_json(token, f"{here}/wijzigingen", {"versie": 2, "toestemming": DETAIL})
    assert (more.status_code, more.json()["toestemmingId"]) == (201, id_text(grant))
    assert (await app.get(token, here)).json()["toestemming"] == narrow
    assert await portal.read(KARIN, grant) == set()
    page = await portal.client.get(more.json()["_links"]["pagina"]["href"], headers=await portal.cookie(JAYLANO))
    assert "Er is nog niets veranderd." in page.text
    assert await portal.agree(JAYLANO, more.json()) == id_text(grant)
    assert await portal.read(KARIN, grant) == {letter}
    assert await names(app, token) == []
    less = await app.post_json(token, f"{here}/wijzigingen", {"versie": 3, "toestemming": narrow})
    assert (less.status_code, less.json()["versie"]) == (200, 4)
    assert await portal.read(KARIN, grant) == set()


async def test_longer_waits_for_the_citizen_too(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    grant = id_text(await portal.story.grant(JAYLANO, KARIN, wide(30)))
    answer = await app.post_json(token, f"/toestemmingen/{grant}/wijzigingen", {"versie": 2, "toestemming": DETAIL})
    assert answer.status_code == 201
    assert (await app.get(token, f"/toestemmingen/{grant}")).json()["versie"] == 2


async def test_no_yes_to_a_helper_is_said_by_an_app(portal: Portal) -> None:
    """Else an app whose maker is a helper as well would let itself in."""
    app, letter = await portal.register(), await fine(portal)
    citizen, helper = await app.token(JAYLANO), await app.token(KARIN)
    asked = await app.post_json(helper, "/toestemmingsverzoeken", {"reden": "Om te helpen", "toestemming": DETAIL})
    yes = {"code": asked.json()["code"], "antwoord": "ja", "toestemming": DETAIL}
    ready = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", yes)
    assert (await app.get(helper, "/clienten")).json()["clienten"] == []
    page = await portal.client.get(ready.json()["_links"]["pagina"]["href"], headers=await portal.cookie(JAYLANO))
    assert "Om te helpen" in page.text
    grant = await portal.agree(JAYLANO, ready.json())
    assert await portal.read(KARIN, GrantId(bytes.fromhex(grant.replace("-", "")))) == {letter}
    assert await names(app, citizen) == []


async def test_an_app_puts_no_more_ready_than_was_asked(portal: Portal) -> None:
    app = await portal.register()
    citizen, helper = await app.token(JAYLANO), await app.token(KARIN)
    asked = {**DETAIL, "agencies": [DUO]}
    answer = await app.post_json(helper, "/toestemmingsverzoeken", {"reden": "Om te helpen", "toestemming": asked})
    yes = {"code": answer.json()["code"], "antwoord": "ja", "toestemming": DETAIL}
    refused = await app.post_json(citizen, "/toestemmingsverzoeken/antwoorden", yes)
    assert (refused.status_code, await names(app, citizen)) == (400, [])
