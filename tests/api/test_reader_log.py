"""The access log through an app, on both databases."""

from __future__ import annotations

import pytest

from mailbox.api.readers.log_json import ACTS
from mailbox.domain.apps import AppScope
from mailbox.domain.identifiers import id_text
from mailbox.services.log_entries import Act
from tests.api.portal import API, DETAIL, Portal, wide
from tests.api.test_problems import assert_problem
from tests.api.test_reader_letters import fine
from tests.web.story import JAYLANO, KARIN, SAMIRA

UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def test_the_log_is_read_filtered_and_reported(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    helper = await app.client_token(KARIN, grant)
    await app.get(helper, f"/clienten/{id_text(grant)}/berichten/{letter}")
    token = await app.token(JAYLANO, scope=f"{AppScope.LOG} {AppScope.POST}")
    page = (await app.get(token, "/inzagelog")).json()
    assert [line["handeling"] for line in page["regels"]] == ["app-toegelaten", "gelezen", "aangenomen", "aangeboden"]
    assert page["ongeschonden"] is True
    read = page["regels"][1]
    assert (read["wie"], read["rol"], read["app"]) == ("Karin Bos (Buurthuis De Brug)", "helper", "Postkijker")
    assert (read["toestemmingId"], read["berichten"][0]["onderwerp"]) == (id_text(grant), "Zeegroen")
    assert page["regels"][3]["toestemming"] == DETAIL
    assert (await app.get(token, read["_links"]["self"]["href"].removeprefix(API))).json() == read
    for _ in range(2):
        answer = await app.post_json(token, read["_links"]["meldingen"]["href"].removeprefix(API))
        assert answer.status_code == 204
    newest = (await app.get(token, "/inzagelog", aantal="1")).json()
    assert newest["regels"][0]["handeling"] == "gemeld"
    queries = {
        f"toestemmingId={id_text(grant)}": ["gemeld", "gelezen", "aangenomen", "aangeboden"],
        f"berichtId={letter}": ["gemeld", "gelezen"],
        f"berichtId={UNKNOWN}": [],
        "eigen=true": [],
        "vanaf=2026-11-24T09:30:00Z&tot=2026-11-24T10:30:00%2B01:00": [],
        "vanaf=2026-11-24T10:30:00%2B01:00": ["gemeld", "app-toegelaten", "gelezen", "aangenomen", "aangeboden"],
    }
    for query, expected in queries.items():
        found = (await app.get(token, f"/inzagelog?{query}")).json()["regels"]
        assert (query, [line["handeling"] for line in found]) == (query, expected)


async def test_who_may_not_read_the_post_is_not_told_what_it_is_about(portal: Portal) -> None:
    """Else the log would be a way to the post on which nobody is logged."""
    app, letter = await portal.register(), await fine(portal)
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    await portal.read(KARIN, grant)
    helper = await app.client_token(KARIN, grant)
    await app.get(helper, f"/clienten/{id_text(grant)}/berichten/{letter}")
    token = await app.token(JAYLANO, scope=AppScope.LOG)
    answers = [await app.get(token, path) for path in ("/inzagelog", "/inzagelog?eigen=false")]
    lines = [line for answer in answers for line in answer.json()["regels"]]
    answers += [await app.get(token, f"/inzagelog/{line['nummer']}") for line in lines]
    assert {about["berichtId"] for line in lines for about in line["berichten"]} == {letter}
    for answer in answers:
        assert "Zeegroen" not in answer.text
        assert "afzender" not in answer.text


async def test_pages_of_the_log_follow_each_other(portal: Portal) -> None:
    app = await portal.register()
    for _ in range(3):
        await portal.story.grant(JAYLANO, KARIN, wide())
    token = await app.token(JAYLANO, scope=AppScope.LOG)
    found, path = [], "/inzagelog?aantal=2"
    while path:
        page = (await app.get(token, path)).json()
        found += [line["nummer"] for line in page["regels"]]
        path = page["_links"].get("volgende", {"href": ""})["href"].removeprefix(API)
    assert found == list(range(6, -1, -1))


async def test_a_log_is_ones_own(portal: Portal) -> None:
    app = await portal.register()
    await portal.story.grant(JAYLANO, KARIN, wide())
    token = await app.token(SAMIRA, scope=AppScope.LOG)
    assert [line["handeling"] for line in (await app.get(token, "/inzagelog")).json()["regels"]] == ["app-toegelaten"]
    for number in ("1", "99", "-1", "01", "x", "9" * 30):
        answers = [
            await app.get(token, f"/inzagelog/{number}"),
            await app.post_json(token, f"/inzagelog/{number}/meldingen"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404], number


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query",
    [
        "toestemmingId=x",
        "berichtId=999990019",
        "vanaf=2026-11-24",
        "vanaf=2026-11-24T00:00:00",
        "vanaf=2026-11-24t00:00:00z",
        "vanaf=20261124T000000Z",
        "tot=2026-02-30T00:00:00Z",
        "tot=0000-01-01T00:00:00Z",
        "eigen=1",
        "voor=-1",
        "aantal=101",
    ],
)
async def test_a_query_of_the_log_has_its_form(portal: Portal, query: str) -> None:
    app = await portal.register()
    answer = await app.get(await app.token(JAYLANO), f"/inzagelog?{query}")
    assert assert_problem(answer)["detail"] == f"Deze parameters hebben niet de juiste vorm: {query.partition('=')[0]}."


def test_every_act_has_a_word_on_the_wire() -> None:
    assert set(ACTS) == set(Act)
    assert len(set(ACTS.values())) == len(ACTS)
