"""What somebody owes, through an app: one's own, and a client's as far as the grant goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailbox.domain.claims.said import Word
from mailbox.domain.identifiers import LetterId, id_from_text, id_text
from mailbox.services.log_entries import Act, Role
from tests.api.portal import API, Portal, wide
from tests.api.test_problems import assert_problem
from tests.api.test_reader_letters import fine
from tests.web.story import CJIB, JAYLANO, KARIN, LEO

UWV_FINE = {"domeinen": ["boete"], "zaakkenmerk": "ZAAK 2"}


async def test_a_claim_says_what_it_is_made_of_and_becomes(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal, onderwerp="Zeegroen")
    answer = await app.get(await app.token(JAYLANO), "/betalen")
    told = answer.json()
    assert (answer.status_code, told["totaalOpen"], told["isMinstens"]) == (200, 10900, True)
    assert told["aantalOnleesbaar"] == 0
    assert told["ontbrekendeOrganisaties"] == ["CAK", "RVO"]
    assert told["_links"] == {"self": {"href": f"{API}/betalen"}}
    (claim,) = told["zaken"]
    here = {"self": {"href": f"{API}/berichten/{letter}"}}
    assert claim["berichten"] == [{"berichtId": letter, "_links": here}]
    assert claim["vorderingen"] == [
        {
            "berichtId": letter,
            "afzender": {"oin": CJIB, "naam": "CJIB"},
            "onderwerp": "Zeegroen",
            "status": "open",
            "openstaand": 10900,
            "beginbedrag": 10900,
            "bedragen": {
                "totaal": 10900,
                "hoofdsom": 10000,
                "verhoging": 0,
                "kosten": 900,
                "rente": 0,
                "betaald": 0,
                "richting": "betalen",
            },
            "uiterlijkeDatum": "2026-04-28",
            "volgendeStap": {"vanafDatum": "2026-04-29", "openstaand": 15900, "grondslag": "Wahv art. 23 lid 3"},
            "_links": here,
        }
    ]


async def test_what_the_citizen_said_is_theirs_to_hear(portal: Portal) -> None:
    app, letter = await portal.register(), await fine(portal)
    grant = await portal.story.grant(JAYLANO, KARIN, wide())
    jaylano, letter_id = await portal.story.person(JAYLANO), LetterId(id_from_text(letter))
    for word in Word:
        await portal.story.services.paying.say(jaylano, letter_id, word, is_so=True)
    (claim,) = (await app.get(await app.token(JAYLANO), "/betalen")).json()["zaken"]
    told = claim["vorderingen"][0]["eigenMelding"]
    assert (told["meldtijdstip"][-1], told["isIngehaald"]) == ("Z", False)
    assert claim["berichten"][0]["bezwaartijdstip"] == told["meldtijdstip"]
    client = await app.client_token(KARIN, grant)
    seen = (await app.get(client, f"/clienten/{id_text(grant)}/betalen")).json()
    assert "eigenMelding" not in seen["zaken"][0]["vorderingen"][0]
    assert "bezwaartijdstip" not in seen["zaken"][0]["berichten"][0]


async def test_a_client_is_told_as_far_as_the_grant_goes_and_it_is_logged(portal: Portal) -> None:
    app = await portal.register()
    old, new = await fine(portal, **UWV_FINE), await fine(portal, dagtekening="2026-11-01")
    since = date(2026, 10, 1)
    grant = await portal.story.grant(JAYLANO, KARIN, replace(wide(), dated_from=since))
    client = await app.client_token(KARIN, grant)
    answer = await app.get(client, f"/clienten/{id_text(grant)}/betalen")
    told = answer.json()
    assert (told["totaalOpen"], told["isMinstens"], "aantalOnleesbaar" in told) == (10900, True, False)
    assert [one["berichtId"] for claim in told["zaken"] for one in claim["berichten"]] == [new]
    assert old not in answer.text
    lines = (await portal.story.services.log_book.entries(await portal.story.person(JAYLANO))).lines
    seen = [line for line in lines if line.role is Role.HELPER and line.action is Act.LIST]
    assert [[one.letter_id for one in line.letters] for line in seen] == [[id_from_text(new)]]
    assert seen[0].details["app"] == "Postkijker"


async def test_a_token_is_for_one_persons_money(portal: Portal) -> None:
    app = await portal.register()
    await fine(portal)
    grant, there = await portal.story.grant(JAYLANO, KARIN, wide()), "/clienten/{}/betalen"
    client = await app.client_token(KARIN, grant)
    assert_problem(await app.get(client, "/betalen"))
    assert_problem(await app.get(await app.token(KARIN), there.format(id_text(grant))))
    other = await portal.story.grant(JAYLANO, LEO, wide())
    refused = await app.get(client, there.format(id_text(other)))
    assert assert_problem(refused)["status"] == 404
    assert (await app.get(await app.token(KARIN), "/betalen")).json()["zaken"] == []
