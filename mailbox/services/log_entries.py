"""Writing the access log: one entry per act, in the transaction that lets the act happen.

No log, no content: whoever shows something calls `write_entry` first, and shows nothing when it raises.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from mailbox.crypto import OpenMailbox, Sealer
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, id_from_text, id_text
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import MailboxDirectory, SealedLogEntry


class Role(StrEnum):
    """As what someone acted."""

    CITIZEN = "burger"
    HELPER = "helper"
    DESK = "balie"
    SERVICE = "mijnoverzicht"


class Act(StrEnum):
    """What someone did: with letters, a grant, an app, or where messages go (`ADDRESS`); or said of a letter.

    `LADDER`: who hears of it when the citizen does not look; `CALLED`: the helper did, `UNREACHED`: the sender.
    `REACH`: a desk looked whether the citizen can be reached. `PROPOSED`: an app put a grant ready; `DISCARDED`: it was
    thrown away.

    At a desk also what came to nothing: `TRIED` to give, and `STOPPING` all, whether there was anything or not.
    """

    LIST = "list"
    SEARCHED = "searched"
    OVERVIEW = "overview"
    COMPARED = "compared"
    READ = "read"
    DOWNLOAD = "download"
    EXPORTED = "exported"
    TAKEN_ALONG = "taken-along"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    REFUSED = "refused"
    APPOINTED = "appointed"
    JOINED = "joined"
    LEFT = "left"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    REPORTED = "reported"
    NOTICED = "noticed"
    CONNECTED = "connected"
    TRIED = "tried"
    STOPPING = "stopping"
    SAID = "said"
    TAKEN_BACK = "taken-back"
    ADDRESS = "address"
    LADDER = "ladder"
    CALLED = "called"
    UNREACHED = "unreached"
    REACH = "reach"
    PROPOSED = "proposed"
    DISCARDED = "discarded"


SERVICE: Final = "Mijnoverzicht"
"""Who did what nobody did themselves."""
OPENING = frozenset({Act.READ, Act.DOWNLOAD})
"""Acts that show the text of a letter, or a file of it."""
ABOUT_ONE_LETTER = OPENING | {Act.REPORTED, Act.SAID, Act.TAKEN_BACK, Act.CALLED, Act.UNREACHED}
"""Acts of which the log names the letter."""
LOOKS = frozenset({Act.LIST, Act.SEARCHED, Act.OVERVIEW, Act.COMPARED, Act.EXPORTED, Act.TAKEN_ALONG, *OPENING})
"""Acts that show something of letters, if only that none of them is what was searched for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One act: who, as what, through or on which grant, which letters.

    `details`, JSON: for a grant `scope` (and `was` on a change), both RFC 9396 details, `helper`, as the citizen knows
    them, when it was given `notice`, the version of what the citizen read before, and `prepared_by`, the app that put
    it ready, if one did; for a notice `reasons`; for what
    was said of a letter the `word`. `app`: with which app it was done, or which one was let in. For a look `reason`
    and `note`, where the helper had to say why.
    """

    actor: str
    role: Role
    act: Act
    letters: tuple[LetterId, ...] = ()
    grant_id: GrantId | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


async def write_entry(  # noqa: PLR0913 - an entry has this many sides
    tx: Transaction, look: Look, *, mailbox_id: MailboxId, reader: Person | None, sealer: Sealer, at_ms: int
) -> None:
    """Appends an entry to the log of a mailbox; `reader` None is the service itself. The caller holds the lock.

    Raises:
        NotFound: no such mailbox.
        DirectoryTampered: the mailbox's public key is not ours, so the log cannot be sealed to its citizen.
    """
    directory = await tx.mailboxes.directory_of(mailbox_id)
    if directory is None:
        raise NotFound
    head = await tx.log.head(mailbox_id)
    await tx.log.append(entry_of(look, directory, head=head, reader=reader, sealer=sealer, at_ms=at_ms))


def entry_of(  # noqa: PLR0913 - an entry has this many sides
    look: Look,
    directory: MailboxDirectory,
    *,
    head: tuple[int, bytes] | None,
    reader: Person | None,
    sealer: Sealer,
    at_ms: int,
) -> SealedLogEntry:
    """The entry that follows `head`, for who writes several at once. Raises DirectoryTampered."""
    body = _to_json(look, reader=reader, at_ms=at_ms)
    return sealer.log_entry(sealer.recipient(directory), head=head, at_ms=at_ms, body=body)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedEntry:
    """An entry as its citizen reads it. `prev` is the commit of the entry before."""

    seq: int
    at_ms: int
    commit: bytes
    prev: bytes
    look: Look


def open_entry(mailbox: OpenMailbox, entry: SealedLogEntry) -> OpenedEntry:
    """Opens an entry.

    Raises:
        SealBroken: its commit, place or seal is not what was written.
    """
    payload = mailbox.read_entry(entry)
    data: dict[str, Any] = json.loads(payload.body)
    return OpenedEntry(
        seq=payload.seq, at_ms=data["at_ms"], commit=entry.commit, prev=payload.prev, look=_from_json(data)
    )


def _to_json(look: Look, *, reader: Person | None, at_ms: int) -> bytes:
    data = {
        "actor": look.actor,
        "actor_id": id_text(reader.mailbox_id) if reader else None,
        "role": look.role,
        "act": look.act,
        "grant": id_text(look.grant_id) if look.grant_id else None,
        "letters": [id_text(letter_id) for letter_id in look.letters],
        "at_ms": at_ms,
        "details": {**look.details, "app": reader.app} if reader and reader.app else look.details,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _from_json(data: dict[str, Any]) -> Look:
    return Look(
        actor=data["actor"],
        role=Role(data["role"]),
        act=Act(data["act"]),
        letters=tuple(LetterId(id_from_text(text)) for text in data["letters"]),
        grant_id=GrantId(id_from_text(data["grant"])) if data["grant"] else None,
        details=data["details"],
    )
