"""What the store holds: sealed things, as rows. Nothing here can be read without a key.

Byte layouts: `mailbox/crypto/SPEC.md`. Instants are UTC milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consent import State
from mailbox.domain.identifiers import DraftId, GrantId, LetterId, MailboxId


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyslot:
    """The person's 32-byte root key (CRK), wrapped by version `kek_version` of the KEK."""

    kind: str
    kek_version: int
    blob: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxEpoch:
    """One key pair of a mailbox: public half in the clear with its directory MAC, seed wrapped under the CRK."""

    epoch: int
    public: bytes
    directory_mac: bytes
    seed_wrap: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxRecord:
    """A mailbox as it is made, latent or not."""

    mailbox_id: MailboxId
    subject_tag: bytes
    subject_box: bytes
    keyslot: Keyslot
    epoch: MailboxEpoch
    created_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxKeys:
    """What a keyholder needs to unlock a mailbox. `epochs` newest first."""

    mailbox_id: MailboxId
    keyslot: Keyslot
    epochs: tuple[MailboxEpoch, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRecord:
    """A grant as stored.

    `scope_box` opens for the operator (the door must know what to seal); `notes_box` only for the citizen
    (names). The authoritative state, scope, end and helper are inside `scope_box`; `state` is for finding rows.
    """

    mailbox_id: MailboxId
    grant_id: GrantId
    state: State
    public: bytes
    directory_mac: bytes
    scope_box: bytes
    notes_box: bytes
    created_ms: int
    changed_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxDirectory:
    """What the door needs to seal a letter. `grant_generation` moves with every change of grants, and of the wishes.

    `grants` are the live ones; `grants_mac` proves which they are in this generation, None before the first.
    `subject_box` says whose mailbox it is, to who can open it: a row that leads here may have been moved.
    `wishes_box`: what the citizen wants messages of, for the operator; None without an address. `ladder_box`: what
    is to happen when they do not look, for the operator.
    """

    mailbox_id: MailboxId
    subject_box: bytes
    epoch: int
    public: bytes
    directory_mac: bytes
    grant_generation: int
    grants: tuple[GrantRecord, ...]
    grants_mac: bytes | None
    wishes_box: bytes | None = None
    ladder_box: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """An open offer, found by the first half of its code. `secret_box` opens with operator key and code together."""

    locator_tag: bytes
    mailbox_id: MailboxId
    grant_id: GrantId
    secret_box: bytes
    expires_ms: int
    attempts_left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldGrant:
    """A helper's hold on a grant. `ref` is a keyed hash, so that a stolen table does not say who helps whom.

    `favourite`: the helper's own star. `told_version`: up to which the helper saw what changed of the grant.
    `note`: the helper's own, of what the letters come down to; it opens for them alone. `marks`: theirs as well, on
    letters. `name_until_ms`: no key, only
    whose post it was, until then; None for a key. `called_ms`: since when the citizen wants them to look along.
    """

    holder_id: MailboxId
    ref: bytes
    blob: bytes
    favourite: bool = False
    told_version: int = 0
    note: bytes | None = None
    marks: bytes | None = None
    name_until_ms: int | None = None
    called_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantUse:
    """What was looked at through a grant in one hour (`hour_ms` is its beginning). Counts, and no letters.

    `letters`: opened; `old_letters`: those dated over a year before.
    """

    mailbox_id: MailboxId
    grant_id: GrantId
    hour_ms: int
    last_ms: int
    letters: int = 0
    old_letters: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantNotice:
    """Something unusual in how a grant was used (`kind`), told to the citizen. One a kind a day."""

    mailbox_id: MailboxId
    grant_id: GrantId
    day: date
    kind: str
    at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedDraft:
    """Answers that a citizen has not given yet. `box` opens for the citizen.

    `proposed`: an app put it ready, and it waits for the citizen.
    """

    mailbox_id: MailboxId
    draft_id: DraftId
    box: bytes
    until_ms: int
    proposed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRequest:
    """A helper's question for access, found by the first half of its code. `box` opens with operator key and code.

    `used_by`: who is using the code, when that takes more than one step.
    """

    locator_tag: bytes
    helper_id: MailboxId
    box: bytes
    expires_ms: int
    attempts_left: int
    used_by: MailboxId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedKey:
    """A letter's key for one recipient: the mailbox itself (`recipient_id` = mailbox id) or a grant."""

    letter_id: LetterId
    recipient_id: bytes
    blob: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedAttachment:
    """Ciphertext of one attachment. `object_name` is where the object store keeps it."""

    number: int
    object_name: str
    box: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedLetter:
    """A letter as it is stored, with its keys and the sender's proof of submission.

    `remarks_box`, for the service itself: what the sender is told of the letter's dates, if anything. `alerts`: what
    to tell the citizen; `steps`: what happens if they do not look; `endings`: what nobody hears of any more by it.
    `bill_tag`: of a bill with a payment reference, as of its `BillMark`.
    """

    mailbox_id: MailboxId
    letter_id: LetterId
    grant_generation: int
    received_ms: int
    publish_ms: int
    meta_box: bytes
    body_box: bytes
    attachments: tuple[SealedAttachment, ...]
    keys: tuple[SealedKey, ...]
    owner_tag: bytes
    content_tag: bytes
    remarks_box: bytes | None = None
    alerts: tuple[SealedAlert, ...] = ()
    steps: tuple[LadderStep, ...] = ()
    endings: tuple[Ending, ...] = ()
    bill_tag: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """What a sender may know of a letter. `owner_tag` and `content_tag` are keyed hashes; see `SealedLetter`."""

    letter_id: LetterId
    mailbox_id: MailboxId
    owner_tag: bytes
    content_tag: bytes
    received_ms: int
    publish_ms: int
    remarks_box: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedSummary:
    """A row of a timeline: the metadata box and this reader's key to it."""

    letter_id: LetterId
    publish_ms: int
    received_ms: int
    meta_box: bytes
    key: bytes
    read_ms: int | None
    archived_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedText:
    """One letter for one reader: both boxes and the key."""

    summary: SealedSummary
    body_box: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A place in a timeline: strictly before (publish_ms, letter_id), newest first."""

    publish_ms: int
    letter_id: LetterId


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedLogEntry:
    """An entry of the access log of a mailbox: `commit` chains it, `sealed` opens for the citizen."""

    mailbox_id: MailboxId
    seq: int
    at_ms: int
    commit: bytes
    sealed: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRecord:
    """A login session on the server, found by a hash of the cookie's token. Both boxes open for the operator.

    `device_box`: from what they logged in; None: the browser did not say.
    """

    tag: bytes
    mailbox_id: MailboxId
    person_box: bytes
    device_box: bytes | None
    created_ms: int
    last_seen_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedContact:
    """Where a citizen is reached. `address_box` opens for the worker, `own_box` for the citizen.

    `refused_ms`: when the last message was refused for good; None while messages go out. `tries`: failed in a row.
    `unsure`: how often the message that is on its way was sent, and nobody knows whether it arrived.
    """

    mailbox_id: MailboxId
    address_box: bytes
    own_box: bytes
    wishes_box: bytes
    refused_ms: int | None = None
    tries: int = 0
    unsure: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactCheck:
    """An address that waits for its code. `own_box` opens for the citizen; `code_tag` is a keyed hash."""

    mailbox_id: MailboxId
    own_box: bytes
    code_tag: bytes
    expires_ms: int
    attempts_left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BillMark:
    """By what later letters find something that is to be paid: keyed hashes, which say nothing.

    `bill_tag`: of what is paid with one reference; `matter_tag`: of all in its case; None without a case. `place`:
    where the letter that asks it stands among the others of its matter: of two, the later is the greater.
    """

    bill_tag: bytes
    matter_tag: bytes | None
    place: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """From `from_ms` on nobody hears any more of a letter, or of what earlier letters ask to pay.

    `tag`: the id of that letter, or a tag of a `BillMark`. `letter_id` and `place`: of the letter that ends it.
    """

    mailbox_id: MailboxId
    tag: bytes
    letter_id: LetterId
    place: bytes
    from_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedAlert:
    """Something to tell, not before `due_ms`. `box` opens for the worker; once sent, for the citizen.

    `letter_id`: of which letter; None: of none. `bundle`: with which message it was on its way before, or went.
    `read`: the citizen read the letter meanwhile; `ended`: another letter ended it. `bill`: what a reminder to pay is
    about. `muted`: not to be told while it is; with an empty box never again. `new_post`: that the letter came.
    `refused_ms`: when the address first refused it.
    """

    mailbox_id: MailboxId
    alert_id: bytes
    letter_id: LetterId | None
    due_ms: int
    box: bytes
    bundle: bytes | None = None
    sent_ms: int | None = None
    read: bool = False
    ended: bool = False
    bill: BillMark | None = None
    muted: bool = False
    new_post: bool = False
    refused_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LadderStep:
    """What happens if a letter lies unopened until `due_ms`. `rung`: who hears of it then, a `ladder.Rung`.

    `unread`: only if it is unopened; else also while it is to be paid. `read`: the citizen opened the letter.
    `ended`, `bill` and `muted`: as of a `SealedAlert`. `taken_ms`: when it happened; None while it waits.
    """

    mailbox_id: MailboxId
    step_id: bytes
    letter_id: LetterId
    rung: str
    due_ms: int
    unread: bool
    bill: BillMark | None = None
    muted: bool = False
    taken_ms: int | None = None
    read: bool = False
    ended: bool = False
