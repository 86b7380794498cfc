"""Where an organisation asks why, an app of its helper is no way around the question."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbox.domain.identifiers import id_text
from mailbox.services.log_entries import Act
from tests.api.portal import access_token, detail, open_portal, portal_settings, wide
from tests.api.test_problems import assert_problem
from tests.web.story import JAYLANO, KARIN, PDF


async def test_an_app_shows_no_post_of_who_did_not_say_why(database_url: str, tmp_path: Path) -> None:
    settings = portal_settings(database_url, tmp_path).model_copy(update={"reason_for": "Buurthuis De Brug"})
    async with open_portal(settings) as portal:
        letter = id_text(await portal.story.deliver(JAYLANO, "cjib_wahv_beschikking", files=[("Aanslag.pdf", PDF)]))
        grant_id = await portal.story.grant(JAYLANO, KARIN, wide())
        app = await portal.register()
        token = await app.client_token(KARIN, grant_id)
        client = f"/clienten/{id_text(grant_id)}"
        for path in ("tijdlijn", f"berichten/{letter}", f"berichten/{letter}/bijlagen/0"):
            problem = assert_problem(await app.get(token, f"{client}/{path}"))
            assert (problem["status"], problem["type"]) == (403, "urn:mijnoverzicht:fout:reden-nodig")
        page = await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))
        assert {line.action for line in page.lines}.isdisjoint({Act.LIST, Act.READ, Act.DOWNLOAD})
        assert (await app.get(await app.token(JAYLANO), "/tijdlijn")).status_code == 200


async def test_an_app_says_why_and_it_stands_beside_each_look(database_url: str, tmp_path: Path) -> None:
    settings = portal_settings(database_url, tmp_path).model_copy(update={"reason_for": "Buurthuis De Brug"})
    async with open_portal(settings) as portal:
        letter = id_text(await portal.story.deliver(JAYLANO, "cjib_wahv_beschikking"))
        grant_id = await portal.story.grant(JAYLANO, KARIN, wide())
        app = await portal.register()
        why = detail(id_text(grant_id)).replace("}", ',"reden":"vraag","toelichting":"Hij belde"}')
        token = access_token(await app.exchange(await app.token(KARIN), grant_id, authorization_details=why))
        assert (await app.get(token, f"/clienten/{id_text(grant_id)}/berichten/{letter}")).status_code == 200
        look = (await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))).lines[0]
        assert (look.action, look.details["reason"], look.details["note"]) == (Act.READ, "vraag", "Hij belde")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "why",
    [
        '"reden":"zomaar"',
        '"reden":"anders"',
        '"reden":"anders","toelichting":"  "',
        f'"reden":"vraag","toelichting":"{"a" * 201}"',
        '"reden":"vraag","toelichting":"a\\u0007"',
        '"toelichting":"Hij belde"',
        '"reden":7',
        '"reden":"vraag","waarom":"daarom"',
    ],
)
async def test_a_reason_that_is_none_gets_no_token(database_url: str, tmp_path: Path, why: str) -> None:
    async with open_portal(portal_settings(database_url, tmp_path)) as portal:
        grant_id = await portal.story.grant(JAYLANO, KARIN, wide())
        app = await portal.register()
        details = detail(id_text(grant_id)).replace("}", f",{why}}}")
        answer = await app.exchange(await app.token(KARIN), grant_id, authorization_details=details)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_authorization_details")
