"""What is told of a grant while nobody is logged in: that it ends soon, and whether it is still right.

Asked when it is planned, and again before a message leaves: it may have been stopped, paused or renewed since. Of a
grant that is paused or stopped nobody is told anything, so that a helper who hears nothing does not learn which it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from consent import Basis, State, asks_again, ends_soon
from mailbox.crypto import Sealer
from mailbox.domain.alerts import AlertFacts, AlertKind, GrantEnd
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import ID_BYTES, MailboxId
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import GrantRecord
from mailbox.services.grant_terms import Terms, terms_of

_log = structlog.get_logger()

_Grant = tuple[GrantRecord, Terms]


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Something to tell `receiver`, once: what is told twice has the same `alert_id`. `end`: of what ends."""

    receiver: MailboxId
    kind: AlertKind
    alert_id: bytes
    end: GrantEnd | None = None


class GrantNews:
    """Asks the grants of a mailbox, which must be those that we wrote."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def of_citizen(self, tx: Transaction, mailbox_id: MailboxId, now_ms: int) -> list[News]:
        """All that is to be told now of the grants of this citizen, to them and to their helpers."""
        grants = await self._running(tx, mailbox_id, now_ms)
        due = [_agreed_ms(*one) for one in grants if _is_to_be_asked(*one, now_ms)]
        news = [one for grant in grants for one in self._endings(*grant, now_ms)]
        return [*news, self._question(mailbox_id, min(due))] if due else news

    async def stands(self, tx: Transaction, receiver: MailboxId, facts: AlertFacts, now_ms: int) -> bool:
        """Whether this is still so for this citizen or helper: that the grant ends then, or that they are asked."""
        citizen = facts.end.mailbox_id if facts.end else receiver
        news = await self.of_citizen(tx, citizen, now_ms)
        return any((one.receiver, one.kind, one.end) == (receiver, facts.kind, facts.end) for one in news)

    def _endings(self, record: GrantRecord, terms: Terms, now_ms: int) -> Iterator[News]:
        """To the citizen, who may go on with it where no court decides that, and to who looks along."""
        until_ms = terms.scope.until_ms
        if not ends_soon(given_ms=record.created_ms, until_ms=until_ms, now_ms=now_ms):
            return
        end = GrantEnd(mailbox_id=record.mailbox_id, grant_id=record.grant_id, until_ms=until_ms)
        if terms.basis is not Basis.COURT:
            yield self._ending(record.mailbox_id, AlertKind.ENDING, end)
        for helper_id in terms.helpers:
            yield self._ending(helper_id, AlertKind.HELP_ENDING, end)

    def _ending(self, receiver: MailboxId, kind: AlertKind, end: GrantEnd) -> News:
        alert_id = self._id(receiver, kind, end.grant_id, end.until_ms)
        return News(receiver=receiver, kind=kind, alert_id=alert_id, end=end)

    def _question(self, citizen: MailboxId, first_ms: int) -> News:
        """One for all grants: it is one question, and who does not answer it is not asked again for each of them."""
        kind = AlertKind.STILL_RIGHT
        return News(receiver=citizen, kind=kind, alert_id=self._id(citizen, kind, b"", first_ms))

    def _id(self, receiver: MailboxId, kind: AlertKind, grant_id: bytes, at_ms: int) -> bytes:
        """The same for the same news. Keyed: the row of a helper must not tell of which grant it is."""
        about = (receiver, kind.encode(), grant_id, at_ms.to_bytes(8, "big"))
        return self._sealer.tag("grant-news", *about)[:ID_BYTES]

    async def _running(self, tx: Transaction, mailbox_id: MailboxId, now_ms: int) -> Sequence[_Grant]:
        """Through which somebody sees post now."""
        directory = await tx.mailboxes.directory_of(mailbox_id)
        if directory is None or not directory.grants:
            return []
        try:
            self._sealer.check_grants(directory)
            grants = [(record, terms_of(record, self._sealer)) for record in directory.grants]
        except SealBroken:
            _log.error("directory_tampered", mailbox=mailbox_id.hex())
            return []
        return [one for one in grants if one[1].state is State.ACTIVE and now_ms < one[1].scope.until_ms]


def _agreed_ms(record: GrantRecord, terms: Terms) -> int:
    return record.created_ms if terms.agreed_ms is None else terms.agreed_ms


def _is_to_be_asked(record: GrantRecord, terms: Terms, now_ms: int) -> bool:
    """Not of what a court decided: there is nothing to say no to."""
    return terms.basis is not Basis.COURT and asks_again(agreed_ms=_agreed_ms(record, terms), now_ms=now_ms)
