"""Post through an app: one's own, and a client's with a token that represents them; on both databases."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from consent import Action
from mailbox.api.rate import RateLimit
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import GrantId, LetterId, id_from_text, id_text
from mailbox.domain.sealed import SealedKey
from mailbox.services.log_entries import Act, Role
from tests.api.portal import API, App, Portal, wide
from tests.api.test_problems import assert_problem
from tests.web.story import CJIB, JAYLANO, KARIN, LEO, PDF, SAMIRA

UNKNOWN = "00000000-0000-4000-8000-000000000000"
MARKS = ("leesmarkering", "archiefmarkering")


async def fine(portal: Portal, **changes: Any) -> str:
    """A letter of Jaylano with an attachment."""
    given = {"onderwerp": "Zeegroen", "inhoud": "Paarsblauw", **changes}
    letter = await portal.story.deliver(JAYLANO, "cjib_wahv_beschikking", files=[("Aanslag.pdf", PDF)], **given)
    return id_text(letter)


async def test_a_timeline_says_what_organisations_delivered(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal, zaakkenmerk="ZAAK 7")
    answer = await app.get(await app.token(JAYLANO), "/tijdlijn")
    (told,) = answer.json()["berichten"]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["aantalNieuw"] == 1
    assert answer.json()["_links"] == {"self": {"href": f"{API}/tijdlijn"}}
    assert told["afzender"] == {"oin": CJIB, "naam": "CJIB"}
    assert (told["berichtId"], told["onderwerp"], told["zaakkenmerk"]) == (letter, "Zeegroen", "ZAAK 7")
    assert told["bedragen"] == {
        "totaal": 10900, "hoofdsom": 10000, "kosten": 900, "betaald": 0, "richting": "betalen"
    }  # fmt: skip
    assert told["publicatietijdstip"].endswith("Z")
    assert told["_links"]["self"]["href"] == f"{API}/berichten/{letter}"
    assert told["bijlagen"] == [
        {
            "nummer": 0,
            "naam": "Aanslag.pdf",
            "mediaType": "application/pdf",
            "grootte": len(PDF),
            "_links": {"self": {"href": f"{API}/berichten/{letter}/bijlagen/0"}},
        }
    ]
    assert "inhoud" not in told
    assert "Paarsblauw" not in answer.text


async def test_a_letter_and_its_attachment_are_found_by_their_links(portal: Portal) -> None:
    app, _ = await portal.register(), await fine(portal)
    token = await app.token(JAYLANO)
    listed = (await app.get(token, "/tijdlijn")).json()["berichten"][0]
    opened = (await app.get(token, listed["_links"]["self"]["href"].removeprefix(API))).json()
    text = {name: opened.pop(name) for name in ("kort", "inhoud", "acties")}
    assert opened == listed
    assert (text["inhoud"], sorted(text["kort"])) == ("Paarsblauw", ["doen", "gevolg", "wat"])
    file = await app.get(token, opened["bijlagen"][0]["_links"]["self"]["href"].removeprefix(API))
    assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
    assert file.headers["content-disposition"] == "attachment"
    assert file.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_what_an_app_fetches_is_not_read_until_it_says_so(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    token = await app.token(JAYLANO)

    async def state() -> tuple[int, bool]:
        page = (await app.get(token, "/tijdlijn")).json()
        return page["aantalNieuw"], "leestijdstip" in page["berichten"][0]

    await app.get(token, f"/berichten/{letter}")
    await app.get(token, f"/berichten/{letter}/bijlagen/0")
    assert await state() == (1, False)
    for _ in range(2):
        answer = await app.call("PUT", token, f"/berichten/{letter}/leesmarkering")
        assert (answer.status_code, answer.content) == (204, b"")
    assert await state() == (0, True)
    for _ in range(2):
        assert (await app.call("DELETE", token, f"/berichten/{letter}/leesmarkering")).status_code == 204
    assert await state() == (1, False)


async def test_what_was_put_away_is_listed_and_can_be_left_out(portal: Portal) -> None:
    """An app that knows nothing of an archive misses no letter."""
    app, letter = await portal.register(), await fine(portal)
    portal.clock.ms += 1_000
    await portal.story.deliver(JAYLANO, "duo_bericht_sf")
    token = await app.token(JAYLANO)

    async def listed(query: str = "") -> list[tuple[str, bool]]:
        page = (await app.get(token, f"/tijdlijn{query}")).json()
        return [(one["berichtId"], "archiveertijdstip" in one) for one in page["berichten"]]

    (other, _), _ = await listed()
    for _ in range(2):
        assert (await app.call("PUT", token, f"/berichten/{letter}/archiefmarkering")).status_code == 204
    assert await listed() == [(other, False), (letter, True)]
    assert await listed("?inArchief=false") == [(other, False)]
    assert await listed("?inArchief=true") == [(letter, True)]
    assert (await app.get(token, "/tijdlijn?inArchief=true")).json()["aantalNieuw"] == 2
    for _ in range(2):
        assert (await app.call("DELETE", token, f"/berichten/{letter}/archiefmarkering")).status_code == 204
    assert await listed("?inArchief=false") == [(other, False), (letter, False)]


async def test_pages_follow_each_other_with_the_same_filter(portal: Portal) -> None:
    app = await portal.register()
    for number in range(5):
        portal.clock.ms += 1_000
        await fine(portal, kenmerk=f"BOETE-{number}")
        await portal.story.deliver(JAYLANO, "duo_bericht_sf")
    token = await app.token(JAYLANO)
    found, path = [], f"/tijdlijn?aantal=2&afzender={CJIB}&alleenNieuw=true&domein=boete&inArchief=false"
    while path:
        page = (await app.get(token, path)).json()
        found += [letter["kenmerk"] for letter in page["berichten"]]
        path = page["_links"].get("volgende", {"href": ""})["href"].removeprefix(API)
    assert found == [f"BOETE-{number}" for number in (4, 3, 2, 1, 0)]
    assert (await app.get(token, "/tijdlijn?metTermijn=true")).json()["berichten"] == []  # their days have passed


async def test_a_search_goes_through_all_pages_and_its_words_are_in_no_address(portal: Portal) -> None:
    app = await portal.register()
    for number in range(5):
        portal.clock.ms += 1_000
        await fine(portal, kenmerk=f"BOETE-{number}", inhoud="Een náald." if number % 2 == 0 else "Hooi.")
    token = await app.token(JAYLANO)
    asked = {"woorden": "NAALD boete", "aantal": 2, "domein": "boete", "afzender": CJIB, "alleenNieuw": True}
    first = (await app.post_json(token, "/tijdlijn/_zoek", asked)).json()
    rest = (await app.post_json(token, "/tijdlijn/_zoek", {**asked, "voor": first["voor"]})).json()
    assert [one["kenmerk"] for one in (*first["berichten"], *rest["berichten"])] == ["BOETE-4", "BOETE-2", "BOETE-0"]
    assert ("voor" in rest, "gezochtTot" in rest) == (False, False)
    none = (await app.post_json(token, "/tijdlijn/_zoek", {"woorden": "olifant", "inArchief": False})).json()
    assert none == {"berichten": []}
    lines = (await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))).lines
    assert [(line.action, len(line.letters), line.details["app"]) for line in lines[:3]] == [
        (Act.SEARCHED, count, "Postkijker") for count in (0, 1, 2)
    ]


async def test_a_helpers_app_searches_what_the_grant_opens(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, token = await through(portal, app)
    path = f"/clienten/{id_text(grant)}/tijdlijn/_zoek"
    (found,) = (await app.post_json(token, path, {"woorden": "paarsblauw"})).json()["berichten"]
    assert (found["berichtId"], "leestijdstip" in found) == (letter, False)
    for own in ("alleenNieuw", "inArchief"):
        answer = await app.post_json(token, path, {"woorden": "paarsblauw", own: True})
        assert assert_problem(answer)["fouten"][0]["pointer"] == f"/{own}"
    for wrong, where in ((await app.token(KARIN), path), (token, "/tijdlijn/_zoek")):
        assert (await app.post_json(wrong, where, {"woorden": "x"})).status_code == 403


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/woorden"),
        ({"woorden": " "}, "/woorden"),
        ({"woorden": "x" * 101}, "/woorden"),
        ({"woorden": "x", "domein": "liefde"}, "/domein"),
        ({"woorden": "x", "afzender": "0" * 20}, "/afzender"),
        ({"woorden": "x", "aantal": 101}, "/aantal"),
    ],
)
async def test_what_is_wrong_with_a_question_is_told_at_its_place(
    portal: Portal, body: dict[str, Any], pointer: str
) -> None:
    app = await portal.register()
    answer = await app.post_json(await app.token(JAYLANO), "/tijdlijn/_zoek", body)
    assert [fault["pointer"] for fault in assert_problem(answer)["fouten"]] == [pointer]
    unknown = await app.post_json(await app.token(JAYLANO), "/tijdlijn/_zoek", {"woorden": "x", "voor": "AAAA"})
    assert unknown.status_code == 404


QUERIES = {
    "domein=liefde": "domein",
    "metTermijn=ja": "metTermijn",
    "aantal=0": "aantal",
    "aantal=101": "aantal",
    "aantal=abc": "aantal",
    "aantal=1&aantal=2": "aantal",
    "aantal=٣": "aantal",
    "aantal=01": "aantal",
    "afzender=999990019": "afzender",
    "alleenNieuw=ja": "alleenNieuw",
    "inArchief=ja": "inArchief",
    "alleenNieuw=": "alleenNieuw",
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("query", "name"), QUERIES.items())
async def test_a_parameter_that_has_not_its_form_is_named_without_its_value(
    portal: Portal, query: str, name: str
) -> None:
    app = await portal.register()
    answer = await app.get(await app.token(JAYLANO), f"/tijdlijn?{query}")
    body = assert_problem(answer)
    assert answer.status_code == 400
    assert body["detail"] == f"Deze parameters hebben niet de juiste vorm: {name}."


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_all_that_is_wrong_with_a_query_is_told_at_once(portal: Portal) -> None:
    app = await portal.register()
    answer = await app.get(await app.token(JAYLANO), "/tijdlijn?afzender=x&aantal=x&bsn999990019=1")
    assert answer.json()["detail"] == (
        "Deze parameters hebben niet de juiste vorm: aantal, afzender. "
        "Er is een parameter die hier niet bestaat. "
        "Wel: aantal, afzender, alleenNieuw, domein, inArchief, metTermijn, voor."
    )


async def test_what_is_not_yours_does_not_exist(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    await portal.story.deliver(SAMIRA, "duo_bericht_sf")
    token = await app.token(SAMIRA)
    for method, path in (
        ("GET", "/berichten/{}"),
        ("GET", "/berichten/{}/bijlagen/0"),
        *[(method, f"/berichten/{{}}/{mark}") for method in ("PUT", "DELETE") for mark in MARKS],
    ):
        answers = [await app.call(method, token, path.format(one)) for one in (letter, UNKNOWN, "x", letter.upper())]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert len({told(answer) for answer in answers}) == 1
    for number in ("1", "-1", "00", "x", "999"):
        assert (await app.get(await app.token(JAYLANO), f"/berichten/{letter}/bijlagen/{number}")).status_code == 404
    cursor = (await app.get(token, "/tijdlijn", voor="AAAA")).status_code
    assert cursor == 404


def told(answer: Any) -> str:
    """All that an answer says, without its own number."""
    body = assert_problem(answer)
    return str({**body, "instance": ""}) + str(sorted(answer.headers.items()))


async def through(portal: Portal, app: App, **scope: Any) -> tuple[GrantId, str]:
    """Karin's grant, and her token for it."""
    wanted = wide().to_json() | scope
    grant = await portal.story.grant(JAYLANO, KARIN, type(wide()).from_json(wanted))
    return grant, await app.client_token(KARIN, grant)


