"""The three pages on which post is read. The same for one's own post and through a grant."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent import Basis
from mailbox.domain.errors import InvalidIdentifier, NotFound
from mailbox.domain.identifiers import GrantId, Oin, id_text
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.services.contacts import Reach
from mailbox.services.post_questions import PostQuestion
from mailbox.services.reading import Timeline, TimelineQuery
from mailbox.web import formats, headers, words
from mailbox.web.filter_words import filter_words, topic_choices
from mailbox.web.grant_words import NewsWords, ending_words, given_words, news_words, scope_words
from mailbox.web.letter_view import letter_view
from mailbox.web.mark_words import NOTHING, Done
from mailbox.web.proof_view import ProofView, proof_view
from mailbox.web.rendering import pages_of
from mailbox.web.timeline_view import overview, sender_name
from mailbox.web.visitor import Form, letter_id_of, services_of
from mailbox.web.watching import Watching, watching

_SEARCH_LENGTH: Final = 100
_PER_PAGE: Final = 50
"""Letters on a page: months of post for most people, and still one page to print."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """What was asked of the list, as it stands in the address. `vraag`: what is sealed in it (`PostQuestions`)."""

    vraag: str = ""
    afzender: str = ""
    nieuw: str = ""
    datum: str = ""
    archief: str = ""
    voor: str = ""

    def query(self, question: PostQuestion) -> TimelineQuery:
        """For the service. Raises NotFound when the sender is no number of a body."""
        return TimelineQuery(
            agency=_oin(self.afzender) if self.afzender else None,
            topic=question.topic or None,
            text=question.words,
            only_new=bool(self.nieuw),
            only_dated=bool(self.datum),
            archived=self._archived(),
            before=self.voor or None,
            limit=_PER_PAGE,
            tasks=True,
        )

    def _archived(self) -> bool | None:
        """What was put away is left out of all post, and of nothing that one looks for."""
        return True if self.archief else None if self.narrows else False

    @property
    def narrows(self) -> bool:
        """Whether it asks for some letters, wherever they are."""
        return bool(self.vraag or self.afzender or self.nieuw or self.datum)

    @property
    def is_first(self) -> bool:
        """Whether it is the page that all post begins with."""
        return not (self.narrows or self.archief or self.voor)

    @property
    def fields(self) -> Mapping[str, str]:
        """What is asked, for an address or a form."""
        return {name: value for name, value in asdict(self).items() if value}

    def address(self, base: str, **more: str) -> str:
        """The address of this list, under the path of all post."""
        query = urlencode({**self.fields, **more})
        return f"{base}?{query}" if query else base


FILTER_FIELDS: Final = tuple(field.name for field in fields(Filter))


Asked = Annotated[Filter, Depends(Filter)]


async def _unreached(request: Request, citizen: Person) -> str:
    """Why somebody does not hear of new post; empty where they do, and where nobody could."""
    contacts = services_of(request).contacts
    reach = await contacts.reach(citizen) if contacts.is_possible else Reach.REACHED
    return "" if reach is Reach.REACHED else reach.value


async def timeline_page(
    request: Request, reader: Person, asked: Filter, through: GrantId | None = None, *, done: Done = NOTHING
) -> Response:
    """A page of letters. `done`: what was just done."""
    services = services_of(request)
    if through:  # what its citizen did not open, or put away, is not for a helper to know
        asked = replace(asked, nieuw="", archief="")
    question = services.post_questions.opened(reader, asked.vraag, through=through)
    timeline = await services.reading.timeline(reader, asked.query(question), through=through)
    names = await services.agencies.names()
    today = formats.local(services.clock.now_ms()).date()
    values = {
        "base": _base(through),
        "paying": _paying(through),
        "timeline": timeline,
        "asked": asked,
        "question": question,
        "topics": topic_choices(timeline),
        "sought": filter_words(asked.fields, question, names) if asked.narrows else "",
        "newest": replace(asked, voor="").address(_base(through)),
        "older": asked.address(_base(through), voor=timeline.next) if timeline.next else "",
        "overview": overview(timeline, names, today),
        "agencies": _agency_choices(timeline, names),
        "client": _client_banner(timeline.owner, through),
        "marks": await _marks(request, reader, through),
        "grant": timeline.grant,
        "grant_page": _grant_page(through),
        "client_id": id_text(through) if through else "",
        "news": await _news(request, reader, through, names) if through else None,
        "ending": ending_words(timeline.grant, services.clock.now_ms()) if timeline.grant else "",
        "seen": scope_words(timeline.grant.scope, names) if timeline.grant else None,
        "appointed": _appointed(timeline),
        "confirmed": done.word == "klopt",
        "done": done,
        "watching": None if through else await _watching(request, reader),
        "unreached": "" if through else await _unreached(request, reader),
    }
    return pages_of(request).page("timeline.html", values, person=reader, section=_section(through))


async def search(request: Request, reader: Person, form: Form, through: GrantId | None = None) -> Response:
    """To the list of what the form asks for. What was typed is on the way there in no address that can be read."""
    topic = form.one("onderwerp")
    if topic and topic not in words.ALL_TOPICS:
        raise NotFound
    question = PostQuestion(words=form.one("zoek")[:_SEARCH_LENGTH], topic=topic)
    vraag = await services_of(request).post_questions.sealed(reader, question, through=through)
    chosen = {name: form.one(name) for name in ("afzender", "nieuw", "datum", "archief")}
    return RedirectResponse(Filter(vraag=vraag, **chosen).address(_base(through)), HTTPStatus.SEE_OTHER)


async def letter_page(request: Request, reader: Person, letter_id: str, through: GrantId | None = None) -> Response:
    """One letter."""
    services = services_of(request)
    opened = await services.reading.letter(reader, letter_id_of(letter_id), through=through)
    names = await services.agencies.names()
    today = formats.local(services.clock.now_ms()).date()
    values = {
        "base": _base(through),
        "letter": letter_view(opened, names, today, through_grant=through is not None),
        "client": _client_banner(opened.owner, through),
        "client_id": id_text(through) if through else "",
        "marks": await _marks(request, reader, through),
        "grant": opened.grant,
        "grant_page": _grant_page(through),
        "given": given_words(opened.grant, opened.owner) if opened.grant else "",
        "seen": scope_words(opened.grant.scope, names) if opened.grant else None,
        "proof": None if through else await _proof(request, reader, opened.metadata, names),
    }
    return pages_of(request).page("letter.html", values, person=reader, section=_section(through))


async def attachment_file(
    request: Request, reader: Person, letter_id: str, number: str, through: GrantId | None = None
) -> Response:
    """The bytes of an attachment, to save. It is never shown inside a page of ours."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 2):  # noqa: PLR2004 - at most ten attachments
        raise NotFound
    reading = services_of(request).reading
    attachment = await reading.attachment(reader, letter_id_of(letter_id), int(number), through=through)
    return Response(
        attachment.content,
        media_type=attachment.info.media_type,
        headers={
            **headers.PAGE,
            "Content-Security-Policy": headers.ATTACHMENT_POLICY,
            "Content-Disposition": content_disposition(attachment.info.name),
        },
    )


