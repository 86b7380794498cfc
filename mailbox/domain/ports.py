"""What the services need from the outside. `bootstrap` chooses who provides it.

Store methods raise nothing of their own for absent rows: they return None or leave them out.
Every query on something that grows with mail names the mailbox.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from mailbox.domain.agencies import AgencyRecord
from mailbox.domain.alerts import Delivery, Message, Way
from mailbox.domain.apps import AppRecord, SealedAppAccess, SealedAppToken
from mailbox.domain.identifiers import AppId, DraftId, GrantId, LetterId, MailboxId, Oin
from mailbox.domain.keys import PublicKey
from mailbox.domain.sealed import (
    AccessRequest,
    ContactCheck,
    Cursor,
    Ending,
    GrantNotice,
    GrantRecord,
    GrantUse,
    HeldGrant,
    Invitation,
    LadderStep,
    MailboxDirectory,
    MailboxKeys,
    MailboxRecord,
    SealedAlert,
    SealedContact,
    SealedDraft,
    SealedKey,
    SealedLetter,
    SealedLogEntry,
    SealedSummary,
    SealedText,
    SessionRecord,
    Submission,
)


class Clock(Protocol):
    """Now, as UTC milliseconds."""

    def now_ms(self) -> int: ...


class Mailboxes(Protocol):
    async def with_tags(self, tags: Sequence[bytes]) -> Mapping[bytes, MailboxDirectory]:
        """The mailboxes with these subject tags, with their newest epoch and their live grants."""
        ...

    async def directory_of(self, mailbox_id: MailboxId) -> MailboxDirectory | None: ...

    async def directories_of(self, mailbox_ids: Collection[MailboxId]) -> Mapping[MailboxId, MailboxDirectory]: ...

    async def keys_of(self, mailbox_id: MailboxId) -> MailboxKeys | None: ...

    async def add(self, records: Sequence[MailboxRecord]) -> None:
        """Adds mailboxes; one whose subject tag is already there is left out without error."""
        ...

    async def money_notes(self, mailbox_id: MailboxId, kinds: Collection[str]) -> Mapping[str, bytes]:
        """What the citizen keeps about money, of these kinds as far as they are there."""
        ...

    async def keep_money_notes(self, mailbox_id: MailboxId, notes: Mapping[str, bytes]) -> None:
        """By kind, each in place of the one that was there."""
        ...

    async def lock(self, mailbox_id: MailboxId) -> None:
        """Serialises writers on one mailbox until the transaction ends."""
        ...

    async def lock_all(self, mailbox_ids: Collection[MailboxId]) -> None:
        """As `lock`, for several, in an order that keeps those who do this from waiting for each other."""
        ...

    async def grant_generations(self, mailbox_ids: Sequence[MailboxId]) -> Mapping[MailboxId, int]:
        """Current generations; concurrent changes wait until the transaction ends."""
        ...

    async def sign_grants(self, mailbox_id: MailboxId, *, generation: int, mac: bytes) -> None:
        """Moves to this generation, in which the MAC proves which grants are live."""
        ...


class Letters(Protocol):
    async def submissions(self, letter_ids: Sequence[LetterId]) -> Mapping[LetterId, Submission]: ...

    async def add(self, letters: Sequence[SealedLetter]) -> None:
        """Adds letters with keys, attachment rows and submissions.

        Raises:
            AlreadyStored: another transaction stored one of them first; nothing is added.
        """
        ...

    async def page(  # noqa: PLR0913 - a page is asked for in this many ways
        self,
        mailbox_id: MailboxId,
        recipient_id: bytes,
        *,
        visible_at_ms: int,
        before: Cursor | None,
        limit: int,
        archived: bool | None = None,
    ) -> Sequence[SealedSummary]:
        """Newest first (publish_ms, letter_id descending): what is published and has a key for this recipient.

        `read_ms` and `archived_ms` are the citizen's marks, for them alone: for another recipient they are None.
        `archived`: only what the citizen put away, or only the rest.
        """
        ...

    async def get(
        self, mailbox_id: MailboxId, recipient_id: bytes, letter_id: LetterId, *, visible_at_ms: int
    ) -> SealedText | None: ...

    async def some(
        self, mailbox_id: MailboxId, recipient_id: bytes, letter_ids: Collection[LetterId], *, visible_at_ms: int
    ) -> Mapping[LetterId, SealedSummary]:
        """Those of these letters that are published and have a key for this recipient."""
        ...

    async def bodies(
        self, mailbox_id: MailboxId, recipient_id: bytes, letter_ids: Collection[LetterId], *, visible_at_ms: int
    ) -> Mapping[LetterId, bytes]:
        """The sealed text of those of these letters that are published and have a key for this recipient."""
        ...

    async def object_name(self, mailbox_id: MailboxId, letter_id: LetterId, number: int) -> str | None:
        """Where the ciphertext of attachment `number` (from 0) lies."""
        ...

    async def object_names(self, names: Sequence[str]) -> Sequence[str]:
        """Those of `names` that a stored letter refers to (for clearing up orphans)."""
        ...

    async def count(self, mailbox_id: MailboxId) -> int:
        """All letters of this mailbox, published or not."""
        ...

    async def ids(self, mailbox_id: MailboxId) -> Sequence[LetterId]:
        """All letters of this mailbox, published or not, in no order."""
        ...

    async def count_new(self, mailbox_id: MailboxId, *, visible_at_ms: int) -> int:
        """Published letters of this mailbox without a read mark."""
        ...

    async def mark_read(self, mailbox_id: MailboxId, letter_id: LetterId, *, at_ms: int) -> None:
        """Sets the citizen's read mark; the first one stays."""
        ...

    async def mark_unread(self, mailbox_id: MailboxId, letter_id: LetterId) -> None: ...

    async def archive(self, mailbox_id: MailboxId, letter_id: LetterId, *, at_ms: int) -> None:
        """The citizen puts it away; the first mark stays."""
        ...

    async def restore(self, mailbox_id: MailboxId, letter_id: LetterId) -> None: ...

    async def count_archived(self, mailbox_id: MailboxId) -> int: ...

    async def add_keys(self, mailbox_id: MailboxId, keys: Sequence[SealedKey]) -> None: ...

    async def replace_keys(self, mailbox_id: MailboxId, keys: Sequence[SealedKey]) -> None:
        """Replaces blobs of keys that are still there; a key deleted meanwhile stays deleted."""
        ...

    async def remove_keys(self, mailbox_id: MailboxId, recipient_id: bytes) -> None: ...


