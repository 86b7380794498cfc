"""The receipt of a consent: what a citizen gave, and all that happened to it, signed with the citizen's own key.

Looking at one's own consent is no look at a letter, so it is not logged. The same moment gives the same receipt.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from consent import (
    RENEWING,
    TELLING,
    Basis,
    ConsentRecord,
    Happened,
    InvalidRecord,
    Party,
    PartyRole,
    RecordEvent,
    Scope,
    record_to_json,
)
from mailbox.crypto import RECEIPT, Keyholder, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId, id_text
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import SealedLogEntry
from mailbox.services.access import Gate
from mailbox.services.grant_terms import Terms, terms_of
from mailbox.services.grant_views import GrantView, citizen_view
from mailbox.services.log_entries import Act, OpenedEntry, Role, open_entry

_PIECE: Final = 250
_ACTS: Final = frozenset(happened.value for happened in Happened)
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that show nothing, or turn text around: a name is shown wherever the receipt goes."""
_NAME_LENGTH: Final = 400
_CITIZEN, _SERVICE = "burger", "mijnoverzicht"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Receipt:
    """A record, and the same signed as a compact JWS."""

    record: ConsentRecord
    signed: str

    @property
    def sha256(self) -> str:
        """Of the file, in hexadecimal: by this a paper and a file are known to be the same."""
        return hashlib.sha256(self.signed.encode()).hexdigest()

    def __repr__(self) -> str:
        return "Receipt(***)"


class ConsentReceipts:
    """Receipts for the citizen who is logged in."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def receipt(self, citizen: Person, grant_id: GrantId, *, site: str, at_ms: int | None = None) -> Receipt:
        """The receipt of one grant as it stands, or stood at `at_ms` if nothing happened to it since.

        `site`: where this service is reached.

        Raises:
            NotFound: no such grant of this citizen; a court's decision, which is no consent; or another moment.
            SealBroken: the log does not tell how the grant came to what it is.
        """
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            mailbox = await self._gate.unlock(tx, citizen)
            grant = await tx.grants.get(citizen.mailbox_id, grant_id)
            if grant is None:
                raise NotFound
            terms = terms_of(grant, self._sealer)
            since_ms = max(grant.changed_ms, terms.agreed_ms or 0)
            if terms.basis is Basis.COURT or not (at_ms is None or since_ms <= at_ms <= now_ms):
                raise NotFound
            history = await _history(tx, mailbox, grant_id, terms.version)
        told = _Telling(citizen=citizen, principal=mailbox.signing_key_id(), site=site.rstrip("/"))
        issued_ms = now_ms if at_ms is None else at_ms
        record = told.record(citizen_view(mailbox, grant, terms), history, issued_ms)
        _check_told(record, terms)
        return Receipt(record=record, signed=mailbox.sign(_bytes(record), typ=RECEIPT))


async def _history(tx: Transaction, mailbox: OpenMailbox, grant_id: GrantId, version: int) -> list[OpenedEntry]:
    """What made the grant what it is, oldest first: one entry of the log a version, and confirmations."""
    found: list[OpenedEntry] = []
    below: int | None = None
    while _versions(found) < version:
        rows = await tx.log.page(MailboxId(mailbox.mailbox_id), before_seq=below, limit=_PIECE)
        if not rows:
            raise SealBroken
        found += await asyncio.to_thread(_of_grant, mailbox, rows, grant_id)
        below = rows[-1].seq
    if _versions(found) != version:
        raise SealBroken
    return found[::-1]


def _versions(entries: Sequence[OpenedEntry]) -> int:
    return sum(entry.look.act is not Act.CONFIRMED for entry in entries)


def _of_grant(mailbox: OpenMailbox, rows: Sequence[SealedLogEntry], grant_id: GrantId) -> list[OpenedEntry]:
    """The entries that changed this grant. One with a broken seal is missed where versions are counted."""
    found: list[OpenedEntry] = []
    for row in rows:
        with contextlib.suppress(SealBroken):
            entry = open_entry(mailbox, row)
            if entry.look.grant_id == grant_id and entry.look.act in _ACTS:
                found.append(entry)
    return found


@dataclass(kw_only=True, slots=True)
class _Telling:
    """Makes a record out of the log, and meets its parties on the way."""

    citizen: Person
    principal: str
    site: str
    parties: dict[tuple[PartyRole, str], Party] = field(default_factory=dict)

    def record(self, grant: GrantView, history: Sequence[OpenedEntry], issued_ms: int) -> ConsentRecord:
        """Raises SealBroken when it cannot have gone like this."""
        self._meet(PartyRole.CITIZEN, _CITIZEN, self.citizen.name)
        self._meet(PartyRole.SERVICE, _SERVICE, "Mijnoverzicht")
        names = [helper.name for helper in grant.helpers] or [grant.note]
        try:
            return ConsentRecord(
                record_id=id_text(grant.grant_id),
                issued_ms=issued_ms,
                principal=self.principal,
                site=self.site,
                notice=str(history[0].look.details.get("notice")),
                events=tuple(map(self._event, history)),
                recipients=tuple(dict.fromkeys(self._helper(name) for name in names)),
                parties=tuple(self.parties.values()),
            )
        except InvalidRecord:
            raise SealBroken from None

    def _event(self, entry: OpenedEntry) -> RecordEvent:
        look, happened = entry.look, Happened(entry.look.act.value)
        scope = look.details["scope"] if happened in TELLING else None
        about = look.details.get("helper") if happened in {Happened.JOINED, Happened.LEFT} else None
        return RecordEvent(
            at_ms=entry.at_ms,
            happened=happened,
            by=self._actor(look.role, look.actor),
            scope=None if scope is None else Scope.from_json(scope),
            about=None if about is None else self._helper(about),
        )

    def _actor(self, role: Role, name: str) -> str:
        match role:
            case Role.CITIZEN:
                return _CITIZEN
            case Role.SERVICE:
                return _SERVICE
            case Role.DESK:
                return self._one_of(PartyRole.DESK, "balie", name)
            case Role.HELPER:
                return self._helper(name)

    def _helper(self, name: str) -> str:
        return self._one_of(PartyRole.HELPER, "helper", name)

    def _one_of(self, role: PartyRole, word: str, name: str) -> str:
        """The id of someone of a role that more than one may have."""
        known = sum(met is role for met, _ in self.parties)
        return self._meet(role, f"{word}-{known + 1}", name)

    def _meet(self, role: PartyRole, party_id: str, name: str) -> str:
        """The id of someone in the record; who was met before keeps theirs."""
        shown = _UNSEEN.sub("", name)[:_NAME_LENGTH] or "?"
        return self.parties.setdefault((role, shown), Party(party_id=party_id, name=shown, role=role)).party_id


def _check_told(record: ConsentRecord, terms: Terms) -> None:
    """The log and the grant say the same, or there is no receipt."""
    agreed = [event.at_ms for event in record.events if event.happened in RENEWING]
    told = (record.states()[-1], record.scope, agreed[-1] if agreed else None)
    if told != (terms.state, terms.scope, terms.agreed_ms):
        raise SealBroken


def _bytes(record: ConsentRecord) -> bytes:
    return json.dumps(record_to_json(record), ensure_ascii=False, separators=(",", ":")).encode()
