"""A helper asks for access, with a code that they hand over: nobody is looked up, and nobody is bothered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from consent import NOTICE, Scope, State, is_within
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import CodeRefused, ScopeRefused, TooManyAttempts
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.services.access import Gate
from mailbox.services.coded_requests import Asked, CodedRequests, Question
from mailbox.services.giving_rules import check_scope
from mailbox.services.grant_ledger import By, Drawn, GrantLedger
from mailbox.services.grant_terms import Terms
from mailbox.services.log_entries import Act, Role

REASON_LENGTH: Final = 300
TOO_MUCH: Final = "U kunt minder geven dan is gevraagd, maar niet meer."


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class AskedFor:
    """A question as the citizen sees it: who asks, for what, and why. `given`: what they answered with, if they did."""

    helper: Person
    scope: Scope
    reason: str
    expires_ms: int
    given: GrantId | None = None

    def __repr__(self) -> str:
        return "AskedFor(***)"


class Asking:
    """Questions for access, and the citizen's answers."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._requests = CodedRequests(sealer, "access-request")
        self._clock = clock

    async def ask(self, helper: Person, scope: Scope, reason: str) -> Asked:
        """A question with a code of its own, for a week.

        Raises:
            ScopeRefused: no reason or one of over 300 characters, or an end that has passed or lies over a year ahead.
        """
        now_ms = self._clock.now_ms()
        check_scope(scope, now_ms)
        if not 0 < len(reason.strip()) <= REASON_LENGTH:
            raise ScopeRefused("Vul in waarom u wilt meekijken.")
        async with self._store.write() as tx:
            return await self._requests.ask(tx, helper, {"scope": scope.to_json(), "reason": reason.strip()}, now_ms)

    async def look(self, citizen: Person, code: str) -> AskedFor:
        """The question behind a code.

        Raises:
            CodeRefused: wrong, answered, expired, tried too often, or one's own.
            TooManyAttempts: this person entered too many wrong codes in the last hour.
        """
        async with self._store.write() as tx:
            found = await self._requests.look(tx, citizen, code, self._clock.now_ms())
        return _asked_for(found)

    async def agree(self, citizen: Person, code: str, scope: Scope) -> GrantId:
        """A grant that the helper holds at once: with the scope that was asked, or what the citizen made of it.

        Who said yes before gets the grant that they gave then.

        Raises:
            CodeRefused, TooManyAttempts: as `look`.
            ScopeRefused: more than was asked, an end that has passed or lies over a year ahead, or a citizen who may
                not give.
        """
        by = By(role=Role.CITIZEN, person=citizen, at_ms=self._clock.now_ms())
        check_scope(scope, by.at_ms)
        asked = await self.look(citizen, code)
        if asked.given is not None:
            return asked.given
        if not is_within(scope, asked.scope):
            raise ScopeRefused(TOO_MUCH)
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            drawn = await self._ledger.draw_up(tx, mailbox, citizen, asked.helper.label, scope=scope, now_ms=by.at_ms)
        async with self._store.write() as tx:
            found = await self._requests.look(tx, citizen, code, by.at_ms)
            if isinstance(found, Question):
                if found.given is not None:
                    return found.given
                grant_id = await self._give(tx, mailbox, drawn, found.asker, by)
                await self._requests.given(tx, citizen, code, found, grant_id)
                return grant_id
        raise found

    async def refuse(self, citizen: Person, code: str) -> None:
        """No. The question is gone, and nothing of it stays. Raises as `look`; CodeRefused also after a yes."""
        async with self._store.write() as tx:
            found = await self._requests.look(tx, citizen, code, self._clock.now_ms())
            if isinstance(found, Question) and found.given is None:
                await self._requests.answered(tx, code)
        if _asked_for(found).given is not None:
            raise CodeRefused

    async def _give(self, tx: Transaction, mailbox: OpenMailbox, drawn: Drawn, helper: Person, by: By) -> GrantId:
        scope = drawn.ready.scope
        await self._ledger.check_may_give(tx, drawn.record.mailbox_id, by.at_ms)
        named = replace(drawn.record, notes_box=await self._ledger.named(tx, drawn.record, helper, since_ms=by.at_ms))
        terms = Terms(
            state=State.ACTIVE,
            version=1,
            scope=scope,
            helpers=(helper.mailbox_id,),
            organisation=helper.organisation,
        )
        details = {"helper": helper.label, "notice": NOTICE}
        record = await self._ledger.begin(tx, named, terms, by, act=Act.AGREED, details=details)
        await self._ledger.keys.reseal(tx, mailbox, record, scope, drawn.ready)
        await self._ledger.holds.give(tx, helper.mailbox_id, drawn.secret, told_version=terms.version)
        return record.grant_id


def _asked_for(found: Question | CodeRefused | TooManyAttempts) -> AskedFor:
    if isinstance(found, Exception):
        raise found
    return AskedFor(
        helper=found.asker,
        scope=Scope.from_json(found.data["scope"]),
        reason=found.data["reason"],
        expires_ms=found.expires_ms,
        given=found.given,
    )
