"""What a citizen does with grants: give, change, pause, stop. Keys come and go in the transaction that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from consent import ENDED, LIVE, NOTICE, RECEIVING, Actor, Basis, Event, Scope, State, may
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import ChangedMeanwhile, NotFound, NotPossibleNow, ScopeRefused
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Document, Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import GrantRecord
from mailbox.services.access import Gate
from mailbox.services.broken_grants import OwnGrants, name_to_leave, own_grants, own_view, sound_terms
from mailbox.services.giving_rules import check_note, check_scope
from mailbox.services.grant_keys import ReadyKeys
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.grant_terms import Terms
from mailbox.services.grant_views import GrantView
from mailbox.services.invitation_codes import INVITATION_MS, invite
from mailbox.services.log_entries import Role
from mailbox.services.scope_news import remembered

_COURT: Final = "Een rechter heeft dit besloten. U kunt dit zelf niet veranderen."


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantDraft:
    """What a citizen wants to give. `helper_note`: their own word for the helper.

    `prepared_by`: the app that put it ready; None for none.
    """

    helper_note: str
    scope: Scope
    prepared_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AtDesk:
    """Who helped at the desk, what the citizen showed, and why they did not do it alone: for the citizen's log."""

    employee: Person
    document: Document
    reason: str

    @property
    def details(self) -> Mapping[str, str]:
        """For the log."""
        return {"document": self.document, "reason": self.reason.strip()}


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
class _Home:
    """A citizen at work on their own grants; `at` a desk, where someone does it for them."""

    citizen: Person
    mailbox: OpenMailbox
    by: By
    at: AtDesk | None

    def details(self, helper: str) -> dict[str, Any]:
        """What the log says of each act: about whom, and what was said at the desk."""
        return {"helper": helper, **(self.at.details if self.at else {})}


