"""One grant, as its helper sees it: whose post it opens, what it covers, and what changed. No post is in it."""

from __future__ import annotations

from dataclasses import dataclass

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import HeldGrant
from mailbox.services.access import Gate
from mailbox.services.grant_terms import may_give_back
from mailbox.services.grant_views import GrantView, helper_view
from mailbox.services.holds import Holds
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy, reasons_for, stated
from mailbox.services.scope_news import ScopeNews, scope_news
from mailbox.services.sessions import Sessions


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientGrant:
    """Someone whose post a helper may see now. `name`: of that person. `news`: what the helper has not seen yet.

    `alone`: no colleague helps them too.
    `reasons`: codes to choose from, where one must say why before one sees the post; empty where nobody asks.
    """

    name: str
    grant: GrantView
    news: ScopeNews | None
    alone: bool
    may_give_back: bool
    reasons: tuple[str, ...]


class ClientGrants:
    """What a helper is told of the grants they hold."""

    def __init__(  # noqa: PLR0913 - wiring by constructor
        self,
        *,
        store: Store,
        sealer: Sealer,
        keyholder: Keyholder,
        clock: Clock,
        sessions: Sessions,
        reasons: ReasonPolicy = NOBODY_ASKS,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._reasons = reasons
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._holds = Holds(sealer)
        self._clock = clock

    async def show(self, helper: Person, grant_id: GrantId) -> ClientGrant:
        """Raises NotFound: no such grant, not this helper's, or one that does not stand now."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            access = await self._gate.open(tx, helper, grant_id, now_ms)
            held = await self._held(tx, helper, grant_id)
        assert access.passage is not None  # noqa: S101 - it went through a grant
        terms = access.passage.terms
        asked = self._reasons.asks(helper.organisation, terms.organisation)
        return ClientGrant(
            name=access.owner,
            grant=helper_view(access.passage.record, terms),
            news=scope_news(terms, told_version=held.told_version, now_ms=now_ms),
            alone=len(terms.helpers) == 1,
            may_give_back=may_give_back(terms),
            reasons=reasons_for(terms.scope.purpose) if asked else (),
        )

    async def state_reason(self, helper: Person, token: str, grant_id: GrantId, *, code: str, note: str) -> None:
        """Says why the helper opens this person's post, for this session (its `token`). Kept only where that is asked.

        Raises:
            NotFound: as `show`, or a session that ended.
            ReasonRefused, NoteRefused: as `stated`.
        """
        client = await self.show(helper, grant_id)
        if not client.reasons:
            return
        reason = stated(client.grant.scope.purpose, code, note.strip(), self._clock.now_ms())
        await self._sessions.keep_reason(token, helper, grant_id, reason)

    async def saw_news(self, helper: Person, grant_id: GrantId, version: int) -> None:
        """The helper saw what changed, up to and including this version. Raises NotFound as `show`."""
        async with self._store.write() as tx:
            access = await self._gate.open(tx, helper, grant_id, self._clock.now_ms())
            assert access.passage is not None  # noqa: S101 - it went through a grant
            seen = min(version, access.passage.terms.version)
            await tx.grants.told(helper.mailbox_id, self._holds.ref(grant_id, helper.mailbox_id), version=seen)

    async def _held(self, tx: Transaction, helper: Person, grant_id: GrantId) -> HeldGrant:
        held = await tx.grants.held(helper.mailbox_id, self._holds.ref(grant_id, helper.mailbox_id))
        if held is None:
            raise NotFound
        return held
