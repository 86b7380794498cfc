"""How much is looked at through a grant: counts by the hour, and no letters. What is unusual is told to the citizen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import GrantNotice, GrantRecord, GrantUse
from mailbox.domain.unusual import Unusual, day_of_notice, night_began_ms, unusual
from mailbox.services.log_entries import SERVICE, Act, Look, Role, write_entry

HOUR_MS: Final = 3_600_000
_OLD: Final = timedelta(days=365)


class GrantUses:
    """Counts what is opened through grants.

    A letter counts once an hour, however often one goes back to it and to its attachments. That is remembered in this
    process: where there are more, a letter may count more often, and never less.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._hour_ms = 0
        self._opened: set[tuple[GrantId, LetterId]] = set()

    async def count(
        self, tx: Transaction, grant: GrantRecord, helper: Person, shown: Mapping[LetterId, date], now_ms: int
    ) -> list[Unusual]:
        """Counts a look, and tells the citizen what is unusual. The caller holds the lock on the mailbox.

        `shown`: the letters of which the text or an attachment is shown, each with its date. Returns what was not
        noticed before on this day: an alert, for who wants one, goes out on this.
        """
        new = [dated for letter_id, dated in shown.items() if self._is_new(grant.grant_id, letter_id, now_ms)]
        hour = await tx.grants.count_use(use_now(grant.mailbox_id, grant.grant_id, new, now_ms))
        return await self._notice(tx, hour, helper) if new else []

    def committed(self, grant_id: GrantId, shown: Iterable[LetterId], now_ms: int) -> None:
        """These were counted for good."""
        if self._hour_ms != _hour(now_ms):
            self._hour_ms, self._opened = _hour(now_ms), set()
        self._opened |= {(grant_id, letter_id) for letter_id in shown}

    def _is_new(self, grant_id: GrantId, letter_id: LetterId, now_ms: int) -> bool:
        return self._hour_ms != _hour(now_ms) or (grant_id, letter_id) not in self._opened

    async def _notice(self, tx: Transaction, hour: GrantUse, helper: Person) -> list[Unusual]:
        """Once a kind a day: in the log, and kept until the citizen saw it."""
        hours = await _hours(tx, hour)
        found = [kind for kind in unusual(hours, hour.last_ms) if await tx.grants.notice(_notice_of(hour, kind))]
        if found:
            look = Look(
                actor=SERVICE,
                role=Role.SERVICE,
                act=Act.NOTICED,
                grant_id=hour.grant_id,
                details={"reasons": [kind.value for kind in found], "helper": helper.label},
            )
            own, at_ms = hour.mailbox_id, hour.last_ms
            await write_entry(tx, look, mailbox_id=own, reader=None, sealer=self._sealer, at_ms=at_ms)
        return found


def use_now(mailbox_id: MailboxId, grant_id: GrantId, opened: Iterable[date], now_ms: int) -> GrantUse:
    """What one look adds to its hour. `opened`: the dates of the letters that count."""
    dates = list(opened)
    year_ago = datetime.fromtimestamp(now_ms / 1000, UTC).date() - _OLD
    return GrantUse(
        mailbox_id=mailbox_id,
        grant_id=grant_id,
        hour_ms=_hour(now_ms),
        last_ms=now_ms,
        letters=len(dates),
        old_letters=sum(dated < year_ago for dated in dates),
    )


async def _hours(tx: Transaction, hour: GrantUse) -> list[GrantUse]:
    """What `unusual` looks at. By day this hour is enough, and the database is not asked."""
    tonight = night_began_ms(hour.last_ms)
    if tonight is None:
        return [hour]
    return [use for use in await tx.grants.use_of(hour.mailbox_id, since_ms=tonight) if use.grant_id == hour.grant_id]


def _notice_of(hour: GrantUse, kind: Unusual) -> GrantNotice:
    return GrantNotice(
        mailbox_id=hour.mailbox_id,
        grant_id=hour.grant_id,
        day=day_of_notice(hour.last_ms),
        kind=kind.value,
        at_ms=hour.last_ms,
    )


def _hour(now_ms: int) -> int:
    return now_ms - now_ms % HOUR_MS
