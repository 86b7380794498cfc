"""What an app puts ready for its citizen, on both databases: it gives nothing, and never learns a code."""

from __future__ import annotations

from datetime import datetime

from mailbox.domain.identifiers import GrantId
from mailbox.services.proposals import KEPT_MS, MOST_WAITING
from tests.api.portal import API, DETAIL, OWN_FORM, URL, App, Portal
from tests.api.test_problems import assert_problem
from tests.api.test_reader_letters import fine, told
from tests.web.story import CJIB, JAYLANO, KARIN, NOW_MS, SAMIRA

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
    assert answers[5].json()["toestemming"] == DETAIL
    secret = made["code"].replace("-", "")
    assert [answer for answer in answers if secret in answer.text.replace("-", "")] == []
    assert (await app.post_json(await app.token(KARIN), "/clienten", {"code": made["code"]})).status_code == 201
    assert await portal.read(KARIN, GrantId(bytes.fromhex(made["toestemmingId"].replace("-", "")))) == {letter}


async def test_no_app_offers_anything_itself(portal: Portal) -> None:
    app = await portal.register()
    body = {"helper": "Tante Ria", "toestemming": DETAIL}
    answer = await app.post_json(await app.token(JAYLANO), "/toestemmingen", body)
    assert (answer.status_code, assert_problem(answer)["type"][-24:]) == (405, "methode-niet-toegestaan"[-24:])


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