class Granting:
    """The citizen's side of grants."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._clock = clock

    async def offer(self, citizen: Person, draft: GrantDraft, *, at: AtDesk | None = None) -> Offer:
        """Makes a grant that waits for its helper, with keys to every existing letter that it covers.

        `at`: the citizen says yes at a desk, and someone there does it for them.

        Raises:
            ScopeRefused: no word for the helper, an end that has passed or lies over a year ahead, or a citizen who may
                not give.
        """
        now_ms = self._clock.now_ms()
        check_note(draft.helper_note)
        check_scope(draft.scope, now_ms)
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            note, scope = draft.helper_note.strip(), draft.scope
            drawn = await self._ledger.draw_up(tx, mailbox, citizen, note, scope=scope, now_ms=now_ms)
        async with self._store.write() as tx:
            home = await self._home(tx, citizen, at)
            await self._ledger.check_may_give(tx, citizen.mailbox_id, now_ms)
            replaces = await self._end_like_offers(tx, home, draft)
            record = await self._begin(tx, drawn.record, draft, home)
            letters = await self._ledger.keys.reseal(tx, home.mailbox, record, scope, drawn.ready)
            code = await invite(tx, self._sealer, drawn.secret, now_ms)
        return Offer(
            grant_id=record.grant_id,
            code=str(code),
            expires_ms=now_ms + INVITATION_MS,
            letters=letters,
            replaces=replaces,
        )

    async def change(self, citizen: Person, grant_id: GrantId, scope: Scope, *, version: int) -> GrantView:
        """Another scope for a grant that goes on. What is new is sealed and what is gone is removed, at once.

        `version`: of the grant that the citizen saw. What changed since is not undone unseen.

        Raises:
            NotFound: the citizen has no such grant.
            ChangedMeanwhile: it is at another version.
            ScopeRefused: it ended, or was not theirs to give; or an end that has passed or lies over a year ahead.
        """
        check_scope(scope, self._clock.now_ms())

        def wanted(now: Terms) -> Scope:
            if now.version != version:
                raise ChangedMeanwhile
            return scope

        return await self._act(citizen, grant_id, Event.CHANGE, wanted)

    async def check_change(self, citizen: Person, grant_id: GrantId, scope: Scope, *, version: int) -> GrantView:
        """The grant, if it can get this scope now. Nothing is changed by it. Raises as `change`."""
        check_scope(scope, self._clock.now_ms())
        view = await self.grant_of(citizen, grant_id)
        if view.version != version:
            raise ChangedMeanwhile
        if not may(Actor.CITIZEN, Event.CHANGE, view.basis):
            raise ScopeRefused(_COURT)
        if view.state not in LIVE:
            raise NotPossibleNow
        return view

    async def renew(self, citizen: Person, grant_id: GrantId, until_ms: int) -> GrantView:
        """Another end, and nothing else: whatever the grant covers by now.

        Raises NotFound, ScopeRefused: as `change`.
        """

        def wanted(now: Terms) -> Scope:
            scope = replace(now.scope, until_ms=until_ms)
            check_scope(scope, self._clock.now_ms())
            return scope

        return await self._act(citizen, grant_id, Event.CHANGE, wanted)

    async def pause(self, citizen: Person, grant_id: GrantId) -> GrantView:
        """Nothing is seen until it resumes. The helper reads only that it is not available. Raises as `change`."""
        return await self._act(citizen, grant_id, Event.PAUSE)

    async def resume(self, citizen: Person, grant_id: GrantId) -> GrantView:
        """Ends a pause. Raises as `change`."""
        return await self._act(citizen, grant_id, Event.RESUME)

    async def stop(self, citizen: Person, grant_id: GrantId, *, quiet: bool = False) -> GrantView:
        """Ends a grant at once: its keys are gone when this returns. Stopping twice is no error.

        `quiet`: the helper reads only that it is not available, as in a pause. Raises as `change`.
        """
        return await self._act(citizen, grant_id, Event.STOP, quiet=quiet)

    async def remove_helper(self, citizen: Person, grant_id: GrantId, ref: str) -> GrantView:
        """Ends the grant for one of its helpers (`HelperName.ref`); the others go on, the last one takes it along.

        Raises:
            NotFound: no such grant of this citizen, or nobody with this ref holds it.
            ScopeRefused: as `change`.
        """
        async with self._store.write() as tx:
            home = await self._home(tx, citizen)
            record = await self._ledger.get(tx, citizen.mailbox_id, grant_id)
            terms = self._ledger.terms(record)
            if not may(Actor.CITIZEN, Event.STOP, terms.basis):
                raise ScopeRefused(_COURT)
            holds = self._ledger.holds
            found = next((one for one in terms.helpers if holds.ref(grant_id, one).hex() == ref), None)
            names = {helper.ref: helper.name for helper in self._view(home.mailbox, record, {}).helpers}
            if found is None or ref not in names:
                raise NotFound
            if record.state in LIVE:
                leaves = name_to_leave(home.mailbox, record, citizen)
                record = await self._ledger.leave(tx, record, found, home.by, name=names[ref], leaves=leaves)
        return self._view(home.mailbox, record, {})

    async def stop_all(self, citizen: Person, *, quiet: bool = False, at: AtDesk | None = None) -> int:
        """Ends all grants that the citizen can end, in one transaction. Returns how many. `at`: as in `offer`.

        What is stored of a grant and is not what we wrote is cleared away with them.
        """
        async with self._store.write() as tx:
            home = await self._home(tx, citizen, at)
            live = [r for r in await tx.grants.of_mailbox(citizen.mailbox_id) if r.state not in ENDED]
            ended = [await self._stop_one(tx, home, record, quiet=quiet) for record in live]
        return sum(ended)

    async def _stop_one(self, tx: Transaction, home: _Home, record: GrantRecord, *, quiet: bool) -> bool:
        terms = sound_terms(record, self._ledger.terms)
        if terms is None:
            await self._ledger.clear_away(tx, record, home.by)
        elif may(Actor.CITIZEN, Event.STOP, terms.basis):
            await self._apply(tx, home, record, Event.STOP, {"quiet": quiet})
        else:
            return False
        return True

    async def clear_away(self, citizen: Person, grant_id: GrantId) -> None:
        """Removes what is stored of a broken grant. Twice is no error. Raises NotFound: no such one."""
        async with self._store.write() as tx:
            home = await self._home(tx, citizen)
            record = await self._ledger.get(tx, citizen.mailbox_id, grant_id)
            if sound_terms(record, self._ledger.terms) is not None:
                raise NotFound
            if record.state not in ENDED:
                await self._ledger.clear_away(tx, record, home.by)

    async def grants_of(self, citizen: Person) -> Sequence[GrantView]:
        """All grants the citizen ever gave, newest first; without those that are broken."""
        return (await self.all_of(citizen)).sound

    async def all_of(self, citizen: Person) -> OwnGrants:
        """All grants the citizen ever gave, newest first."""
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            records = await tx.grants.of_mailbox(citizen.mailbox_id)
            last_uses = await tx.grants.last_uses(citizen.mailbox_id)
        return own_grants(mailbox, records, self._ledger.terms, last_uses)

    async def grant_of(self, citizen: Person, grant_id: GrantId) -> GrantView:
        """One of these. Raises NotFound."""
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            record = await self._ledger.get(tx, citizen.mailbox_id, grant_id)
            last_uses = await tx.grants.last_uses(citizen.mailbox_id)
        return self._view(mailbox, record, last_uses)

    async def _begin(self, tx: Transaction, record: GrantRecord, draft: GrantDraft, home: _Home) -> GrantRecord:
        terms = Terms(
            state=State.OFFERED,
            version=1,
            scope=draft.scope,
            basis=Basis.DESK if home.at else Basis.CITIZEN,
            given_by=home.at.employee.mailbox_id if home.at else None,
        )
        details = {**home.details(draft.helper_note.strip()), "notice": NOTICE}
        if draft.prepared_by is not None:
            details["prepared_by"] = draft.prepared_by
        return await self._ledger.begin(tx, record, terms, home.by, details=details)

    async def _act(
        self, citizen: Person, grant_id: GrantId, event: Event, wanted: _Wanted | None = None, **terms: Any
    ) -> GrantView:
        """`wanted`: what it covers from then on, asked of the terms that stand as the mailbox is locked."""
        ready = await self._ready(citizen, grant_id, event, wanted or _as_it_is) if event in _AGREEING else None
        async with self._store.write() as tx:
            home = await self._home(tx, citizen)
            record = await self._ledger.get(tx, citizen.mailbox_id, grant_id)
            if not (event is Event.STOP and record.state in ENDED):
                if wanted is not None:
                    terms = {**terms, "scope": wanted(self._ledger.terms(record))}
                record = await self._apply(tx, home, record, event, terms, ready=ready)
            last_uses = await tx.grants.last_uses(citizen.mailbox_id)
        return self._view(home.mailbox, record, last_uses)

    async def _ready(self, citizen: Person, grant_id: GrantId, event: Event, wanted: _Wanted) -> ReadyKeys | None:
        """The keys that this will ask for, sealed before the mailbox is locked."""
        async with self._store.read() as tx:
            record = await self._ledger.get(tx, citizen.mailbox_id, grant_id)
            if record.state not in (RECEIVING if event is Event.CHANGE else {State.PAUSED}):
                return None
            mailbox = await self._gate.unlock(tx, citizen)
            return await self._ledger.keys.make_ready(tx, mailbox, record, wanted(self._ledger.terms(record)))

    async def _apply(  # noqa: PLR0913 - one act has this many sides
        self,
        tx: Transaction,
        home: _Home,
        record: GrantRecord,
        event: Event,
        terms: dict[str, Any],
        *,
        ready: ReadyKeys | None = None,
    ) -> GrantRecord:
        before = self._ledger.terms(record)
        if not may(Actor.CITIZEN, event, before.basis):
            raise ScopeRefused(_COURT)
        details = home.details(self._view(home.mailbox, record, {}).who)
        if event is Event.CHANGE:
            details |= {"was": before.scope.to_json(), "scope": terms["scope"].to_json()}
            terms = {**terms, "past": remembered(before, terms["scope"], home.by.at_ms)}
        if event in _AGREEING:
            terms = {**terms, "agreed_ms": home.by.at_ms}
        name = name_to_leave(home.mailbox, record, home.citizen)
        changed = await self._ledger.change(tx, record, event, home.by, details=details, leaves=name, **terms)
        if changed.state in RECEIVING:
            scope = self._ledger.terms(changed).scope
            await self._ledger.keys.reseal(tx, home.mailbox, changed, scope, ready)
        return changed

    async def _home(self, tx: Transaction, citizen: Person, at: AtDesk | None = None) -> _Home:
        """The citizen's mailbox, locked and opened."""
        await tx.mailboxes.lock(citizen.mailbox_id)
        role, person = (Role.DESK, at.employee) if at else (Role.CITIZEN, citizen)
        by = By(role=role, person=person, at_ms=self._clock.now_ms())
        return _Home(citizen=citizen, mailbox=await self._gate.unlock(tx, citizen), by=by, at=at)

    async def _end_like_offers(self, tx: Transaction, home: _Home, draft: GrantDraft) -> bool:
        """Ends offers that say the same and still wait: of a form sent twice, only the code that is seen may work."""
        wanted = (draft.helper_note.strip(), draft.scope)
        offered = [r for r in await tx.grants.of_mailbox(home.citizen.mailbox_id) if r.state is State.OFFERED]
        views = [(record, self._view(home.mailbox, record, {})) for record in offered]
        like = [record for record, view in views if (view.note, view.scope) == wanted]
        for record in like:
            await self._ledger.change(tx, record, Event.STOP, home.by, details=home.details(draft.helper_note.strip()))
        return bool(like)

    def _view(self, mailbox: OpenMailbox, record: GrantRecord, last_uses: Mapping[GrantId, int]) -> GrantView:
        return own_view(mailbox, record, self._ledger.terms(record), last_uses.get(record.grant_id))


def _as_it_is(now: Terms) -> Scope:
    return now.scope


_Wanted = Callable[[Terms], Scope]
_AGREEING: Final = frozenset({Event.CHANGE, Event.RESUME})
"""With these the citizen says yes again."""
