"""What apps send: the schema of each body, which is also the one in the description, and how a body is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from consent import InvalidScope, Scope
from mailbox.api.bodies import expect, read_body
from mailbox.api.problems import BadRequest, InvalidBody
from mailbox.domain.errors import ScopeRefused
from mailbox.domain.helper_marks import HelperMark
from mailbox.services.asking import REASON_LENGTH
from mailbox.services.giving_rules import NOTE_LENGTH, check_scope
from schemas import BodySchema, Fault, MalformedJson, grant_schema, parse_json, schema_document

_BYTES: Final = 256 * 1024
"""A thousand letters by number, twice, and room."""
_LINE: Final = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]*$"
"""Without what nobody sees and can turn text around."""
_DETAIL: Final = {name: value for name, value in grant_schema().items() if not name.startswith("$")}
_CODE: Final = {"description": "De code, zoals die is overgeschreven", "type": "string", "maxLength": 40}


def _body(title: str, required: list[str], **properties: Mapping[str, Any]) -> BodySchema:
    return BodySchema(
        {
            "title": title,
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": dict(properties),
        }
    )


def _line(description: str, most: int) -> Mapping[str, Any]:
    return {"description": description, "type": "string", "minLength": 1, "maxLength": most, "pattern": _LINE}


PROPOSAL: Final = _body(
    "Toestemming die de burger kan geven",
    ["helper", "toestemming"],
    helper=_line("Wie mag meekijken, in eigen woorden", NOTE_LENGTH),
    toestemming=_DETAIL,
)
CHANGE: Final = _body(
    "Wat er voortaan mag",
    ["versie", "toestemming"],
    versie={"description": "De versie die de burger zag en nu wijzigt", "type": "integer", "minimum": 1},
    toestemming=_DETAIL,
)
PREVIEW: Final = _body("Wat iemand zou mogen", ["toestemming"], toestemming=_DETAIL)
STOP: Final = _body("Stoppen", [], stil={"description": "Zonder het de helper te vertellen", "type": "boolean"})
REQUEST: Final = _body(
    "Vraag om mee te kijken",
    ["reden", "toestemming"],
    reden=_line("Waarom", REASON_LENGTH),
    toestemming=_DETAIL,
)
CODE: Final = _body("Een code", ["code"], code=_CODE)
MARK: Final = _body(
    "Eigen markering van een helper",
    ["markering"],
    markering={"description": "Alleen de helper zelf ziet dit", "enum": list(HelperMark)},
)
ANSWER: Final = _body(
    "Antwoord op een vraag om mee te kijken",
    ["code", "antwoord"],
    code=_CODE,
    antwoord={"description": "Bij ja hoort wat er mag: alles wat is gevraagd, of minder", "enum": ["ja", "nee"]},
    toestemming=_DETAIL,
)


_YES_NO: Final = {"type": "boolean"}
_BERICHT: Final[Mapping[str, Any]] = schema_document("bericht")["properties"]
TOPICS: Final[Sequence[str]] = _BERICHT["domeinen"]["items"]["enum"]
_SEARCH: Final[Mapping[str, Mapping[str, Any]]] = {
    "woorden": {
        "description": "Ze staan alle in afzender, onderwerp, kenmerk of tekst. Hoofdletters en accenten tellen niet",
        "type": "string",
        "pattern": "\\S",
        "maxLength": 100,
    },
    "afzender": _BERICHT["afzender"],
    "domein": {"enum": TOPICS},
    "metTermijn": {"description": "Alleen met een datum die nog komt", **_YES_NO},
    "aantal": {"description": "Per bladzijde", "type": "integer", "minimum": 1, "maximum": 100},
    "voor": {"description": "Waar het vorige antwoord zei dat het verder gaat", "type": "string", "maxLength": 100},
}
CLIENT_SEARCH: Final = _body("Zoeken in de post van een cliënt", ["woorden"], **_SEARCH)
SEARCH: Final = _body(
    "Zoeken",
    ["woorden"],
    **_SEARCH,
    alleenNieuw={"description": "Alleen wat de burger niet las", **_YES_NO},
    inArchief={"description": "Alleen wat in het archief staat, of alleen de rest", **_YES_NO},
)


async def read_json(request: Request, schema: BodySchema) -> dict[str, Any]:
    """The body, as the schema says.

    Raises:
        UnsupportedMediaType, NotAcceptable, TooLarge, TooSlow
        BadRequest: no JSON.
        InvalidBody: all that is wrong with it.
    """
    expect(request, "application/json")
    raw = await read_body(request, limit=_BYTES, seconds=request.app.state.settings.request_seconds)
    try:
        body = parse_json(raw)
    except MalformedJson as exc:
        raise BadRequest(str(exc)) from None
    faults = schema.faults(body)
    if faults or not isinstance(body, dict):
        raise InvalidBody(faults)
    return body


def scope_in(body: Mapping[str, Any], now_ms: int) -> Scope:
    """What the body lets somebody see.

    Raises:
        InvalidBody: no scope can be meant by it, or it does not end in time.
    """
    detail = body.get("toestemming")
    if detail is None:
        raise InvalidBody([Fault(pointer="/toestemming", code="verplicht", message="Dit veld ontbreekt.")])
    faults = [
        Fault(pointer=f"/toestemming/{field}", code="past-niet", message=message)
        for field, message in _contradictions(detail)
    ]
    try:
        scope = Scope.from_json(detail)
        check_scope(scope, now_ms)
    except InvalidScope:
        raise InvalidBody(faults or [_NO_SCOPE]) from None
    except ScopeRefused as refused:
        raise InvalidBody([Fault(pointer="/toestemming/until_ms", code="einde", message=str(refused))]) from None
    return scope


_NO_SCOPE: Final = Fault(pointer="/toestemming", code="past-niet", message="Dit past niet bij elkaar.")
"""The domain refuses what is not in the list below. A bug of ours, and no reason to accept."""


def _contradictions(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each field allows, and the whole does not (`consent.Scope`)."""
    period, actions = detail["data_period"], detail["actions"]
    if bool(detail["agencies"]) != bool(detail["topics"]):
        yield "topics", "Noem organisaties en onderwerpen, of geen van beide."
    if not (detail["agencies"] or detail["also"]):
        yield "agencies", "Noem minstens één organisatie, of één brief in also."
    if "list" not in actions:
        yield "actions", "Wie iets mag, mag ook list."
    if "download" in actions and "read" not in actions:
        yield "actions", "Wie download mag, mag ook read."
    if period["from"] and period["to"] and period["from"] > period["to"]:
        yield "data_period/to", "De laatste dag is niet voor de eerste."
    if set(detail["also"]) & set(detail["without"]):
        yield "without", "Een brief hoort er wel of niet bij."