class Grants(Protocol):
    async def add(self, grant: GrantRecord) -> None: ...

    async def get(self, mailbox_id: MailboxId, grant_id: GrantId) -> GrantRecord | None: ...

    async def of_mailboxes(self, mailbox_ids: Collection[MailboxId]) -> Mapping[GrantId, GrantRecord]:
        """All grants of these citizens, ended ones included."""
        ...

    async def of_mailbox(self, mailbox_id: MailboxId) -> Sequence[GrantRecord]:
        """All grants of a citizen, newest first, ended ones included."""
        ...

    async def live(self, *, after: tuple[MailboxId, GrantId] | None, limit: int) -> Sequence[GrantRecord]:
        """Live grants of all mailboxes in key order, for the job that ends expired ones."""
        ...

    async def change(self, grant: GrantRecord) -> None:
        """Replaces state, scope_box, notes_box and changed_ms."""
        ...

    async def add_invitation(self, invitation: Invitation) -> None: ...

    async def invitation(self, locator_tag: bytes) -> Invitation | None: ...

    async def spend_attempt(self, locator_tag: bytes) -> None: ...

    async def remove_invitations(self, mailbox_id: MailboxId, grant_id: GrantId) -> None: ...

    async def hold(self, held: HeldGrant) -> None:
        """Adds it, or replaces the blob of one that is there; its note is gone then."""
        ...

    async def refile(self, holds: Sequence[tuple[HeldGrant, bytes]]) -> None:
        """Holds in another form, each with its new blob. Nothing happens to one that is not as it was."""
        ...

    async def keep_notes(self, holder_id: MailboxId, notes: Mapping[bytes, bytes]) -> None:
        """The helper's notes by ref. Nothing happens for a ref that is not held."""
        ...

    async def keep_marks(self, holder_id: MailboxId, ref: bytes, marks: bytes | None) -> None:
        """In place of those that are there. Nothing happens where a hold has no key any more."""
        ...

    async def forget_note(self, holder_id: MailboxId, ref: bytes) -> None: ...

    async def forget_names(self, *, now_ms: int) -> None:
        """Releases what holds no key and is told no more."""

    async def held_by(self, holder_id: MailboxId) -> Sequence[HeldGrant]: ...

    async def held(self, holder_id: MailboxId, ref: bytes) -> HeldGrant | None: ...

    async def release(self, holder_id: MailboxId, ref: bytes) -> None: ...

    async def release_all(self, refs: Collection[bytes]) -> None:
        """Whoever holds them."""
        ...

    async def star(self, holder_id: MailboxId, ref: bytes, *, favourite: bool) -> None: ...

    async def told(self, holder_id: MailboxId, ref: bytes, *, version: int) -> None:
        """The helper saw what changed up to and including this version; it never goes back."""
        ...

    async def call(self, holder_id: MailboxId, ref: bytes, *, at_ms: int) -> None:
        """The citizen wants the helper to look along."""
        ...

    async def answer(self, holder_id: MailboxId, ref: bytes) -> None:
        """The helper looked."""
        ...

    async def count_use(self, use: GrantUse) -> GrantUse:
        """Adds to what was counted in this hour; what the hour comes to."""
        ...

    async def count_uses(self, uses: Sequence[GrantUse]) -> None:
        """As `count_use`, for several."""
        ...

    async def use_of(self, mailbox_id: MailboxId, *, since_ms: int) -> Sequence[GrantUse]:
        """By grant, then by hour, of hours that began since then."""
        ...

    async def last_uses(self, mailbox_id: MailboxId) -> Mapping[GrantId, int]:
        """When each grant was last used, as UTC milliseconds; one that never was is left out."""
        ...

    async def notice(self, notice: GrantNotice) -> bool:
        """Keeps it, unless one of this kind was kept for this grant on this day; whether it was new."""
        ...

    async def unseen(self, mailbox_id: MailboxId) -> Sequence[GrantNotice]:
        """Newest first."""
        ...

    async def saw(self, mailbox_id: MailboxId, *, until_ms: int) -> None:
        """The citizen saw all notices up to and including this instant."""
        ...

    async def count_keys(self, mailbox_ids: Collection[MailboxId]) -> Mapping[GrantId, int]:
        """By grant of these mailboxes that receives keys: how many. One without keys is left out."""
        ...


