"""A helper's own marks on a client's letters. They are no reading, and nobody else is told of them."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailbox.api.bodies import accept_json
from mailbox.api.readers.bodies import MARK, read_json
from mailbox.api.readers.callers import Reader, helping, id_in_path, services_of
from mailbox.api.readers.letter_json import link
from mailbox.api.readers.queries import Query
from mailbox.domain.errors import NotFound
from mailbox.domain.helper_marks import HelperMark
from mailbox.domain.identifiers import GrantId, LetterId, id_text

router = APIRouter(prefix="/clienten/{grant_id}")


@router.get("/markeringen")
async def get_marks(request: Request, grant_id: str) -> Response:
    """All of them. Where the grant lets nobody mark anything, there is no such list."""
    reader = await helping(request, grant_id)
    accept_json(request)
    Query(request).check()
    marks = await services_of(request).helper_marks.of(reader.person, GrantId(id_in_path(grant_id)))
    if marks is None:
        raise NotFound
    told = [
        {
            "berichtId": id_text(letter_id),
            "markering": mark.value,
            "_links": {"bericht": link(f"{reader.base}/berichten/{id_text(letter_id)}")},
        }
        for letter_id, mark in marks.items()
    ]
    return JSONResponse({"markeringen": told, "_links": {"self": link(f"{reader.base}/markeringen")}})


@router.put("/berichten/{letter_id}/markering")
async def put_mark(request: Request, grant_id: str, letter_id: str) -> Response:
    reader = await helping(request, grant_id)
    body = await read_json(request, MARK)
    return await _put(request, reader, letter_id, HelperMark(body["markering"]))


@router.delete("/berichten/{letter_id}/markering")
async def delete_mark(request: Request, grant_id: str, letter_id: str) -> Response:
    return await _put(request, await helping(request, grant_id), letter_id, None)


async def _put(request: Request, reader: Reader, letter_id: str, mark: HelperMark | None) -> Response:
    assert reader.through is not None  # noqa: S101 - `helping` gives no other
    marks = services_of(request).helper_marks
    await marks.put(reader.person, reader.through, LetterId(id_in_path(letter_id)), mark)
    return Response(status_code=HTTPStatus.NO_CONTENT)
