"""What a citizen answers to what their own page says of who looks along."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mailbox.domain.identifiers import GrantId
from mailbox.web.visitor import PostedForm, Visitor, grant_id_of, number_of, services_of

routes = APIRouter()


@routes.post("/meekijken/klopt")
async def confirm(request: Request, person: Visitor, form: PostedForm) -> Response:
    """That is right. The form says which grants, each in the version that was shown."""
    shown = dict(_shown(field) for field in form.many("toestemming"))
    await services_of(request).oversight.confirm(person, shown)
    return RedirectResponse("/post?gedaan=klopt", HTTPStatus.SEE_OTHER)


@routes.post("/meekijken/gezien")
async def saw(request: Request, person: Visitor, form: PostedForm) -> Response:
    await services_of(request).oversight.saw(person, until_ms=number_of(form.one("moment")))
    return RedirectResponse("/post", HTTPStatus.SEE_OTHER)


def _shown(field: str) -> tuple[GrantId, int]:
    grant_id, _, version = field.partition(".")
    return grant_id_of(grant_id), number_of(version)
