"""Questions that wait under a code. Who asks hands the code over; only who has it sees the question."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mailbox.crypto import Sealer
from mailbox.domain.errors import CodeRefused, SealBroken, TooManyAttempts
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import AccessRequest
from mailbox.services.invitation_codes import ATTEMPTS_PER_CODE, INVITATION_MS, InvitationCode, guessed_too_often


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question that waits. `code` is shown once, to who asks."""

    code: str
    expires_ms: int


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Question:
    """A question, opened with its code. `data`: what was asked; `given`: what it was answered with, by who asks now."""

    asker: Person
    data: Mapping[str, Any]
    expires_ms: int
    given: GrantId | None = None

    def __repr__(self) -> str:
        return "Question(***)"


def anything(_: Question) -> bool:
    """Any question will do."""
    return True


class CodedRequests:
    """Questions of one kind. The caller owns the transaction."""

    def __init__(self, sealer: Sealer, kind: str) -> None:
        self._sealer = sealer
        self._kind: Final = kind

    async def ask(self, tx: Transaction, asker: Person, data: Mapping[str, Any], now_ms: int) -> Asked:
        """A question with a code of its own, for a week."""
        code = InvitationCode.new(secrets.SystemRandom())
        while await tx.drafts.asked(self._locator(code)) is not None:
            code = InvitationCode.new(secrets.SystemRandom())
        question = Question(asker=asker, data=data, expires_ms=now_ms + INVITATION_MS)
        await tx.drafts.ask(
            AccessRequest(
                locator_tag=self._locator(code),
                helper_id=asker.mailbox_id,
                box=self._box(asker.mailbox_id, code, _said(question)),
                expires_ms=question.expires_ms,
                attempts_left=ATTEMPTS_PER_CODE,
            )
        )
        return Asked(code=str(code), expires_ms=question.expires_ms)

    async def look(
        self, tx: Transaction, person: Person, code: str, now_ms: int, *, fits: Callable[[Question], bool] = anything
    ) -> Question | CodeRefused | TooManyAttempts:
        """The question behind a code. What refuses is returned: raised in the transaction, the attempt would not count.

        Refused: wrong, answered with no or by somebody else, in use by somebody else, expired, tried too often, one's
        own, or a question that does not fit.
        """
        parsed = InvitationCode.parse(code)
        await self._lock(tx, person, parsed)
        if await guessed_too_often(tx, person, now_ms):
            return TooManyAttempts()
        question = await self._open(tx, person, parsed, now_ms) if parsed else None
        if question is None or question.asker.mailbox_id == person.mailbox_id or not fits(question):
            await tx.sessions.add_attempt(person.mailbox_id, at_ms=now_ms)
            return CodeRefused()
        return question

    async def use(self, tx: Transaction, person: Person, code: str) -> None:
        """The code is this person's alone, until the question is answered. `code` was good a moment ago."""
        parsed = InvitationCode.parse(code)
        if parsed is not None:
            await tx.drafts.use(self._locator(parsed), person.mailbox_id)

    async def given(self, tx: Transaction, person: Person, code: str, question: Question, grant_id: GrantId) -> None:
        """The answer is a grant: who gave it finds it under the code, as long as that lasts. For others it is gone.

        Which grant it is, and whose, is under the seal of the question: nobody reads in a table who helps whom.
        """
        parsed = InvitationCode.parse(code)
        if parsed is not None:
            said = {**_said(question), "by": person.mailbox_id.hex(), "given": grant_id.hex()}
            await tx.drafts.reseal(self._locator(parsed), self._box(question.asker.mailbox_id, parsed, said))

    async def answered(self, tx: Transaction, code: str) -> None:
        """The question is gone. `code` was good a moment ago."""
        parsed = InvitationCode.parse(code)
        if parsed is not None:
            await tx.drafts.answered(self._locator(parsed))

    async def _lock(self, tx: Transaction, person: Person, code: InvitationCode | None) -> None:
        """One try at a time of this person, and at this code: it is answered once, and has so many attempts."""
        request = await tx.drafts.asked(self._locator(code)) if code else None
        await tx.mailboxes.lock_all({person.mailbox_id, request.helper_id if request else person.mailbox_id})

    async def _open(self, tx: Transaction, person: Person, code: InvitationCode, now_ms: int) -> Question | None:
        request = await tx.drafts.asked(self._locator(code))
        if request is None or request.attempts_left <= 0 or now_ms >= request.expires_ms:
            return None
        if request.used_by not in {None, person.mailbox_id}:
            return None
        try:
            text = self._sealer.open_operator(self._kind, _ids(request.helper_id, code), request.box)
        except SealBroken:
            await tx.drafts.spend_attempt(request.locator_tag)
            return None
        said = json.loads(text)
        asker = Person(mailbox_id=request.helper_id, name=said["name"], organisation=said["organisation"])
        question = Question(asker=asker, data=said["data"], expires_ms=request.expires_ms)
        if "given" not in said:
            return question
        theirs = said["by"] == person.mailbox_id.hex()
        return replace(question, given=GrantId(bytes.fromhex(said["given"]))) if theirs else None

    def _box(self, asker_id: MailboxId, code: InvitationCode, said: Mapping[str, Any]) -> bytes:
        return self._sealer.seal_operator(self._kind, _ids(asker_id, code), json.dumps(said).encode())

    def _locator(self, code: InvitationCode) -> bytes:
        return self._sealer.tag(f"{self._kind}-locator", code.locator.encode())


def _said(question: Question) -> dict[str, Any]:
    return {"name": question.asker.name, "organisation": question.asker.organisation, "data": question.data}


def _ids(asker_id: MailboxId, code: InvitationCode) -> tuple[bytes, ...]:
    return (asker_id, code.secret.encode())
