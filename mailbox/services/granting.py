"""Letting someone look along: offer, accept, stop. Keys come and go in the transaction that says so."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from consent import MAX_DAYS, Coverage, Scope, coverage
from mailbox.crypto import GrantSecret, Keyholder, KeyLevel, OpenMailbox, Sealer
from mailbox.domain.errors import CodeRefused, NotFound, ScopeRefused, SealBroken, TooManyAttempts
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import (
    LIVE_STATES,
    Cursor,
    GrantRecord,
    GrantState,
    HeldGrant,
    Invitation,
    SealedKey,
)
from mailbox.services.access import Gate, helper_ref
from mailbox.services.directory import verified
from mailbox.services.grant_terms import Terms, seal_terms, standing_of, terms_of
from mailbox.services.grant_views import GrantView, add_helper, open_notes, seal_notes, view_of
from mailbox.services.invitation_codes import InvitationCode
from mailbox.services.metadata import metadata_of

DAY_MS: Final = 86_400_000
INVITATION_MS: Final = 7 * DAY_MS
"""A code is valid for a week: time to hand over a note, not to lie about."""
ATTEMPTS_PER_CODE: Final = 5
ATTEMPTS_PER_HOUR: Final = 10
"""Wrong codes one person may enter in an hour, over all invitations."""
_HOUR_MS: Final = 3_600_000
_ALWAYS_MS: Final = 2**62
_PAGE: Final = 500
_NOTE_LENGTH: Final = 80
_KEY_LEVELS: Final = {Coverage.METADATA: KeyLevel.META, Coverage.FULL: KeyLevel.FULL}


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantDraft:
    """What a citizen wants to give. `helper_note`: their own word for the helper."""

    helper_note: str
    scope: Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """An open invitation. `code` is shown once; `letters`: how many existing letters it covers.

    `replaces`: a like offer that still waited is ended; only the code that was seen last works.
    """

    grant_id: GrantId
    code: str
    expires_ms: int
    letters: int
    replaces: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Someone whose post a helper may see."""

    grant_id: GrantId
    name: str
    scope: Scope


