"""Every change of a grant, in one transaction: the record, what it does to keys, the log, and which grants are live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from consent import LIVE, RECEIVING, Event, NotPossible, Purpose, Scope, State, after
from mailbox.crypto import GrantSecret, OpenMailbox, Recipient, Sealer
from mailbox.domain.errors import DirectoryTampered, MayNotGive, NotFound, NotPossibleNow
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import GrantRecord
from mailbox.services.broken_grants import sound_terms
from mailbox.services.closed_grants import closed_ms, taken_off, told_until_ms
from mailbox.services.grant_keys import GrantKeys, ReadyKeys
from mailbox.services.grant_terms import Terms, seal_terms, terms_of
from mailbox.services.grant_views import HelperName, add_helper, holds_in, seal_notes, without_helper
from mailbox.services.holds import Holds
from mailbox.services.live_grants import LiveGrants
from mailbox.services.log_entries import Act, Look, Role, write_entry

LAPSING: Final = frozenset({Purpose.ADMINISTRATION, Purpose.GUARDIANSHIP})
"""Purposes of a court's decision under which the citizen's own grants lapse."""
OF_COURT: Final = LAPSING | {Purpose.MENTORSHIP}
"""Purposes that only a court's decision has."""


def bars_giving(scope: Scope, now_ms: int) -> bool:
    """Whether a live grant is a court's under which the citizen gives no power of attorney (BW 1:381, 1:438)."""
    return scope.purpose in LAPSING and now_ms < scope.until_ms