class Drafts(Protocol):
    async def save(self, draft: SealedDraft) -> None:
        """Adds the draft, or replaces its answers."""
        ...

    async def get(self, mailbox_id: MailboxId, draft_id: DraftId) -> SealedDraft | None: ...

    async def proposed(self, mailbox_id: MailboxId) -> Sequence[SealedDraft]:
        """Those that apps put ready and that wait, the one that ends first before the others."""
        ...

    async def remove(self, mailbox_id: MailboxId, draft_id: DraftId) -> None: ...

    async def ask(self, request: AccessRequest) -> None: ...

    async def asked(self, locator_tag: bytes) -> AccessRequest | None: ...

    async def spend_attempt(self, locator_tag: bytes) -> None: ...

    async def use(self, locator_tag: bytes, mailbox_id: MailboxId) -> None:
        """From now on this person's alone."""
        ...

    async def reseal(self, locator_tag: bytes, box: bytes) -> None:
        """The question under this code says this from now on."""
        ...

    async def answered(self, locator_tag: bytes) -> None:
        """The request is gone."""
        ...

    async def withdraw(self, helper_id: MailboxId) -> None:
        """All requests of this person are gone."""
        ...

    async def forget(self, *, before_ms: int) -> None:
        """Drafts and requests that ended before this instant."""
        ...


