"""A dossier of what somebody owes, to take along to who helps with debts: all claims with their letters.

It tells no letter's text. Through a grant it takes `download`, and tells of the letters that the grant covers and of no
other; what it adds up to is a part of what there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from consent import Action
from mailbox.domain.claims.claims import Claim, claims_of
from mailbox.domain.claims.said import Said
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act
from mailbox.services.whole_post import Made, Making, WholePost


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From and up to and including which day; None is without end."""

    since: date | None = None
    until: date | None = None

    def has(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """What is open first, and of that what must be paid first. `said`: by the citizen, for their own eyes alone."""

    claims: tuple[Claim, ...]
    said: Said


class Dossiers:
    """Claims of which a letter is of a period: each whole, for a part of it would add up to something else."""

    def __init__(self, whole_post: WholePost) -> None:
        self._whole_post = whole_post

    async def glance(self, reader: Person, period: Period, *, through: GrantId | None = None) -> Made[Dossier]:
        """What a dossier would hold, for who is choosing. Raises as `WholePost.made`."""
        return await self._made(reader, period, Act.LIST, through)

    async def take(self, reader: Person, period: Period, *, through: GrantId | None = None) -> Made[Dossier]:
        """The dossier. Raises as `WholePost.made`."""
        return await self._made(reader, period, Act.EXPORTED, through)

    async def _made(self, reader: Person, period: Period, act: Act, through: GrantId | None) -> Made[Dossier]:
        making = Making(make=partial(_dossier, period), tells_of=_letters, act=act, action=Action.DOWNLOAD)
        return await self._whole_post.made(reader, making, through=through)


def _dossier(period: Period, letters: Sequence[LetterMetadata], said: Said) -> Dossier:
    found = [claim for claim in claims_of(letters) if any(period.has(letter.dated) for letter in claim.letters)]
    ordered = sorted(found, key=lambda claim: (not claim.unsettled, claim.due or date.max))
    return Dossier(claims=tuple(ordered), said=said)


def _letters(dossier: Dossier) -> Iterator[LetterId]:
    return (letter.letter_id for claim in dossier.claims for letter in claim.letters)
