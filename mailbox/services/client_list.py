"""The people a helper helps, with how their post stands: dates that passed, and the date that is first.

Only what a grant covers is counted. Showing a row is a look, and so is searching or ordering by date, for who is on
another page as well: it is in the citizen's log before anything is shown, once a day for each process. What a person's
letters come down to is kept, sealed for the helper, while the letters stay the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.services.access import Gate
from mailbox.services.client_digests import ClientDigests
from mailbox.services.client_holds import ClientHolds, HeldClient
from mailbox.services.client_looks import ClientLooks
from mailbox.services.client_rows import BY_DATE, PER_PAGE, ClientOrder, ClientPage, ClientQuery, fits, place
from mailbox.services.grant_terms import KnownTerms
from mailbox.services.holds import Holds
from mailbox.services.settled import settled


class ClientList:
    """The helper's own list."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        gate = Gate(sealer=sealer, keyholder=keyholder, terms=KnownTerms(sealer).of)
        self._store = store
        self._refs = Holds(sealer)
        self._holds = ClientHolds(store=store, sealer=sealer, gate=gate, clock=clock)
        self._digests = ClientDigests(store=store, sealer=sealer, gate=gate, clock=clock)
        self._looks = ClientLooks(store=store, sealer=sealer, clock=clock, holds=self._holds)

    @settled
    async def page(self, helper: Person, query: ClientQuery) -> ClientPage:
        """A page of people. Every look at somebody's figures was logged before this returns."""
        everybody = await self._holds.people(helper, await self._holds.held_by(helper))
        words = query.search.casefold().split()
        people = [one for one in everybody if all(word in one.row.name.casefold() for word in words)]
        examined, found = await self._found(helper, people, query)
        pages = max(1, -(-len(found) // PER_PAGE))
        page = min(max(1, query.page), pages)
        shown = await self._digests.with_post(helper, found[(page - 1) * PER_PAGE : page * PER_PAGE])
        rows = await self._looks.seen(helper, shown, examined)
        return ClientPage(rows=tuple(rows), page=page, pages=pages, found=len(found), total=len(everybody))

    async def _found(
        self, helper: Person, people: Sequence[HeldClient], query: ClientQuery
    ) -> tuple[Sequence[HeldClient], list[HeldClient]]:
        """Whose letters decided what is on the page, and who fits, in order. Nobody's are opened for nothing."""
        examined: Sequence[HeldClient] = ()
        if query.filter in BY_DATE:
            people = examined = await self._digests.with_post(helper, people)
        fitting = [one for one in people if fits(one.row, query.filter)]
        if query.order is ClientOrder.FIRST_DATE:
            fitting = await self._digests.with_post(helper, fitting)
            examined = examined or fitting
        return examined, sorted(fitting, key=lambda one: place(one.row, query.order))

    async def star(self, helper: Person, grant_id: GrantId, *, favourite: bool) -> None:
        """The helper's own mark. Raises NotFound when no such grant is in their list."""
        holds = [hold for hold in await self._holds.held_by(helper) if hold[1].grant_id == grant_id]
        if not await self._holds.people(helper, holds):
            raise NotFound
        ref = self._refs.ref(grant_id, helper.mailbox_id)
        async with self._store.write() as tx:
            await tx.grants.star(helper.mailbox_id, ref, favourite=favourite)