class AccessLog(Protocol):
    async def head(self, mailbox_id: MailboxId) -> tuple[int, bytes] | None:
        """(seq, commit) of the newest entry."""
        ...

    async def heads(self, mailbox_ids: Collection[MailboxId]) -> Mapping[MailboxId, tuple[int, bytes]]:
        """As `head`, for several; a mailbox without entries is left out."""
        ...

    async def append(self, entry: SealedLogEntry) -> None: ...

    async def append_all(self, entries: Sequence[SealedLogEntry]) -> None: ...

    async def page(self, mailbox_id: MailboxId, *, before_seq: int | None, limit: int) -> Sequence[SealedLogEntry]:
        """Newest first."""
        ...


class Agencies(Protocol):
    async def get(self, oin: Oin) -> AgencyRecord | None: ...

    async def all(self) -> Sequence[AgencyRecord]:
        """By name."""
        ...

    async def add(self, agency: AgencyRecord) -> None:
        """Raises AlreadyStored when the OIN is known."""
        ...

    async def replace_keys(self, oin: Oin, keys: Sequence[PublicKey]) -> None: ...

    async def set_blocked(self, oin: Oin, *, blocked: bool) -> None: ...

    async def use_assertion(self, tag: bytes, *, expires_ms: int) -> bool:
        """Remembers the hash of a client assertion's (iss, jti). False when it was used before, in any process."""
        ...

    async def forget_assertions(self, *, before_ms: int) -> None: ...


class Sessions(Protocol):
    async def add(self, session: SessionRecord) -> None: ...

    async def get(self, tag: bytes) -> SessionRecord | None: ...

    async def touch(self, tag: bytes, *, at_ms: int) -> None: ...

    async def seen(self, mailbox_id: MailboxId, *, at_ms: int) -> None:
        """This person is here."""
        ...

    async def last_seen(self, mailbox_id: MailboxId) -> int | None:
        """When this person was last here; None: never."""
        ...

    async def reseal(self, tag: bytes, person_box: bytes) -> None:
        """Another box for a session that is there."""
        ...

    async def remove(self, tag: bytes) -> None: ...

    async def of(self, mailbox_id: MailboxId) -> Sequence[SessionRecord]:
        """All sessions of this person, the first that began first."""
        ...

    async def remove_one(self, mailbox_id: MailboxId, tag: bytes) -> None:
        """Removes a session of this person, if it is theirs."""
        ...

    async def remove_of(self, mailbox_id: MailboxId) -> None:
        """Removes all sessions of this person."""
        ...

    async def remove_before(self, *, created_ms: int, last_seen_ms: int) -> None:
        """Removes sessions made, or last seen, before these instants."""
        ...

    async def forget_attempts(self, *, before_ms: int) -> None:
        """Wrong codes from before this instant count for nobody any more."""
        ...

    async def count_attempts(self, mailbox_id: MailboxId, *, since_ms: int) -> int:
        """Wrong invitation codes entered by this person since then."""
        ...

    async def add_attempt(self, mailbox_id: MailboxId, *, at_ms: int) -> None: ...


class Apps(Protocol):
    async def get(self, app_id: AppId) -> AppRecord | None: ...

    async def all(self) -> Sequence[AppRecord]:
        """By name."""
        ...

    async def add(self, app: AppRecord) -> None: ...

    async def set_blocked(self, app_id: AppId, *, blocked: bool) -> None: ...

    async def allow(self, access: SealedAppAccess) -> None: ...

    async def access(self, access_id: bytes) -> SealedAppAccess | None: ...

    async def redeem(self, access_id: bytes, *, now_ms: int, until_ms: int) -> SealedAppAccess | None:
        """Marks the code as used, and lets the access last until then. None: it was used, it ended, or it is none.

        Of those who try at the same time, in any process, one is answered with the access.
        """
        ...

    async def withdraw(self, access_id: bytes) -> None:
        """The access is gone, with all its tokens."""
        ...

    async def withdraw_all(self, mailbox_id: MailboxId) -> None:
        """What this person let apps do is gone."""
        ...

    async def add_token(self, token: SealedAppToken) -> None: ...

    async def token(self, tag: bytes) -> SealedAppToken | None: ...

    async def remove_token(self, tag: bytes) -> None: ...

    async def forget(self, *, before_ms: int) -> None:
        """Accesses and tokens that ended before this instant."""
        ...


