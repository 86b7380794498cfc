"""One grant, as its helper sees it: whose post it opens, what it covers, and what it rests on. No post is in it."""

from __future__ import annotations

from dataclasses import dataclass

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.services.access import Gate
from mailbox.services.grant_views import GrantView, helper_view


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientGrant:
    """Someone whose post a helper may see now. `name`: of that person."""

    name: str
    grant: GrantView


class ClientGrants:
    """What a helper is told of the grants they hold."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._clock = clock

    async def show(self, helper: Person, grant_id: GrantId) -> ClientGrant:
        """Raises NotFound: no such grant, not this helper's, or one that does not stand now."""
        async with self._store.read() as tx:
            access = await self._gate.open(tx, helper, grant_id, self._clock.now_ms())
        assert access.passage is not None  # noqa: S101 - it went through a grant
        return ClientGrant(name=access.owner, grant=helper_view(access.passage.record, access.passage.terms))
