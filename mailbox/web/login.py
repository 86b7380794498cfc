"""The demo's stand-in for a login: it takes anyone's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbox.domain.errors import LoginRefused
from mailbox.domain.logins import LoginChoice
from mailbox.domain.people import Identity
from mailbox.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoPerson:
    """A fictional person to log in as."""

    key: str
    name: str
    description: str
    identity: Identity


class DemoLogin:
    """Lets anyone in as a fictional person. Marked DEMO on the page.

    Raises:
        RuntimeError: outside demo mode.
    """

    def __init__(self, persons: Sequence[DemoPerson], settings: Settings) -> None:
        if not settings.demo:
            raise RuntimeError("the demo login works in demo mode only (MO_DEMO)")
        self._persons = {person.key: person for person in persons}

    def choices(self) -> Sequence[LoginChoice]:
        return [
            LoginChoice(
                key=p.key, name=p.name, description=p.description, for_others=p.identity.organisation is not None
            )
            for p in self._persons.values()
        ]

    def identify(self, key: str) -> Identity:
        """The identity of this fictional person.

        Raises:
            LoginRefused: no such person.
        """
        person = self._persons.get(key)
        if person is None:
            raise LoginRefused
        return person.identity
