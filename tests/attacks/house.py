"""The whole application with people and post in it, and visitors who are not who they should be."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from consent import EVERY, Action, Scope
from mailbox.app import create_app
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Identity, Subject
from mailbox.services.draft_boxes import DraftKind
from mailbox.services.post_questions import PostQuestion
from mailbox.services.proposals import MOST_WAITING
from mailbox.services.reading import TimelineQuery
from mailbox.settings import Settings
from mailbox.web.giving import answers_about
from mailbox.web.login import DemoLogin
from tests.attacks.routes import Page, Things, pages_of
from tests.web.site import PEOPLE
from tests.web.steps import COUNTER
from tests.web.story import FATMA, JAYLANO, KARIN, NOW_MS, PDF, Story
from tests.world import DAY_MS, SetClock

URL: Final = "http://127.0.0.1:8000"
OWN_FORM: Final[Mapping[str, str]] = {"Sec-Fetch-Site": "same-origin"}
SECRETS: Final = ("Jaylano", "Meerman", "Zeegroen", "Paarsblauw", "aanslag-geheim")
"""Owner's name, subject, text and name of an attachment of the letter that all are after."""
_IDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=name=\"apparaat\" value=\")[0-9a-f]{64}")
"""Of what an address names, and of the sessions that one sees of oneself."""
TESS: Final = Identity(
    subject=Subject(kind="pseudonym", value="tess"), name="Tess Bakker", organisation=KARIN.organisation
)
"""A colleague of Karin, who is letting in another. What she began is no business of any intruder."""
NOBODYS_CODE: Final = "AAAA-AAAA-AAAA"
PAPER: Final = ("Oranjegeel", "GEHEIM-7731", "Betaalparel")
"""Its short text, its reference and the name of who is paid."""


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """The running application. `letter` and `grant`: what Jaylano has, and Karin may see.

    `theirs`: how an address, a query or a form names what is Jaylano's.
    """

    app: FastAPI
    client: httpx.AsyncClient
    story: Story
    clock: SetClock
    letter: LetterId
    grant: GrantId
    theirs: Things

    async def cookie(self, who: Identity) -> str:
        return await self.story.token(who)

    async def fresh(self) -> Things:
        """Another grant and another question about the same letter: for what can be done once."""
        return await _named(self.story, self.letter, await self.story.grant(JAYLANO, KARIN, wide()))

    async def visit(
        self,
        page: Page,
        cookie: str | None,
        things: Things | None = None,
        *,
        query: Mapping[str, str] | None = None,
        source: Mapping[str, str] = OWN_FORM,
    ) -> httpx.Response:
        """Asks for a page as a browser with this session does: for these things, or for what is Jaylano's."""
        named = things or self.theirs
        headers = dict(source) if cookie is None else {**source, "Cookie": f"mo={cookie}"}
        form = filled_in(named) if page.method == "POST" else None
        return await self.client.request(page.method, page.at(named), headers=headers, params=query, data=form)

    async def mark(self, who: Identity, mark: str, letters: Sequence[str]) -> httpx.Response:
        """Ticks these letters in one's own list, and presses a button."""
        headers = {**OWN_FORM, "Cookie": f"mo={await self.cookie(who)}"}
        return await self.client.post("/post/markeren", headers=headers, data={"markering": mark, "brief": letters})

    def pages(self) -> list[Page]:
        """Every route for people, from the application's own table."""
        return pages_of(self.app)


def filled_in(things: Things) -> dict[str, str]:
    """The fields of all our forms, with answers that will do. A form takes no notice of what it does not ask."""
    return {
        "client": things["grant_id"],
        "brief": things["letter_id"],
        "bsn": JAYLANO.subject.value,
        "aan": "ja",
        "burger": "Zomaar Iemand",
        "code": NOBODYS_CODE,
        "doe": "verder",
        "email": "iemand@voorbeeld.example",
        "favoriet": "ja",
        "inhoud": "lezen",
        "keuze": "alle",
        "merk": "gezien",
        "lang": "1-uur",
        "legitimatie": "paspoort",
        "markering": "archief",
        "moment": "1",
        "naam": "Tante Ottilie",
        "onderwerpen": "alle",
        "organisaties": "alle",
        "periode": "alle",
        "reden": "Omdat het moet",
        "regel": "1",
        "toestemming": f"{things['grant_id']}.2",
        "tot": "1-maand",
        "versie": "2",
        "wie": things["ref"],
        "woord": "betaald",
        "zoek": "groen",
    }