_ACTS: Final = {
    Event.ACCEPT: Act.ACCEPTED,
    Event.REFUSE: Act.REFUSED,
    Event.CHANGE: Act.CHANGED,
    Event.PAUSE: Act.PAUSED,
    Event.RESUME: Act.RESUMED,
    Event.STOP: Act.STOPPED,
    Event.EXPIRE: Act.EXPIRED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who does it, as what, and when. `person` None is the service itself."""

    role: Role
    person: Person | None
    at_ms: int

    @property
    def name(self) -> str:
        return self.person.label if self.person else "Mijnoverzicht"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Drawn:
    """A grant that is not kept yet, with the keys to what it covers so far."""

    record: GrantRecord
    secret: GrantSecret
    ready: ReadyKeys


class GrantLedger:
    """Grants as they are kept. The caller owns the transaction, and holds the lock on the mailbox."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._live = LiveGrants(sealer)
        self.holds = Holds(sealer)
        self.keys = GrantKeys(sealer)

    def terms(self, record: GrantRecord) -> Terms:
        """What the grant says. Raises SealBroken."""
        return terms_of(record, self._sealer)

    async def get(self, tx: Transaction, mailbox_id: MailboxId, grant_id: GrantId) -> GrantRecord:
        """Raises NotFound."""
        record = await tx.grants.get(mailbox_id, grant_id)
        if record is None:
            raise NotFound
        return record

    async def draw_up(  # noqa: PLR0913 - whose, for whom, what
        self, tx: Transaction, mailbox: OpenMailbox, citizen: Person, note: str, *, scope: Scope, now_ms: int
    ) -> Drawn:
        """A grant with keys of its own, not kept yet: this writes nothing, and needs no lock.

        `note`: the citizen's own word for the helper.
        """
        pair = mailbox.new_grant(citizen.name)
        grant_id = pair.secret.grant_id
        recipient = await self.citizen(tx, citizen.mailbox_id)
        record = GrantRecord(
            mailbox_id=citizen.mailbox_id,
            grant_id=grant_id,
            state=State.OFFERED,
            public=pair.public,
            directory_mac=pair.directory_mac,
            scope_box=b"",
            notes_box=seal_notes(self._sealer, recipient, grant_id, note=note, owner=citizen.name),
            created_ms=now_ms,
            changed_ms=now_ms,
        )
        ready = await self.keys.make_ready(tx, mailbox, record, scope)
        return Drawn(record=record, secret=pair.secret, ready=ready)

    async def begin(  # noqa: PLR0913 - a beginning has this many sides
        self,
        tx: Transaction,
        record: GrantRecord,
        terms: Terms,
        by: By,
        *,
        act: Act = Act.OFFERED,
        details: Mapping[str, Any] | None = None,
    ) -> GrantRecord:
        """A grant that is new, without keys: offered, or in force at once. `record.scope_box` is made here.

        Raises:
            DirectoryTampered: the live grants of this mailbox are not those that we wrote.
        """
        kept = replace(record, state=terms.state, scope_box=self._box(record, terms), changed_ms=by.at_ms)
        async with self._live.changing(tx, record.mailbox_id, gives=True):
            await tx.grants.add(kept)
        await self._tell(tx, kept, act, by, {"scope": terms.scope.to_json(), **(details or {})})
        return kept

    async def change(  # noqa: PLR0913 - one change has this many sides
        self,
        tx: Transaction,
        record: GrantRecord,
        event: Event,
        by: By,
        *,
        act: Act | None = None,
        details: Mapping[str, Any] | None = None,
        notes_box: bytes | None = None,
        leaves: str | None = None,
        **terms: Any,
    ) -> GrantRecord:
        """What happens to a grant: its terms with these changes, one version on. `act`: another word for the event.

        `leaves`: whose post it is, for helpers to keep when it ends; None leaves them nothing.

        Raises:
            ScopeRefused: this does not happen to a grant in this state, or it is past its end and only ends.
            DirectoryTampered: the live grants of this mailbox are not those that we wrote. One may still end then, and
                a helper may still go.
        """
        before = self.terms(record)
        try:
            state = after(before.state, event)
        except NotPossible:
            raise NotPossibleNow from None
        changed = replace(before, state=state, version=before.version + 1, **terms)
        gives = state in LIVE and not set(changed.helpers) < set(before.helpers)
        if gives and by.at_ms >= before.scope.until_ms:
            raise NotPossibleNow
        changed = replace(changed, closed_ms=closed_ms(before, changed, by.at_ms))
        kept = replace(
            record,
            state=state,
            scope_box=self._box(record, changed),
            notes_box=notes_box or record.notes_box,
            changed_ms=by.at_ms,
        )
        async with self._live.changing(tx, kept.mailbox_id, gives=gives):
            await tx.grants.change(kept)
        if state not in RECEIVING:
            await tx.letters.remove_keys(kept.mailbox_id, kept.grant_id)
        if state is not State.OFFERED:
            await tx.grants.remove_invitations(kept.mailbox_id, kept.grant_id)
        for helper_id in before.helpers:
            await self._settle(tx, kept, changed, helper_id, leaves)
        await self._tell(tx, kept, act or _ACTS[event], by, details or {})
        return kept

    async def agree_again(self, tx: Transaction, record: GrantRecord, by: By, details: Mapping[str, Any]) -> None:
        """The citizen says yes again to what there is: no new version, for nothing changes."""
        terms = replace(self.terms(record), agreed_ms=by.at_ms)
        kept = replace(record, scope_box=self._box(record, terms))
        async with self._live.changing(tx, kept.mailbox_id, gives=True):
            await tx.grants.change(kept)
        await self._tell(tx, kept, Act.CONFIRMED, by, details)

    async def leave(  # noqa: PLR0913 - who goes, as whom, leaving what
        self,
        tx: Transaction,
        record: GrantRecord,
        helper_id: MailboxId,
        by: By,
        *,
        name: str,
        leaves: str | None = None,
    ) -> GrantRecord:
        """One helper goes, whose `name` the citizen knows. The last one takes the grant along.

        `leaves`: as `change`; None also for who goes by themselves, or leaves the organisation.
        """
        terms = self.terms(record)
        if terms.state not in LIVE or helper_id not in terms.helpers:
            await self.holds.take(tx, helper_id, record.grant_id)
            return record
        details = {"helper": name}
        stay = tuple(helper for helper in terms.helpers if helper != helper_id)
        if not stay:
            return await self.change(tx, record, Event.STOP, by, details=details, leaves=leaves)
        notes = without_helper(record.notes_box, self.holds.ref(record.grant_id, helper_id).hex())
        gone = terms.taken_off if leaves is None else taken_off(terms, helper_id, by.at_ms)
        return await self.change(
            tx,
            record,
            Event.CHANGE,
            by,
            act=Act.LEFT,
            details=details,
            notes_box=notes,
            leaves=leaves,
            helpers=stay,
            taken_off=gone,
        )

    async def clear_away(self, tx: Transaction, record: GrantRecord, by: By) -> None:
        """Ends a grant of which what is stored is not what we wrote: no key, code or hold of it stays, nor a state."""
        kept = replace(record, state=State.REVOKED, changed_ms=by.at_ms)
        async with self._live.changing(tx, kept.mailbox_id, gives=False):
            await tx.grants.change(kept)
        await tx.letters.remove_keys(kept.mailbox_id, kept.grant_id)
        await tx.grants.remove_invitations(kept.mailbox_id, kept.grant_id)
        await tx.grants.release_all(holds_in(kept.notes_box))
        await self._tell(tx, kept, Act.STOPPED, by, {})

    async def named(
        self, tx: Transaction, record: GrantRecord, helper: Person, *, since_ms: int, let_in_by: str | None = None
    ) -> bytes:
        """The notes with this helper's name, which only the citizen reads. `let_in_by`: the colleague who did it."""
        name = HelperName(
            ref=self.holds.ref(record.grant_id, helper.mailbox_id).hex(),
            name=helper.label,
            since_ms=since_ms,
            let_in_by=let_in_by,
        )
        citizen = await self.citizen(tx, record.mailbox_id)
        return add_helper(self._sealer, citizen, record.grant_id, record.notes_box, name)

    async def check_may_give(self, tx: Transaction, mailbox_id: MailboxId, now_ms: int) -> None:
        """Asks whether a court's decision is in force under which this citizen gives nothing.

        Raises:
            MayNotGive: it is.
            DirectoryTampered: what is stored of a live grant is not what we wrote; it may be that decision.
        """
        for record in [r for r in await tx.grants.of_mailbox(mailbox_id) if r.state in LIVE]:
            terms = sound_terms(record, self.terms)
            if terms is None:
                raise DirectoryTampered
            if bars_giving(terms.scope, now_ms):
                raise MayNotGive

    async def citizen(self, tx: Transaction, mailbox_id: MailboxId) -> Recipient:
        """To whom is sealed what only the citizen reads. Raises NotFound, DirectoryTampered."""
        directory = await tx.mailboxes.directory_of(mailbox_id)
        if directory is None:
            raise NotFound
        return self._sealer.recipient(directory)

    async def _settle(
        self, tx: Transaction, record: GrantRecord, terms: Terms, helper_id: MailboxId, leaves: str | None
    ) -> None:
        """What one helper holds of a grant that changed: no note of what it covered, and no key when it ended."""
        until_ms = told_until_ms(terms, helper_id)
        if terms.state in LIVE and helper_id in terms.helpers:
            await self.holds.forget_note(tx, helper_id, record.grant_id)
        elif leaves is None or until_ms is None:
            await self.holds.take(tx, helper_id, record.grant_id)
        else:
            own, seed = record.mailbox_id, bytes(32)
            gone = GrantSecret(grant_id=record.grant_id, mailbox_id=own, seed=seed, citizen_name=leaves)
            await self.holds.leave_name(tx, helper_id, gone, until_ms=until_ms)

    async def _tell(self, tx: Transaction, record: GrantRecord, act: Act, by: By, details: Mapping[str, Any]) -> None:
        look = Look(actor=by.name, role=by.role, act=act, grant_id=record.grant_id, details=details)
        await write_entry(tx, look, mailbox_id=record.mailbox_id, reader=by.person, sealer=self._sealer, at_ms=by.at_ms)

    def _box(self, record: GrantRecord, terms: Terms) -> bytes:
        return seal_terms(record.mailbox_id, record.grant_id, terms, self._sealer)