class Granting:
    """Grants of citizens to helpers."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def offer(self, citizen: Person, draft: GrantDraft) -> Offer:
        """Makes a grant that waits for its helper, with keys to every existing letter that it covers.

        Raises:
            ScopeRefused: no word for the helper, or an end that has passed or lies over a year ahead.
        """
        now_ms = self._clock.now_ms()
        _check(draft, now_ms)
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            mailbox = await self._gate.unlock(tx, citizen)
            replaces = await self._end_like_offers(tx, mailbox, draft)
            record, secret = await self._new_grant(tx, citizen, mailbox, draft)
            await tx.grants.add(record)
            keys = await self._keys_for(tx, mailbox, record, draft.scope)
            await tx.letters.add_keys(citizen.mailbox_id, keys)
            code = await self._invite(tx, secret, now_ms)
            await tx.mailboxes.next_grant_generation(citizen.mailbox_id)
        return Offer(
            grant_id=record.grant_id,
            code=str(code),
            expires_ms=now_ms + INVITATION_MS,
            letters=len(keys),
            replaces=replaces,
        )

    async def accept(self, helper: Person, code: str) -> Client:
        """Takes up an offer with its code.

        Raises:
            CodeRefused: wrong, used, expired, stopped, tried too often, or one's own.
            TooManyAttempts: this person entered too many wrong codes in the last hour.
        """
        async with self._store.write() as tx:
            client = await self._accept(tx, helper, InvitationCode.parse(code), self._clock.now_ms())
        # Refused only now: what was counted against the code and the person must stay counted.
        if isinstance(client, Exception):
            raise client
        return client

    async def stop(self, citizen: Person, grant_id: GrantId) -> GrantView:
        """Ends a grant at once: its keys are gone when this returns. Stopping twice is no error.

        Raises:
            NotFound: the citizen has no such grant.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            record = await tx.grants.get(citizen.mailbox_id, grant_id)
            if record is None:
                raise NotFound
            if record.state in LIVE_STATES:
                record = await self._end(tx, record, GrantState.REVOKED)
            mailbox = await self._gate.unlock(tx, citizen)
        return self._view(mailbox, record)

    async def grants_of(self, citizen: Person) -> Sequence[GrantView]:
        """All grants the citizen ever gave, newest first."""
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            records = await tx.grants.of_mailbox(citizen.mailbox_id)
        return [self._view(mailbox, record) for record in records]

    async def clients_of(self, helper: Person) -> Sequence[Client]:
        """Whose post the helper may see now, by name."""
        now_ms = self._clock.now_ms()
        clients: list[Client] = []
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, helper)
            for held in await tx.grants.held_by(helper.mailbox_id):
                secret = own.held(held.ref, held.blob)
                record = await tx.grants.get(secret.mailbox_id, secret.grant_id)
                scope = self._standing_scope(record, helper, now_ms)
                if scope is not None:
                    clients.append(Client(grant_id=secret.grant_id, name=secret.citizen_name, scope=scope))
        return sorted(clients, key=lambda client: client.name.casefold())

    async def end_expired(self) -> int:
        """Ends live grants past their end, and offers nobody took up. Returns how many."""
        ended = 0
        after: tuple[MailboxId, GrantId] | None = None
        while True:
            async with self._store.read() as tx:
                records = await tx.grants.live(after=after, limit=_PAGE)
            for record in filter(self._is_over, records):
                async with self._store.write() as tx:
                    await tx.mailboxes.lock(record.mailbox_id)
                    current = await tx.grants.get(record.mailbox_id, record.grant_id)
                    if current is not None and current.state in LIVE_STATES and self._is_over(current):
                        await self._end(tx, current, GrantState.EXPIRED)
                        ended += 1
            if len(records) < _PAGE:
                return ended
            after = (records[-1].mailbox_id, records[-1].grant_id)

    async def _end_like_offers(self, tx: Transaction, mailbox: OpenMailbox, draft: GrantDraft) -> bool:
        """Ends offers that say the same and still wait: of a form sent twice, only the code that is seen may work."""
        wanted = (draft.helper_note.strip(), draft.scope)
        offered = [r for r in await tx.grants.of_mailbox(mailbox.mailbox_id) if r.state is GrantState.OFFERED]
        views = [(record, self._view(mailbox, record)) for record in offered]
        like = [record for record, view in views if (view.note, view.scope) == wanted]
        for record in like:
            await self._end(tx, record, GrantState.REVOKED)
        return bool(like)

    async def _new_grant(
        self, tx: Transaction, citizen: Person, mailbox: OpenMailbox, draft: GrantDraft
    ) -> tuple[GrantRecord, GrantSecret]:
        directory = await tx.mailboxes.directory_of(citizen.mailbox_id)
        if directory is None:
            raise NotFound
        pair, now_ms = mailbox.new_grant(citizen.name), self._clock.now_ms()
        grant_id = pair.secret.grant_id
        address = verified(directory, self._sealer)
        record = GrantRecord(
            mailbox_id=citizen.mailbox_id,
            grant_id=grant_id,
            state=GrantState.OFFERED,
            public=pair.public,
            directory_mac=pair.directory_mac,
            scope_box=seal_terms(citizen.mailbox_id, grant_id, Terms(scope=draft.scope, helper_id=None), self._sealer),
            notes_box=seal_notes(self._sealer, address.recipient, grant_id, note=draft.helper_note.strip()),
            created_ms=now_ms,
            changed_ms=now_ms,
        )
        return record, pair.secret

    async def _keys_for(
        self, tx: Transaction, mailbox: OpenMailbox, record: GrantRecord, scope: Scope
    ) -> list[SealedKey]:
        """Keys to all of the citizen's letters that the scope covers, those not yet published included."""
        recipient = self._sealer.grant_recipient(record)
        keys: list[SealedKey] = []
        before: Cursor | None = None
        while True:
            rows = await tx.letters.page(
                record.mailbox_id, record.mailbox_id, visible_at_ms=_ALWAYS_MS, before=before, limit=_PAGE
            )
            for row in rows:
                key = mailbox.letter_key(row.letter_id, row.key)
                covered = coverage(scope, metadata_of(row, key, self._sealer).facts)
                if covered is not Coverage.NONE:
                    keys.append(key.seal_for(recipient, _KEY_LEVELS[covered]))
            if len(rows) < _PAGE:
                return keys
            before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)

    async def _invite(self, tx: Transaction, secret: GrantSecret, now_ms: int) -> InvitationCode:
        code = InvitationCode.new(secrets.SystemRandom())
        while await tx.grants.invitation(self._locator(code)) is not None:
            code = InvitationCode.new(secrets.SystemRandom())
        await tx.grants.add_invitation(
            Invitation(
                locator_tag=self._locator(code),
                mailbox_id=secret.mailbox_id,
                grant_id=secret.grant_id,
                secret_box=self._sealer.seal_invitation(code.secret, secret),
                expires_ms=now_ms + INVITATION_MS,
                attempts_left=ATTEMPTS_PER_CODE,
            )
        )
        return code

    def _locator(self, code: InvitationCode) -> bytes:
        return self._sealer.tag("invitation-locator", code.locator.encode())

    async def _accept(
        self, tx: Transaction, helper: Person, code: InvitationCode | None, now_ms: int
    ) -> Client | CodeRefused | TooManyAttempts:
        await self._lock(tx, helper, code)
        if await tx.sessions.count_attempts(helper.mailbox_id, since_ms=now_ms - _HOUR_MS) >= ATTEMPTS_PER_HOUR:
            return TooManyAttempts()
        secret = await self._secret_behind(tx, code, now_ms) if code else None
        if secret is None or secret.mailbox_id == helper.mailbox_id:
            await tx.sessions.add_attempt(helper.mailbox_id, at_ms=now_ms)
            return CodeRefused()
        return await self._take_up(tx, helper, secret, now_ms)

    async def _lock(self, tx: Transaction, helper: Person, code: InvitationCode | None) -> None:
        """One try at a time of this person, and at this code: those that begin together must all be counted.

        In one order, so that two who invite each other do not wait for each other.
        """
        invitation = await tx.grants.invitation(self._locator(code)) if code else None
        for mailbox_id in sorted({helper.mailbox_id, invitation.mailbox_id if invitation else helper.mailbox_id}):
            await tx.mailboxes.lock(mailbox_id)

    async def _secret_behind(self, tx: Transaction, code: InvitationCode, now_ms: int) -> GrantSecret | None:
        """The secret of an open invitation, if the code is right; a wrong code costs it an attempt."""
        invitation = await tx.grants.invitation(self._locator(code))
        if invitation is None or invitation.attempts_left <= 0 or now_ms >= invitation.expires_ms:
            return None
        try:
            return self._sealer.open_invitation(
                invitation.grant_id, invitation.mailbox_id, code.secret, invitation.secret_box
            )
        except SealBroken:
            await tx.grants.spend_attempt(invitation.locator_tag)
            return None

    async def _take_up(self, tx: Transaction, helper: Person, secret: GrantSecret, now_ms: int) -> Client | CodeRefused:
        record = await tx.grants.get(secret.mailbox_id, secret.grant_id)
        directory = await tx.mailboxes.directory_of(secret.mailbox_id)
        if record is None or directory is None or record.state is not GrantState.OFFERED:
            return CodeRefused()
        scope = terms_of(record, self._sealer).scope
        if now_ms >= scope.until_ms:
            return CodeRefused()
        own = await self._gate.unlock(tx, helper)
        ref = helper_ref(self._sealer, secret.grant_id, helper.mailbox_id)
        citizen = self._sealer.recipient(directory)
        accepted = replace(
            record,
            state=GrantState.ACTIVE,
            scope_box=seal_terms(
                secret.mailbox_id, secret.grant_id, Terms(scope=scope, helper_id=helper.mailbox_id), self._sealer
            ),
            notes_box=add_helper(self._sealer, citizen, secret.grant_id, record.notes_box, helper=helper.label),
            changed_ms=now_ms,
        )
        await tx.grants.change(accepted)
        await tx.grants.hold(HeldGrant(holder_id=helper.mailbox_id, ref=ref, blob=own.hold(ref, secret)))
        await tx.grants.remove_invitations(secret.mailbox_id, secret.grant_id)
        await tx.mailboxes.next_grant_generation(secret.mailbox_id)
        return Client(grant_id=secret.grant_id, name=secret.citizen_name, scope=scope)

    async def _end(self, tx: Transaction, record: GrantRecord, state: GrantState) -> GrantRecord:
        """Removes every key that the grant has, at the letters and at the helper, and says why."""
        ended = replace(record, state=state, changed_ms=self._clock.now_ms())
        helper_id = terms_of(record, self._sealer).helper_id
        await tx.grants.change(ended)
        await tx.letters.remove_keys(record.mailbox_id, record.grant_id)
        await tx.grants.remove_invitations(record.mailbox_id, record.grant_id)
        if helper_id is not None:
            await tx.grants.release(helper_id, helper_ref(self._sealer, record.grant_id, helper_id))
        await tx.mailboxes.next_grant_generation(record.mailbox_id)
        return ended

    def _is_over(self, record: GrantRecord) -> bool:
        now_ms = self._clock.now_ms()
        if now_ms >= terms_of(record, self._sealer).scope.until_ms:
            return True
        return record.state is GrantState.OFFERED and now_ms >= record.created_ms + INVITATION_MS

    def _standing_scope(self, record: GrantRecord | None, helper: Person, now_ms: int) -> Scope | None:
        if record is None:
            return None
        standing = standing_of(record, terms_of(record, self._sealer), helper.mailbox_id)
        return standing.scope if standing.active and now_ms < standing.scope.until_ms else None

    def _view(self, mailbox: OpenMailbox, record: GrantRecord) -> GrantView:
        notes = open_notes(mailbox, record.grant_id, record.notes_box)
        scope = terms_of(record, self._sealer).scope
        return view_of(record, scope, note=notes["note"], helper=notes.get("helper"))


def _check(draft: GrantDraft, now_ms: int) -> None:
    if not 0 < len(draft.helper_note.strip()) <= _NOTE_LENGTH:
        raise ScopeRefused("Vul in wie u wilt laten meekijken.")
    if not now_ms < draft.scope.until_ms <= now_ms + MAX_DAYS * DAY_MS:
        raise ScopeRefused("Kies een einddatum binnen een jaar.")