class Alerts(Protocol):
    """Where people are reached, and what they are to be told."""

    async def contact(self, mailbox_id: MailboxId) -> SealedContact | None: ...

    async def keep(self, kept: SealedContact) -> None:
        """Adds it, or replaces the one that is there. What waits may go out from now on."""
        ...

    async def wish(self, mailbox_id: MailboxId, wishes_box: bytes) -> None:
        """Other wishes for a contact that is there."""
        ...

    async def remember(self, mailbox_id: MailboxId, own_box: bytes) -> None:
        """What the citizen knows of a contact that is there. Messages go where they went."""
        ...

    async def remove(self, mailbox_id: MailboxId) -> None:
        """The contact is gone, and nothing is told of what waited."""
        ...

    async def ask(self, check: ContactCheck) -> None:
        """In place of one that was asked before."""
        ...

    async def asked(self, mailbox_id: MailboxId) -> ContactCheck | None: ...

    async def spend_attempt(self, mailbox_id: MailboxId) -> None: ...

    async def answered(self, mailbox_id: MailboxId) -> None:
        """The check is gone."""
        ...

    async def forget_checks(self, *, before_ms: int) -> None:
        """Checks that ended before this instant."""
        ...

    async def lock(self, mailbox_id: MailboxId) -> None:
        """Before what is planned is changed: the worker begins with the contact as well, so neither waits for ever."""
        ...

    async def lock_all(self, mailbox_ids: Collection[MailboxId]) -> None:
        """As `lock`, of several, in one order for everybody."""
        ...

    async def plan(self, alerts: Sequence[SealedAlert]) -> None:
        """To be told when they are due."""
        ...

    async def plan_once(self, one: SealedAlert) -> None:
        """As `plan`, of what has the same id each time: nothing when it was planned before, or told."""
        ...

    async def is_planned(self, mailbox_id: MailboxId, alert_id: bytes) -> bool:
        """Whether it waits, or was told."""
        ...

    async def hurry(self, mailbox_id: MailboxId) -> None:
        """What is due goes out now, also soon after another message."""
        ...

    async def mute(self, mailbox_id: MailboxId, letter_ids: Sequence[LetterId], *, muted: bool) -> None:
        """Nobody is reminded to pay by these letters while this is so."""
        ...

    async def postpone(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes], *, due_ms: int) -> None:
        """These are due at another time."""
        ...

    async def take(self, *, now_ms: int, until_ms: int, lease: bytes, limit: int) -> Sequence[SealedContact]:
        """Contacts who have something to be told now, for this worker alone until then; the longest due first."""
        ...

    async def due(self, mailbox_id: MailboxId, *, now_ms: int) -> Sequence[SealedAlert]:
        """What was not told yet and is due, the oldest first."""
        ...

    async def bundle(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes], bundle: bytes | None) -> None:
        """These go out in one message; None: they are free to go with others again."""
        ...

    async def sending(self, mailbox_id: MailboxId, key: bytes) -> None:
        """A message with this key is about to leave for the contact's address, and may come back later."""
        ...

    async def came_back(self, key: bytes, *, at_ms: int) -> bool:
        """The contact that this message was the last for is refused, and what it told as well.

        False: of no contact, or not to this address.
        """
        ...

    async def told(self, alert: SealedAlert, *, at_ms: int, box: bytes) -> None:
        """It was told; from now on it says so to the citizen."""
        ...

    async def not_told(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes]) -> None:
        """There is nothing to tell any more. Of new post it stays known that it was to be told."""
        ...

    async def refused(self, mailbox_id: MailboxId, alert_ids: Sequence[bytes], *, at_ms: int) -> None:
        """The address refused these. What it refused before stays refused since then."""
        ...

    async def release(self, contact: SealedContact, *, lease: bytes, rest_until_ms: int) -> bool:
        """Keeps `refused_ms` and `tries`; next time not before then, unless something came meanwhile that hurries.

        False: another worker took over, nothing happens.

        The first statement of a transaction that says what became of a message.
        """
        ...

    async def schedule(self, mailbox_id: MailboxId, *, after_ms: int = -1) -> None:
        """The contact is taken again when the first thing that waits is due, of what is due after `after_ms`."""
        ...

    async def of_letter(self, mailbox_id: MailboxId, letter_id: LetterId) -> Sequence[SealedAlert]:
        """What was told of this letter, and what was or is to be told; in the order of when that was or is due."""
        ...