def shown(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """All that a visitor learns: ids are taken out, which they brought themselves."""
    headers = {name: _IDS.sub("ID", value) for name, value in answer.headers.items()}
    return answer.status_code, headers, _IDS.sub("ID", answer.text)


def house_settings(database_url: str, folder: Path) -> Settings:
    return Settings(
        database_url=database_url,
        objects_dir=folder / "objects",
        kek_file=folder / "kek.json",
        token_key_file=folder / "token.json",
        public_url=URL,
        demo=True,
        secure_cookies=False,
    )


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Jaylano has one letter that all are after, Karin a grant that covers it and a question that was not answered."""
    clock = SetClock(NOW_MS)
    app = create_app(settings, clock=clock, login=DemoLogin(PEOPLE, settings))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=URL)
    async with app.router.lifespan_context(app), client:
        story = Story(services=app.state.services, clock=clock)
        await story.deliver(JAYLANO, "duo_bericht_sf")
        letter, grant = await _deliver_secret(story), await story.grant(JAYLANO, KARIN, wide())
        theirs = await _named(story, letter, grant)
        yield House(app=app, client=client, story=story, clock=clock, letter=letter, grant=grant, theirs=theirs)


async def _deliver_secret(story: Story) -> LetterId:
    return await story.deliver(
        JAYLANO,
        "cjib_wahv_beschikking",
        files=[("aanslag-geheim.pdf", PDF)],
        onderwerp="Zeegroen",
        inhoud="Paarsblauw",
        kenmerk="GEHEIM-7731",
        kort={"wat": "Oranjegeel.", "doen": "Lees.", "gevolg": "Anders niets."},
        betaling={
            "iban": "NL91ABNA0417164300",
            "tenNameVan": "Betaalparel",
            "betalingskenmerk": "5000056789012345",
            "uiterlijk": "2027-01-18",
        },
    )


async def _named(story: Story, letter: LetterId, grant: GrantId) -> Things:
    """What is Jaylano's, as addresses, queries and forms name it."""
    services, jaylano, karin = story.services, await story.person(JAYLANO), await story.person(KARIN)
    view = next(view for view in await services.granting.grants_of(jaylano) if view.grant_id == grant)
    question = await services.asking.ask(karin, wide(), "Om te helpen")
    asked = {**answers_about(wide()), "vraag": [karin.label], "code": [question.code]}
    draft = await services.drafts.begin(jaylano, asked)
    for one in (await services.proposals.waiting(jaylano))[MOST_WAITING - 2 :]:  # the first is `House.theirs`
        await services.proposals.discard(jaylano, one.draft_id)
    concept = await services.proposals.put(replace(jaylano, app="Postkijker"), "Tante Ria", wide())
    await story.grant(story.stranger(), TESS, wide(300))
    at_counter = {name: [str(value)] for name, value in COUNTER.items()}
    at_counter |= {"bsn": [JAYLANO.subject.value], "burger": [JAYLANO.name]}
    counter = await services.drafts.begin(await story.person(FATMA), at_counter, kind=DraftKind.COUNTER)
    timeline = await services.reading.timeline(jaylano, TimelineQuery(limit=1))
    assert timeline.next is not None
    return {
        "letter_id": id_text(letter),
        "grant_id": id_text(grant),
        "draft_id": id_text(draft.draft_id),
        "concept_id": id_text(concept.draft_id),
        "joining_id": await joining(story, TESS),
        "counter_id": id_text(counter.draft_id),
        "cursor": timeline.next,
        "question": await services.post_questions.sealed(jaylano, PostQuestion(words="Zeegroen")),
        "ref": view.helpers[0].ref,
    }


async def joining(story: Story, caseworker: Identity) -> str:
    """What this caseworker began with the code of a newcomer, to let that colleague look along."""
    newcomer = Identity(subject=Subject(kind="pseudonym", value="new"), name="Nieuw", organisation=TESS.organisation)
    asked = await story.services.caseworkers.ask(await story.person(newcomer))
    answers = {"code": [asked.code], "keuze": ["alle"]}
    draft = await story.services.drafts.begin(await story.person(caseworker), answers, kind=DraftKind.COLLEAGUE)
    return id_text(draft.draft_id)


def wide(days: int = 92) -> Scope:
    """A grant of everything."""
    return Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + days * DAY_MS)
