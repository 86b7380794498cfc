"""Messages over NotifyNL, or another service that speaks the API of GOV.UK Notify (its version 2).

Source: docs.notifications.service.gov.uk/rest-api.html. The API takes the same message as often as it comes: so before
one goes again that may have arrived, the API is asked whether it has it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import structlog
from joserfc import jwt
from joserfc.jwk import OctKey

from mailbox.domain.alerts import Delivery, Message, Way

_SECONDS: Final = 30
"""For each step of the way: to connect, to hand over, to hear the answer."""
_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_API_KEY: Final = re.compile(rf"\S+-({_UUID})-({_UUID})")
_BEFORE_IT_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_GATEWAY_LOST_IT: Final = frozenset({502, 504})
_ADDRESS_FAULT: Final = re.compile(r"(?:email_address|phone_number) (?!is a required|is not of type)")
"""Of a ValidationError: it begins with the field, and then says what is wrong with what is in it."""
_FAILED_ON_THE_WAY: Final = frozenset({"technical-failure", "temporary-failure"})
_NO_SUCH_ADDRESS: Final = "permanent-failure"

_log = structlog.get_logger()


class NoApiKey(ValueError):
    """This is no API key: a name, the id of a service and a secret, with - in between."""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class ApiKey:
    """Who we are to the API. `secret`: signs each request (HS256)."""

    service_id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> ApiKey:
        """From one piece of text, as the API's own pages show it. Raises NoApiKey."""
        found = _API_KEY.fullmatch(text.strip())
        if found is None:
            raise NoApiKey
        return cls(service_id=found[1], secret=found[2])

    def token(self) -> str:
        """Works half a minute, by the clock of the API."""
        claims = {"iss": self.service_id, "iat": int(time.time())}
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, OctKey.import_key(self.secret))


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class NotifyService:
    """Where messages are handed over. `email_template`: the id of one that is ((onderwerp)) above ((tekst)).

    `sms_template`: of one that is ((tekst)); without it no text messages go out. `seconds`: to wait for an answer.
    """

    url: str
    key: ApiKey
    email_template: str
    sms_template: str = ""
    seconds: float = _SECONDS


class NotifyChannel:
    """Implements `ports.Channel`."""

    def __init__(self, service: NotifyService) -> None:
        self._service = service
        self._tls = httpx.create_ssl_context()
        self.ways: Final = frozenset(Way) if service.sms_template else frozenset({Way.EMAIL})

    async def send(self, message: Message) -> Delivery:
        """Hands it over, unless it went before and is there. What fails before it left can be tried without harm."""
        if message.to.way not in self.ways:
            return Delivery.REFUSED
        async with self._client() as http:
            known = await self._asked(http, message) if message.again else None
            return known or await self._handed(http, message)

    def _client(self) -> httpx.AsyncClient:
        """One for each message, as with a mail server: no connection that was closed long ago loses one."""
        return httpx.AsyncClient(
            base_url=self._service.url,
            headers={"Authorization": f"Bearer {self._service.key.token()}"},
            timeout=httpx.Timeout(_SECONDS, read=self._service.seconds),
            verify=self._tls,
        )

    async def _asked(self, http: httpx.AsyncClient, message: Message) -> Delivery | None:
        """What became of it; None: it is not there, or failed on its way, so it may go again."""
        try:
            answer = await http.get("/v2/notifications", params={"reference": message.key.hex()})
        except httpx.HTTPError as exc:
            _log.warning("notify_failed", kind=type(exc).__name__)
            return Delivery.LATER
        found = _objects(answer, "notifications") if answer.status_code == httpx.codes.OK else None
        if found is None:
            _log.warning("notify_does_not_say", code=answer.status_code)
            return Delivery.LATER
        return _became(message, found)

    async def _handed(self, http: httpx.AsyncClient, message: Message) -> Delivery:
        """Without an answer to it nobody knows whether it was taken."""
        try:
            answer = await http.post(f"/v2/notifications/{message.to.way}", json=self._written(message))
        except _BEFORE_IT_LEFT as exc:
            _log.warning("notify_failed", kind=type(exc).__name__)
            return Delivery.LATER
        except httpx.HTTPError as exc:
            _log.warning("notify_gave_no_answer", kind=type(exc).__name__)
            return Delivery.UNKNOWN
        return _answered(answer)

    def _written(self, message: Message) -> Mapping[str, object]:
        if message.to.way is Way.SMS:
            return {
                "phone_number": message.to.value,
                "template_id": self._service.sms_template,
                "personalisation": {"tekst": message.text},
                "reference": message.key.hex(),
            }
        return {
            "email_address": message.to.value,
            "template_id": self._service.email_template,
            "personalisation": {"onderwerp": message.subject, "tekst": message.text},
            "reference": message.key.hex(),
        }


def _became(message: Message, found: list[Mapping[str, Any]]) -> Delivery | None:
    statuses = {one.get("status") for one in found if one.get("reference") == message.key.hex()}
    if statuses - _FAILED_ON_THE_WAY - {_NO_SUCH_ADDRESS}:
        return Delivery.SENT
    return Delivery.REFUSED if _NO_SUCH_ADDRESS in statuses else None


def _answered(answer: httpx.Response) -> Delivery:
    """Only 201 says that it was taken. A server in between may have passed on what it could not answer for."""
    if answer.status_code == httpx.codes.CREATED:
        return Delivery.SENT
    if answer.status_code == httpx.codes.BAD_REQUEST and _is_of_address(_objects(answer, "errors")):
        return Delivery.REFUSED
    _log.warning("notify_refused", code=answer.status_code)  # what it says may hold the address
    return Delivery.UNKNOWN if answer.status_code in _GATEWAY_LOST_IT else Delivery.LATER


def _is_of_address(errors: list[Mapping[str, Any]] | None) -> bool:
    """Whether the address is at fault, and nothing else: the API also refuses for what is ours to mend."""
    return bool(errors) and all(
        one.get("error") == "ValidationError" and _ADDRESS_FAULT.match(str(one.get("message"))) for one in errors or ()
    )


def _objects(answer: httpx.Response, name: str) -> list[Mapping[str, Any]] | None:
    """The objects in the list of this name; None where it is no such answer."""
    try:
        found = answer.json()[name]
    except (ValueError, KeyError, TypeError):
        return None
    is_list = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    return found if is_list else None