class Channel(Protocol):
    """A way to people. An adapter says what became of a message and raises nothing of its own."""

    @property
    def ways(self) -> frozenset[Way]:
        """What it can send. Of another way it refuses the address."""
        ...

    async def send(self, message: Message) -> Delivery: ...


class Ladders(Protocol):
    """What is to happen when somebody does not look at their post, and what waits for that."""

    async def get(self, mailbox_id: MailboxId) -> bytes | None:
        """As the citizen chose it; opens for the operator."""
        ...

    async def keep(self, mailbox_id: MailboxId, box: bytes) -> None: ...

    async def remove(self, mailbox_id: MailboxId) -> None:
        """Nothing of what could be chosen happens any more. What happened stays known."""
        ...

    async def plan(self, steps: Sequence[LadderStep]) -> None: ...

    async def replan(self, mailbox_id: MailboxId, letter_ids: Sequence[LetterId], steps: Sequence[LadderStep]) -> None:
        """These wait, in place of what did for these letters and could be chosen; not what happened before."""
        ...

    async def mute(self, mailbox_id: MailboxId, letter_ids: Sequence[LetterId], *, muted: bool) -> None:
        """Nobody hears that these are to be paid while this is so."""
        ...

    async def due(self, *, now_ms: int, limit: int, after: LadderStep | None = None) -> Sequence[LadderStep]:
        """What waited until now, the longest first. `after`: only what comes after this one."""
        ...

    async def get_step(self, mailbox_id: MailboxId, step_id: bytes, *, now_ms: int) -> LadderStep | None:
        """A step that waits, with whether it was ended by now."""
        ...

    async def take(self, step: LadderStep, *, at_ms: int) -> None:
        """It happened."""
        ...

    async def skip(self, step: LadderStep) -> None:
        """It needs not happen."""
        ...

    async def skip_read(self, *, now_ms: int, limit: int) -> int:
        """Ends what waited until now for letters that were opened: so many at most, and how many it were."""
        ...

    async def taken(self, mailbox_id: MailboxId, letter_id: LetterId, *, now_ms: int) -> Sequence[LadderStep]:
        """What happened about this letter, the oldest first."""
        ...


class Endings(Protocol):
    """What nobody hears of any more. Plans that are due say whether that is about them."""

    async def add(self, endings: Sequence[Ending]) -> None: ...


class MessageCounts(Protocol):
    """Of messages that somebody has sent to an address: each costs money, and may reach who did not ask for it."""

    async def add(self, tag: bytes, *, day: int) -> int:
        """One more under this tag of this day (since 1970, UTC). How many there are now."""
        ...

    async def forget(self, *, before_day: int) -> None: ...


class Transaction(Protocol):
    """One transaction over all nouns. Within `Store.read` nothing can be written."""

    @property
    def mailboxes(self) -> Mailboxes: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def grants(self) -> Grants: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def log(self) -> AccessLog: ...
    @property
    def agencies(self) -> Agencies: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def apps(self) -> Apps: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def ladders(self) -> Ladders: ...
    @property
    def endings(self) -> Endings: ...
    @property
    def message_counts(self) -> MessageCounts: ...


class Store(Protocol):
    """`async with store.write() as tx:` commits at the end, rolls back on an exception."""

    def read(self) -> AbstractAsyncContextManager[Transaction]: ...

    def write(self) -> AbstractAsyncContextManager[Transaction]: ...

    async def ping(self) -> None:
        """Raises TemporarilyUnavailable when the database does not answer or has another schema version."""
        ...


class ObjectStore(Protocol):
    """Keeps ciphertext of attachments. Names are made by `crypto` and say nothing."""

    async def put(self, name: str, content: bytes) -> None:
        """Returns when the object is durable (content, name and folder synced)."""
        ...

    async def get(self, name: str) -> bytes | None: ...

    async def remove(self, name: str) -> None: ...

    async def names_before(self, before_ms: int) -> Sequence[str]:
        """Objects last written before this instant, for clearing up orphans."""
        ...