def content_disposition(name: str) -> str:
    """`attachment` with a name that is safe in a header (RFC 6266 §4.1, RFC 8187)."""
    printable = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '/\\"%:*?<>|').strip(" .")
    full = printable or "bijlage"
    plain = unicodedata.normalize("NFKD", full).encode("ascii", "ignore").decode().strip(" .") or "bijlage"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"


async def _proof(request: Request, citizen: Person, letter: LetterMetadata, names: Mapping[str, str]) -> ProofView:
    """What was sent about a letter that the citizen opened."""
    services = services_of(request)
    told = await services.alert_proofs.of_letter(citizen, letter.letter_id)
    return proof_view(told, sender_name(letter.agency, names), is_possible=services.contacts.is_possible)


async def _watching(request: Request, citizen: Person) -> Watching:
    """Who looks along with this post."""
    services = services_of(request)
    watched = await services.oversight.watched(citizen)
    return watching(watched.grants, watched.notices, await services.agencies.names(), services.clock.now_ms())


async def _news(request: Request, helper: Person, through: GrantId, names: Mapping[str, str]) -> NewsWords | None:
    """What changed of the grant, that this helper has not seen yet."""
    client = await services_of(request).client_grants.show(helper, through)
    return news_words(client.news, names) if client.news else None


async def _marks(request: Request, reader: Person, through: GrantId | None) -> Mapping[str, str] | None:
    """A helper's own marks, by letter; None where there are none to make."""
    marks = await services_of(request).helper_marks.of(reader, through) if through else None
    return None if marks is None else {id_text(letter_id): mark.value for letter_id, mark in marks.items()}


def _appointed(timeline: Timeline) -> str:
    """By which decision a helper sees this post; empty where its citizen gave it."""
    if timeline.grant is None or timeline.grant.basis is not Basis.COURT:
        return ""
    return given_words(timeline.grant, timeline.owner)


def _oin(text: str) -> Oin:
    try:
        return Oin(text)
    except InvalidIdentifier:
        raise NotFound from None


def _base(through: GrantId | None) -> str:
    return f"/clienten/{id_text(through)}/post" if through else "/post"


def _paying(through: GrantId | None) -> str:
    return f"/clienten/{id_text(through)}/betalen" if through else "/betalen"


def _grant_page(through: GrantId | None) -> str:
    return f"/clienten/{id_text(through)}/toestemming" if through else ""


def _section(through: GrantId | None) -> str:
    return "/clienten" if through else "/post"


def _client_banner(owner: str, through: GrantId | None) -> str:
    return owner if through else ""


def _agency_choices(timeline: Timeline, names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(((a.value, sender_name(a, names)) for a in timeline.agencies), key=lambda pair: pair[1].casefold())