async def test_a_helper_reads_what_the_grant_covers_and_no_more(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    await portal.story.deliver(JAYLANO, "duo_bericht_sf")
    grant, token = await through(portal, app, agencies=[CJIB])
    base = f"/clienten/{id_text(grant)}"
    page = (await app.get(token, f"{base}/tijdlijn")).json()
    assert [one["berichtId"] for one in page["berichten"]] == [letter]
    assert "aantalNieuw" not in page
    opened = await app.get(token, page["berichten"][0]["_links"]["self"]["href"].removeprefix(API))
    assert opened.json()["inhoud"] == "Paarsblauw"
    assert opened.json()["_links"]["self"]["href"] == f"{API}{base}/berichten/{letter}"
    assert (await app.get(token, f"{base}/berichten/{letter}/bijlagen/0")).content == PDF


async def test_a_helper_who_may_list_gets_dates_and_no_text(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, token = await through(portal, app, actions=[Action.LIST])
    opened = await app.get(token, f"/clienten/{id_text(grant)}/berichten/{letter}")
    assert opened.json()["onderwerp"] == "Zeegroen"
    assert {"kort", "inhoud", "acties"} & set(opened.json()) == set()
    assert "Paarsblauw" not in opened.text
    assert (await app.get(token, f"/clienten/{id_text(grant)}/berichten/{letter}/bijlagen/0")).status_code == 404


async def test_a_helpers_app_leaves_the_citizens_new_alone(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, token = await through(portal, app)
    await app.get(token, f"/clienten/{id_text(grant)}/berichten/{letter}")
    assert (await app.get(await app.token(JAYLANO), "/tijdlijn")).json()["aantalNieuw"] == 1
    asked = await app.get(token, f"/clienten/{id_text(grant)}/tijdlijn?alleenNieuw=true")
    assert (asked.status_code, "alleenNieuw" in asked.text) == (400, False)


async def test_a_letter_that_does_not_open_is_counted_for_its_citizen_alone(portal: Portal) -> None:
    app, _ = await portal.register(), await fine(portal)
    letter = await fine(portal)
    grant, token = await through(portal, app)
    citizen = (await portal.story.person(JAYLANO)).mailbox_id
    for recipient in (citizen, grant):
        broken = SealedKey(letter_id=LetterId(id_from_text(letter)), recipient_id=recipient, blob=b"not sealed")
        async with portal.story.services.store.write() as tx:
            await tx.letters.replace_keys(citizen, [broken])
    own = (await app.get(await app.token(JAYLANO), "/tijdlijn")).json()
    assert (len(own["berichten"]), own["aantalOnleesbaar"]) == (1, 1)
    theirs = (await app.get(token, f"/clienten/{id_text(grant)}/tijdlijn")).json()
    assert (len(theirs["berichten"]), sorted(theirs)) == (1, ["_links", "berichten"])


OWN = ("/tijdlijn", "/berichten/{}", "/berichten/{}/bijlagen/0")


async def test_a_token_opens_one_persons_post(portal: Portal) -> None:
    """Own post with a token that represents a client, a client's with one that does not, or with another's."""
    app, letter = await portal.register(), await fine(portal)
    grant, represents = await through(portal, app)
    other = await portal.story.grant(SAMIRA, KARIN, wide())
    plain, another = await app.token(KARIN), await app.client_token(KARIN, other)
    for path in OWN:
        for base in ("", f"/clienten/{id_text(grant)}"):
            where = base + path.format(letter)
            assert (where, (await app.get(represents, where)).status_code) == (where, 200 if base else 403)
            assert (await app.get(plain, where)).status_code == (403 if base else 404 if "berichten" in path else 200)
            assert (await app.get(another, where)).status_code == (404 if base else 403)
    for one in (plain, another):  # who may not, does not learn which grants there are
        for path in OWN:
            real, none = [f"/clienten/{grant_id}{path.format(letter)}" for grant_id in (id_text(grant), UNKNOWN)]
            assert told(await app.get(one, real)) == told(await app.get(one, none))
    for method, mark in product(("PUT", "DELETE"), MARKS):
        assert (await app.call(method, represents, f"/berichten/{letter}/{mark}")).status_code == 403


async def test_a_stop_works_on_a_token_that_is_out(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, token = await through(portal, app)
    base, jaylano = f"/clienten/{id_text(grant)}", await portal.story.person(JAYLANO)
    granting = portal.story.services.granting
    for act, status in ((granting.pause, 404), (granting.resume, 200), (granting.stop, 404)):
        await act(jaylano, grant)
        answers = [await app.get(token, base + path.format(letter)) for path in OWN]
        assert [answer.status_code for answer in answers] == [status] * 3, act


async def test_a_token_without_the_scope_does_nothing_of_it(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    token = await app.token(JAYLANO, scope=AppScope.LOG)
    for method, path in (
        ("GET", "/tijdlijn"),
        ("GET", f"/berichten/{letter}"),
        ("PUT", f"/berichten/{letter}/leesmarkering"),
    ):
        answer = await app.call(method, token, path)
        assert answer.status_code == 403
        assert "insufficient_scope" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer a.b.c"])
async def test_without_a_token_there_is_nothing(portal: Portal, authorization: str) -> None:
    letter = await fine(portal)
    grant = await portal.story.grant(JAYLANO, LEO, wide())
    for base in ("", f"/clienten/{id_text(grant)}"):
        for path in OWN:
            answer = await portal.client.get(API + base + path.format(letter), headers={"Authorization": authorization})
            assert_problem(answer)
            assert answer.status_code == 401


async def test_a_token_in_the_address_is_no_token(portal: Portal) -> None:
    app = await portal.register()
    token = await app.token(JAYLANO)
    assert (await portal.client.get(f"{API}/tijdlijn", params={"access_token": token})).status_code == 401


async def test_a_session_is_no_token_and_a_token_no_session(portal: Portal) -> None:
    app = await portal.register()
    cookie = await portal.cookie(JAYLANO)
    assert (await portal.client.get(f"{API}/tijdlijn", headers=cookie)).status_code == 401
    token = await app.token(JAYLANO)
    for name in ("mo", "__Host-mo"):
        answer = await portal.client.get(
            "/post", headers={"Cookie": f"{name}={token}", "Authorization": f"Bearer {token}"}
        )
        assert answer.status_code in {303, 403}


async def test_looks_through_an_app_are_in_the_log_with_its_name(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, token = await through(portal, app)
    await app.get(await app.token(JAYLANO), f"/berichten/{letter}")
    await app.get(token, f"/clienten/{id_text(grant)}/berichten/{letter}")
    page = await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))
    looks = [(line.role, line.details.get("app")) for line in page.lines if line.action is Act.READ]
    assert looks == [(Role.HELPER, "Postkijker"), (Role.CITIZEN, "Postkijker")]
    log = await portal.client.get("/inzage", headers=await portal.cookie(JAYLANO))
    assert "Karin Bos (Buurthuis De Brug) las uw brief van het CJIB, met de app Postkijker." in log.text


async def test_nothing_is_shown_that_cannot_be_logged(portal: Portal, database_url: str) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant, represents = await through(portal, app)
    tokens = [(await app.token(JAYLANO), ""), (represents, f"/clienten/{id_text(grant)}")]
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE access_log RENAME TO gone"))
    await engine.dispose()
    for token, base in tokens:
        for path in OWN:
            answer = await app.get(token, base + path.format(letter))
            assert answer.status_code >= 500, path
            assert [word for word in ("Zeegroen", "Paarsblauw", "%PDF") if word in answer.text] == []


async def test_a_person_may_ask_so_much_with_an_app_and_no_other_notices(portal: Portal) -> None:
    app, other = await portal.register(), await portal.register()
    portal.app.state.app_rate = RateLimit(1, portal.clock)
    token = await app.token(JAYLANO)
    answers = [await app.get(token, "/tijdlijn") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].headers["retry-after"], assert_problem(answers[2])["status"]) == ("1", 429)
    assert (await app.get(await app.token(JAYLANO), "/tijdlijn")).status_code == 429
    assert (await app.get(await app.token(SAMIRA), "/tijdlijn")).status_code == 200
    assert (await other.get(await other.token(JAYLANO), "/tijdlijn")).status_code == 200
    portal.clock.ms += 1_000
    assert (await app.get(token, "/tijdlijn")).status_code == 200


async def test_what_the_answer_is_asked_in_must_be_json(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    token = await app.token(JAYLANO)
    for path in ("/tijdlijn", f"/berichten/{letter}"):
        assert (await app.call("GET", token, path, headers={"Accept": "text/html"})).status_code == 406
    assert (await app.call("GET", token, "/tijdlijn", headers={"Accept": "application/hal+json, */*;q=0.1"})).is_success
