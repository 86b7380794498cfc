"""Letting somebody look along, one question a page: a new grant, another scope, or less than was asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent import LIVE, Scope
from mailbox.domain.errors import InvalidIdentifier, NotFound, ScopeRefused
from mailbox.domain.identifiers import DraftId, GrantId, id_from_text, id_text
from mailbox.domain.people import Person
from mailbox.services.draft_boxes import Draft
from mailbox.services.grant_views import GrantView
from mailbox.web import words
from mailbox.web.court import barred_page
from mailbox.web.grant_form import DEFAULTS, Known, answers_of, errors_of, helper_name, is_only_letters, scope_of
from mailbox.web.grant_words import until_words
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import Form, PostedForm, Visitor, services_of

routes = APIRouter(prefix="/meekijken/geven")
SECTION: Final = "/meekijken"
CHECK: Final = "controleren"


def _date(name: str) -> tuple[str, ...]:
    return (f"{name}-dag", f"{name}-maand", f"{name}-jaar")


FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "wie": ("naam",),
    "wat": ("organisaties", "organisatie", "onderwerpen", "onderwerp", "gevoelig"),
    "brieven": ("periode", *_date("vanaf"), *_date("tm")),
    "mag": ("inhoud", "acties"),
    "tot": ("tot", *_date("einde")),
}
"""The steps in order, and what each asks. Nothing else of a form is kept."""
TITLES: Final[Mapping[str, str]] = {
    "wie": "Wie mag meekijken?",
    "wat": "Welke post mag deze persoon zien?",
    "brieven": "Welke brieven?",
    "mag": "Wat mag deze persoon?",
    "tot": "Tot wanneer?",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A draft and what is needed to go on with it. `changed`: the grant that gets another scope."""

    draft: Draft
    known: Known
    names: Mapping[str, str]
    changed: GrantView | None
    who: str

    @property
    def form(self) -> Form:
        return Form(self.draft.answers)

    @property
    def code(self) -> str:
        """Of a helper's question that this answers; empty for none."""
        return self.form.one("code")

    @property
    def given(self) -> str:
        """The grant that this draft became, when it answered a question; else empty."""
        return self.form.one("gegeven")

    @property
    def app(self) -> str:
        """The app that put this ready; empty for none."""
        return self.draft.proposal.app if self.draft.proposal else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The questions of this draft: who is known in a change, and what, where it is about single letters."""
        skipped = {"wie"} if self.changed or "vraag" in self.draft.answers else set()
        if is_only_letters(self.form):
            skipped |= {"wat", "brieven"}
        return tuple(step for step in FIELDS if step not in skipped)

    @property
    def address(self) -> str:
        return f"/meekijken/geven/{id_text(self.draft.draft_id)}"

    @property
    def version(self) -> int:
        """Of the grant that this changes, as the citizen saw it when they began."""
        return int(self.form.one("versie") or 0)

    @property
    def is_overtaken(self) -> bool:
        """Whether the grant that this changes has changed since."""
        return self.changed is not None and self.changed.version != self.version

    def saved(self, draft: Draft) -> Visit:
        """The same, with the answers as they are now."""
        return replace(self, draft=begun(draft))

    def first_wrong(self) -> str | None:
        """The first question without a good answer."""
        return next((step for step in self.steps if errors_of(step, self.form, self.known)), None)

    def scope(self) -> Scope:
        """What the answers give. Raises ScopeRefused when they do not."""
        checked = scope_of(self.form, self.known)
        if checked.scope is None:
            raise ScopeRefused
        return checked.scope


def begun(draft: Draft) -> Draft:
    """With all that it began with, where an app put it ready."""
    proposal = draft.proposal
    if proposal is None:
        return draft
    return replace(draft, answers={**answers_about(proposal.scope), "naam": [proposal.helper], **draft.answers})


def draft_id_of(text: str) -> DraftId:
    """The draft a path names. Raises NotFound."""
    try:
        return DraftId(id_from_text(text))
    except InvalidIdentifier:
        raise NotFound from None


async def begin(
    request: Request, person: Person, answers: Mapping[str, list[str]], *, grant_id: GrantId | None = None, step: str
) -> Response:
    """Makes a draft, and leads to its first question."""
    draft = await services_of(request).drafts.begin(person, answers, grant_id)
    return RedirectResponse(f"/meekijken/geven/{id_text(draft.draft_id)}/{step}", HTTPStatus.SEE_OTHER)


async def own_grant(request: Request, person: Person, grant_id: GrantId) -> GrantView:
    """One of this citizen's own grants. Raises NotFound."""
    return await services_of(request).granting.grant_of(person, grant_id)


