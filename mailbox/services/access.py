"""Whose post may this person read, and with which keys? The one gate for own post and post through a grant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from consent import Action, Granted, Standing, decide
from mailbox.crypto import Keyholder, LetterKey, OpenGrant, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person, StatedReason
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import GrantRecord, MailboxDirectory
from mailbox.services.grant_terms import Terms, standing_of, terms_of
from mailbox.services.holds import Holds
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonNeeded, ReasonPolicy, standing_reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A grant that was found standing, as the reading services need it."""

    record: GrantRecord
    terms: Terms

    @property
    def standing(self) -> Standing:
        return Standing(active=True, scope=self.terms.scope)


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """An opened way into one mailbox: own (`passage` None) or through a grant.

    `reason`: why, where that was asked.
    """

    reader: Person
    owner: str
    mailbox_id: MailboxId
    recipient_id: bytes
    keys: OpenMailbox | OpenGrant
    passage: Passage | None
    reason: StatedReason | None = None

    def letter_key(self, letter_id: LetterId, blob: bytes) -> LetterKey:
        """The key to one letter. Raises SealBroken."""
        return self.keys.letter_key(letter_id, blob)

    def allows(self, letter: LetterMetadata, action: Action, now_ms: int) -> bool:
        """Own post: published means yes. Through a grant: what consent decides."""
        if letter.publish_ms > now_ms:
            return False
        return self.passage is None or decide(self.passage.standing, letter.facts, action, now_ms) == Granted()

    def check(self, action: Action) -> None:
        """For what is made of many letters: raises NotFound where the grant does not allow this with any."""
        if self.passage is not None and action not in self.passage.terms.scope.actions:
            raise NotFound


class Gate:
    """Opens mailboxes for who may."""

    def __init__(
        self,
        *,
        sealer: Sealer,
        keyholder: Keyholder,
        terms: Callable[[GrantRecord], Terms] | None = None,
        reasons: ReasonPolicy = NOBODY_ASKS,
    ) -> None:
        """`terms`: how terms are opened, for who opens the same ones again and again.

        `reasons`: who must say why, before they get through a grant; for who shows post.
        """
        self._sealer = sealer
        self._terms = terms or (lambda grant: terms_of(grant, sealer))
        self._keyholder = keyholder
        self._holds = Holds(sealer)
        self._reasons = reasons

    async def unlock(self, tx: Transaction, person: Person) -> OpenMailbox:
        """The person's own keys. Raises NotFound, SealBroken."""
        keys = await tx.mailboxes.keys_of(person.mailbox_id)
        if keys is None:
            raise NotFound
        return self._keyholder.unlock(keys)

    async def open(self, tx: Transaction, reader: Person, through: GrantId | None, now_ms: int) -> Access:
        """The reader's way into their own mailbox, or through a grant into another's.

        Raises:
            NotFound: no such grant, not this helper's, not active or past its end; all the same to the reader.
            ReasonNeeded: the grant stands, and the reader must say first why they open it.
        """
        own = await self.unlock(tx, reader)
        if through is not None:
            return await self._through(tx, reader, own, through, now_ms)
        return Access(
            reader=reader,
            owner=reader.name,
            mailbox_id=reader.mailbox_id,
            recipient_id=reader.mailbox_id,
            keys=own,
            passage=None,
        )

    async def _through(
        self, tx: Transaction, reader: Person, own: OpenMailbox, grant_id: GrantId, now_ms: int
    ) -> Access:
        secret = await self._holds.open(tx, own, reader, grant_id)
        passage = await self.standing(tx, secret.mailbox_id, grant_id, reader, now_ms)
        reason = standing_reason(reader, grant_id, now_ms)
        if reason is None and self._reasons.asks(reader.organisation, passage.terms.organisation):
            raise ReasonNeeded(grant_id)
        return Access(
            reader=reader,
            owner=secret.citizen_name,
            mailbox_id=secret.mailbox_id,
            recipient_id=grant_id,
            keys=OpenGrant(secret),
            passage=passage,
            reason=reason,
        )

    async def standing(
        self, tx: Transaction, mailbox_id: MailboxId, grant_id: GrantId, helper: Person, now_ms: int
    ) -> Passage:
        """The grant, if it stands for this helper now. Asked before reading, and again as the look is logged.

        Raises:
            NotFound: it does not, or what is stored of it was tampered with.
        """
        return self.passage(await tx.mailboxes.directory_of(mailbox_id), grant_id, helper, now_ms)

    def passage(self, directory: MailboxDirectory | None, grant_id: GrantId, helper: Person, now_ms: int) -> Passage:
        """As `standing`, when the directory of the mailbox was read already. Raises NotFound."""
        record = next((grant for grant in directory.grants if grant.grant_id == grant_id), None) if directory else None
        if directory is None or record is None:
            raise NotFound
        try:
            self._sealer.check_grants(directory)
            terms = self._terms(record)
        except SealBroken:
            raise NotFound from None
        if not standing_of(terms, helper.mailbox_id).active or now_ms >= terms.scope.until_ms:
            raise NotFound
        return Passage(record=record, terms=terms)
