"""Logging in: what one can choose, and a login that goes by way of another site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailbox.domain.people import Identity


@dataclass(frozen=True, kw_only=True, slots=True)
class LoginChoice:
    """A choice on the login page. `for_others`: for who comes for the post of people they help."""

    key: str
    name: str
    description: str
    for_others: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class PendingLogin:
    """What is remembered of a login while somebody is at the other site; part of it is secret.

    `target`: where they wanted to be.
    """

    key: str
    state: str
    nonce: str
    verifier: str
    target: str

    def __repr__(self) -> str:
        return "PendingLogin(***)"


class OutsideLogin(Protocol):
    """Who somebody is, is asked of another site: a broker of DigiD, or an organisation's own login."""

    def choices(self) -> Sequence[LoginChoice]: ...

    def exits(self) -> Sequence[LoginChoice]:
        """Where one can log out as well, after logging out here."""
        ...

    async def leave(self, key: str) -> str:
        """The address to send somebody to who logs out there as well. Nothing in it is of a person.

        Raises:
            LoginRefused: there is no such choice, or one does not log out of it.
            LoginUnavailable: the other site does not answer as it should, or cannot do it.
        """
        ...

    async def begin(self, key: str, *, target: str) -> tuple[str, PendingLogin]:
        """The address to send somebody to, and what to remember until they are back.

        Raises:
            LoginRefused: there is no such choice.
            LoginUnavailable: the other site does not answer as it should.
        """
        ...

    async def finish(self, key: str, pending: PendingLogin, answer: Mapping[str, str]) -> Identity:
        """Who they are. `key`: of the choice at whose address they came back; `answer`: what they brought.

        Raises:
            LoginCancelled: they did not go through with it.
            LoginTooWeak: they logged in on too low a level of assurance.
            LoginRefused: the answer is not to this question, is another's, or is not what it should be.
            LoginUnavailable: the other site does not answer as it should.
        """
        ...
