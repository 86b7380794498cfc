"""The register of sending bodies, and the client assertions they used."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row, Text, bindparam, delete, insert, select, update

from mailbox.domain.agencies import AgencyRecord
from mailbox.domain.identifiers import Oin
from mailbox.domain.keys import PublicKey
from mailbox.store.statements import Statements
from mailbox.store.tables import agency, agency_key, used_assertion

_OIN: Final = bindparam("oin", type_=Text)
_WITH_KEYS: Final = (
    select(agency, agency_key.c.kid, agency_key.c.jwk)
    .join_from(agency, agency_key, agency_key.c.oin == agency.c.oin, isouter=True)
    .order_by(agency.c.oin, agency_key.c.position)
)
_ADD: Final = insert(agency)
_ADD_KEY: Final = insert(agency_key)
_GET: Final = _WITH_KEYS.where(agency.c.oin == _OIN)
_REMOVE_KEYS: Final = delete(agency_key).where(agency_key.c.oin == _OIN)
_BLOCK: Final = update(agency).where(agency.c.oin == bindparam("of_oin")).values(blocked=bindparam("now_blocked"))
_FORGET: Final = delete(used_assertion).where(used_assertion.c.expires_ms < bindparam("before_ms"))


class AgencyRows:
    """Implements `ports.Agencies`."""

    def __init__(self, statements: Statements) -> None:
        self._sql = statements

    async def get(self, oin: Oin) -> AgencyRecord | None:
        found = _records(await self._sql.rows(_GET, {"oin": oin.value}))
        return found[0] if found else None

    async def all(self) -> Sequence[AgencyRecord]:
        """Sorted here: the engines do not agree on how letters sort."""
        found = _records(await self._sql.rows(_WITH_KEYS))
        return sorted(found, key=lambda record: (record.name.casefold(), record.oin.value))

    async def add(self, agency: AgencyRecord) -> None:
        await self._sql.run(_ADD, {"oin": agency.oin.value, "name": agency.name, "blocked": agency.blocked})
        await self._add_keys(agency.oin, agency.keys)

    async def replace_keys(self, oin: Oin, keys: Sequence[PublicKey]) -> None:
        await self._sql.run(_REMOVE_KEYS, {"oin": oin.value})
        await self._add_keys(oin, keys)

    async def set_blocked(self, oin: Oin, *, blocked: bool) -> None:
        await self._sql.run(_BLOCK, {"of_oin": oin.value, "now_blocked": blocked})

    async def use_assertion(self, tag: bytes, *, expires_ms: int) -> bool:
        added = self._sql.insert(used_assertion).on_conflict_do_nothing().returning(used_assertion.c.tag)
        return await self._sql.row(added, {"tag": tag, "expires_ms": expires_ms}) is not None

    async def forget_assertions(self, *, before_ms: int) -> None:
        """Those that expired before this instant."""
        await self._sql.run(_FORGET, {"before_ms": before_ms})

    async def _add_keys(self, oin: Oin, keys: Iterable[PublicKey]) -> None:
        await self._sql.run(
            _ADD_KEY,
            [
                {"oin": oin.value, "kid": key.kid, "position": position, "jwk": json.dumps(dict(key.jwk))}
                for position, key in enumerate(keys)
            ],
        )


def _records(rows: Sequence[Row[Any]]) -> list[AgencyRecord]:
    """Rows of `_WITH_KEYS` (an agency per key, in order) as records."""
    keys: dict[str, list[PublicKey]] = {}
    agencies: dict[str, Row[Any]] = {}
    for row in rows:
        agencies[row.oin] = row
        found = keys.setdefault(row.oin, [])
        if row.kid is not None:
            found.append(PublicKey(kid=row.kid, jwk=json.loads(row.jwk)))
    return [
        AgencyRecord(oin=Oin(oin), name=row.name, blocked=row.blocked, keys=tuple(keys[oin]))
        for oin, row in agencies.items()
    ]
