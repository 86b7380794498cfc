"""A helper asks for access, with a code that they hand over: nobody is looked up, and nobody is bothered."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import Any, Final

from consent import Scope, State
from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import CodeRefused, ScopeRefused, SealBroken, TooManyAttempts
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import AccessRequest
from mailbox.services.access import Gate
from mailbox.services.grant_ledger import By, GrantLedger
from mailbox.services.grant_terms import Terms
from mailbox.services.granting import INVITATION_MS, check_end
from mailbox.services.invitation_codes import ATTEMPTS_PER_CODE, InvitationCode, guessed_too_often
from mailbox.services.log_entries import Act, Role

REASON_LENGTH: Final = 300
_PURPOSE: Final = "access-request"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question that waits. `code` is shown to the helper once."""

    code: str
    expires_ms: int


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class AskedFor:
    """A question as the citizen sees it: who asks, for what, and why."""

    helper: Person
    scope: Scope
    reason: str
    expires_ms: int

    def __repr__(self) -> str:
        return "AskedFor(***)"


class Asking:
    """Questions for access, and the citizen's answers."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._ledger = GrantLedger(sealer)
        self._clock = clock

    async def ask(self, helper: Person, scope: Scope, reason: str) -> Asked:
        """A question with a code of its own, for a week.

        Raises:
            ScopeRefused: no reason or one of over 300 characters, or an end that has passed or lies over a year ahead.
        """
        now_ms = self._clock.now_ms()
        check_end(scope, now_ms)
        if not 0 < len(reason.strip()) <= REASON_LENGTH:
            raise ScopeRefused("Vul in waarom u wilt meekijken.")
        code, expires_ms = InvitationCode.new(secrets.SystemRandom()), now_ms + INVITATION_MS
        data = {
            "name": helper.name,
            "organisation": helper.organisation,
            "scope": scope.to_json(),
            "reason": reason.strip(),
        }
        async with self._store.write() as tx:
            while await tx.drafts.asked(self._locator(code)) is not None:
                code = InvitationCode.new(secrets.SystemRandom())
            request = AccessRequest(
                locator_tag=self._locator(code),
                helper_id=helper.mailbox_id,
                box=self._sealer.seal_operator(_PURPOSE, _ids(helper.mailbox_id, code), json.dumps(data).encode()),
                expires_ms=expires_ms,
                attempts_left=ATTEMPTS_PER_CODE,
            )
            await tx.drafts.ask(request)
        return Asked(code=str(code), expires_ms=expires_ms)

    async def look(self, citizen: Person, code: str) -> AskedFor:
        """The question behind a code.

        Raises:
            CodeRefused: wrong, answered, expired, tried too often, or one's own.
            TooManyAttempts: this person entered too many wrong codes in the last hour.
        """
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            found = await self._behind(tx, citizen, InvitationCode.parse(code))
        # Refused only now: what was counted must stay counted.
        if isinstance(found, Exception):
            raise found
        return found

    async def agree(self, citizen: Person, code: str, scope: Scope) -> GrantId:
        """A grant that the helper holds at once: with the scope that was asked, or what the citizen made of it.

        Raises:
            CodeRefused, TooManyAttempts: as `look`.
            ScopeRefused: an end that has passed or lies over a year ahead.
        """
        now_ms = self._clock.now_ms()
        check_end(scope, now_ms)
        async with self._store.write() as tx:
            asked = await self._answer(tx, citizen, code)
            if isinstance(asked, AskedFor):
                return await self._give(tx, citizen, asked, scope, now_ms)
        raise asked

    async def refuse(self, citizen: Person, code: str) -> None:
        """No. The question is gone, and nothing of it stays. Raises as `look`."""
        async with self._store.write() as tx:
            asked = await self._answer(tx, citizen, code)
        if isinstance(asked, Exception):
            raise asked

    async def _answer(self, tx: Transaction, citizen: Person, code: str) -> AskedFor | CodeRefused | TooManyAttempts:
        """The question, which is answered with this."""
        parsed = InvitationCode.parse(code)
        await tx.mailboxes.lock(citizen.mailbox_id)
        asked = await self._behind(tx, citizen, parsed)
        if parsed is not None and isinstance(asked, AskedFor):
            await tx.drafts.answered(self._locator(parsed))
        return asked

    async def _behind(
        self, tx: Transaction, citizen: Person, code: InvitationCode | None
    ) -> AskedFor | CodeRefused | TooManyAttempts:
        now_ms = self._clock.now_ms()
        if await guessed_too_often(tx, citizen, now_ms):
            return TooManyAttempts()
        asked = await self._open(tx, code, now_ms) if code else None
        if asked is None or asked.helper.mailbox_id == citizen.mailbox_id:
            await tx.sessions.add_attempt(citizen.mailbox_id, at_ms=now_ms)
            return CodeRefused()
        return asked

    async def _open(self, tx: Transaction, code: InvitationCode, now_ms: int) -> AskedFor | None:
        request = await tx.drafts.asked(self._locator(code))
        if request is None or request.attempts_left <= 0 or now_ms >= request.expires_ms:
            return None
        try:
            box = self._sealer.open_operator(_PURPOSE, _ids(request.helper_id, code), request.box)
        except SealBroken:
            await tx.drafts.spend_attempt(request.locator_tag)
            return None
        data: dict[str, Any] = json.loads(box)
        return AskedFor(
            helper=Person(mailbox_id=request.helper_id, name=data["name"], organisation=data["organisation"]),
            scope=Scope.from_json(data["scope"]),
            reason=data["reason"],
            expires_ms=request.expires_ms,
        )

    async def _give(self, tx: Transaction, citizen: Person, asked: AskedFor, scope: Scope, now_ms: int) -> GrantId:
        await self._ledger.check_may_give(tx, citizen.mailbox_id)
        mailbox = await self._gate.unlock(tx, citizen)
        drawn, secret = await self._ledger.draw_up(tx, mailbox, citizen, asked.helper.label, now_ms)
        drawn = replace(drawn, notes_box=await self._ledger.named(tx, drawn, asked.helper))
        helper_id, organisation = asked.helper.mailbox_id, asked.helper.organisation
        terms = Terms(state=State.ACTIVE, version=1, scope=scope, helpers=(helper_id,), organisation=organisation)
        by = By(role=Role.CITIZEN, person=citizen, at_ms=now_ms)
        record = await self._ledger.begin(tx, drawn, terms, by, act=Act.AGREED, details={"helper": asked.helper.label})
        await self._ledger.reseal(tx, mailbox, record, scope)
        await self._ledger.holds.give(tx, helper_id, secret)
        return record.grant_id

    def _locator(self, code: InvitationCode) -> bytes:
        return self._sealer.tag("request-locator", code.locator.encode())


def _ids(helper_id: MailboxId, code: InvitationCode) -> tuple[bytes, ...]:
    return (helper_id, code.secret.encode())