@routes.get("")
async def start(request: Request, person: Visitor) -> Response:
    if barred := await barred_page(request, person):
        return barred
    return await begin(request, person, DEFAULTS, step="wie")


@routes.post("/{concept_id}/weg")
async def throw_away(request: Request, person: Visitor, concept_id: str) -> Response:
    """What an app put ready is gone. A second click finds it done."""
    with suppress(NotFound):
        await services_of(request).proposals.discard(person, draft_id_of(concept_id))
    return RedirectResponse(f"{SECTION}?gedaan=weggegooid", HTTPStatus.SEE_OTHER)


@routes.get("/{draft_id}/{step}")
async def show_step(request: Request, person: Visitor, draft_id: str, step: str, naar: str = "") -> Response:
    visit = await visit_of(request, person, draft_id)
    return _step_page(request, person, visit, step, back_to_check=naar == CHECK)


@routes.post("/{draft_id}/{step}")
async def answer(request: Request, person: Visitor, draft_id: str, step: str, form: PostedForm) -> Response:
    """Keeps the answers, also wrong ones: who goes back must find what was filled in."""
    visit = await visit_of(request, person, draft_id)
    if step not in visit.steps:
        raise NotFound
    given = {name: list(form.fields.get(name, ())) for name in FIELDS[step]}
    draft = await services_of(request).drafts.save(person, visit.draft.draft_id, given)
    visit = visit.saved(draft)
    place, back_to_check = visit.steps.index(step), form.one("naar") == CHECK
    if form.one("doe") == "vorige" and place > 0:
        return RedirectResponse(f"{visit.address}/{visit.steps[place - 1]}", HTTPStatus.SEE_OTHER)
    errors = errors_of(step, form, visit.known)
    if errors:
        return _step_page(request, person, visit, step, back_to_check=back_to_check, errors=errors)
    following = (*visit.steps, CHECK)[place + 1]
    return RedirectResponse(f"{visit.address}/{CHECK if back_to_check else following}", HTTPStatus.SEE_OTHER)


async def visit_of(request: Request, person: Person, draft_id: str) -> Visit:
    """Raises NotFound: no such draft of this citizen, or the grant that it changes is not there to change."""
    services = services_of(request)
    draft = begun(await services.drafts.get(person, draft_id_of(draft_id)))
    changed = await own_grant(request, person, draft.grant_id) if draft.grant_id else None
    names = await services.agencies.names()
    named = frozenset(names) | frozenset(draft.answers.get("bekend", ()))
    form = Form(draft.answers)
    return Visit(
        draft=draft,
        known=Known(agencies=named, now_ms=services.clock.now_ms()),
        names=names,
        changed=changed,
        who=changed.who if changed else form.one("vraag") or helper_name(form),
    )


def _step_page(  # noqa: PLR0913 - one page in all its states
    request: Request,
    person: Person,
    visit: Visit,
    step: str,
    *,
    back_to_check: bool = False,
    errors: Mapping[str, str] | None = None,
) -> Response:
    if step not in visit.steps:
        raise NotFound
    values = {
        **form_choices(visit.names),
        "form": visit.form,
        "errors": errors or {},
        "visit": visit,
        "step": step,
        "title": TITLES[step],
        "number": visit.steps.index(step) + 1,
        "back_to_check": back_to_check,
        "kept": kept_until(visit.form, visit.known.now_ms),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return pages_of(request).page(f"giving_{step}.html", values, person=person, section=SECTION, status=status)


def form_choices(names: Mapping[str, str]) -> dict[str, Any]:
    """What the fields on the pages offer to choose from."""
    return {
        "agencies": sorted(names.items(), key=lambda pair: pair[1].casefold()),
        "topics": words.TOPICS,
        "sensitive": words.SENSITIVE,
    }


def kept_until(form: Form, now_ms: int) -> str:
    """The end that can stay as it is, in words; empty when there is none."""
    kept = form.one("grens")
    return until_words(int(kept)) if kept and now_ms < int(kept) else ""


def answers_to_change(view: GrantView) -> dict[str, list[str]]:
    """What a draft for another scope begins with. Agencies that left the register can be kept. Raises NotFound."""
    if view.state not in LIVE:
        raise NotFound
    return {**answers_about(view.scope), "versie": [str(view.version)]}


def answers_about(scope: Scope) -> dict[str, list[str]]:
    """Answers that lead to this scope, with the agencies that it names."""
    answers = answers_of(scope)
    return {**answers, "bekend": answers.get("organisatie", [])}
