"""Who calls, for whom, and whether their token is for that: asked first by every handler.

A token is for one person's post. One that represents a client opens that client's post and nothing else; one without
opens what is its holder's own. So an app cannot mix people, whatever it does with its tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from mailbox.api.app_tokens import AppTokens
from mailbox.api.headers import READERS
from mailbox.api.rate import RateLimit
from mailbox.bootstrap import Services
from mailbox.domain.apps import AppScope
from mailbox.domain.errors import Forbidden, InvalidIdentifier, NotFound
from mailbox.domain.identifiers import GrantId, id_from_text, id_text
from mailbox.domain.people import Person
from mailbox.services.app_access import AppCaller


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Who reads, through which grant, what they let the app do, and under which address this post is found."""

    person: Person
    through: GrantId | None
    scopes: frozenset[AppScope]
    base: str

    @property
    def is_own(self) -> bool:
        """Whether it is the reader's own."""
        return self.through is None


async def own(request: Request, *scopes: AppScope) -> Reader:
    """Somebody at their own things.

    Raises:
        NotLoggedIn, TooManyRequests
        Forbidden: without one of these scopes, or with a token that represents a client.
    """
    caller = await _caller(request)
    if not caller.scopes.issuperset(scopes) or caller.grant_id is not None:
        raise Forbidden("Dit token geldt niet voor deze actie.")
    return Reader(person=caller.person, through=None, scopes=caller.scopes, base=address(request))


async def helping(request: Request, grant_id: str) -> Reader:
    """A helper at the post of the client whom the token represents.

    Raises:
        NotLoggedIn, TooManyRequests
        Forbidden: a token that represents nobody.
        NotFound: one that represents somebody else.
    """
    caller = await _caller(request)
    if caller.grant_id is None:
        raise Forbidden("Wissel het token eerst voor een token van deze cliënt (token exchange).")
    if id_text(caller.grant_id) != grant_id:
        raise NotFound
    base = address(request, "clienten", grant_id)
    return Reader(person=caller.person, through=caller.grant_id, scopes=caller.scopes, base=base)


def address(request: Request, *parts: str) -> str:
    """Where something is in this API."""
    return "/".join((f"{request.app.state.settings.public_url}{READERS}", *parts))


def services_of(request: Request) -> Services:
    """The services of this application, set by its lifespan."""
    services: Services = request.app.state.services
    return services


def id_in_path(text: str) -> bytes:
    """The id that a path names. Raises NotFound: a path that names none is not more wrong than a foreign one."""
    try:
        return id_from_text(text)
    except InvalidIdentifier:
        raise NotFound from None


async def _caller(request: Request) -> AppCaller:
    tokens: AppTokens = request.app.state.app_tokens
    caller = await tokens.caller(request.headers.get("authorization"))
    rate: RateLimit = request.app.state.app_rate
    rate.take((caller.app_id, caller.person.mailbox_id))
    return caller
