"""What `consent verify` does: reads a receipt of consent, offline, and tells what it says and what it proves.

No settings, no database, no key of ours: whoever holds a receipt can do this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from consent import (
    Action,
    ConsentRecord,
    Every,
    Happened,
    InvalidRecord,
    Method,
    Purpose,
    Scope,
    State,
    record_from_json,
)
from mailbox.crypto import (
    PAPER,
    NotAReceipt,
    OtherAlgorithm,
    ReceiptChanged,
    ReceiptRefused,
    VerifiedReceipt,
    from_paper,
    verify_receipt,
)
from mailbox.domain.local_time import local
from mailbox.terminal import CommandFailed

_MOST_BYTES: Final = (1 << 20) + 4096
"""Of a file: what a signature may be over, and the rest of it."""
_REFUSALS: Final[Mapping[type[ReceiptRefused], str]] = {
    NotAReceipt: "This is not a receipt of consent of Mijnoverzicht.",
    OtherAlgorithm: "This receipt is not signed in the way of Mijnoverzicht (EdDSA with Ed25519).",
    ReceiptChanged: "Do not trust this receipt: it was changed after it was signed.",
}
_ACTIONS: Final = {
    Action.LIST: "see who wrote, when, and what is due",
    Action.READ: "read the letters",
    Action.DOWNLOAD: "download attachments",
    Action.MARK: "mark what was discussed",
    Action.ALERT: "be told when something is urgent",
    Action.REPLY: "prepare an answer",
}
_PURPOSES: Final = {
    Purpose.HELP: "help with post",
    Purpose.DEBTS: "help with debts",
    Purpose.TAXES: "a tax return",
    Purpose.BENEFITS: "allowances and benefits",
    Purpose.ADMINISTRATION: "bewind",
    Purpose.GUARDIANSHIP: "curatele",
    Purpose.MENTORSHIP: "mentorschap",
}
_STATES: Final = {
    State.OFFERED: "given, and not yet taken up by the helper",
    State.ACTIVE: "in force",
    State.PAUSED: "paused, so nothing can be seen",
    State.REFUSED: "refused by the helper",
    State.REVOKED: "stopped",
    State.EXPIRED: "over",
}
_METHODS: Final = {
    Method.ONLINE: "by the citizen, logged in",
    Method.REQUEST: "by the citizen, logged in, to a helper who asked for it",
    Method.DESK: "at a desk",
}
_HAPPENED: Final = {
    Happened.OFFERED: "given",
    Happened.AGREED: "given",
    Happened.ACCEPTED: "taken up",
    Happened.REFUSED: "refused",
    Happened.CHANGED: "changed",
    Happened.CONFIRMED: "said yes again",
    Happened.JOINED: "a colleague joined",
    Happened.LEFT: "a colleague left",
    Happened.PAUSED: "paused",
    Happened.RESUMED: "resumed",
    Happened.STOPPED: "stopped",
    Happened.EXPIRED: "ended: the end was reached",
    Happened.LAPSED: "ended by a court's decision",
}


def verify(path: Path, key: str | None) -> Iterator[str]:
    """The lines to print about a receipt: the signed file, or the text of its QR code.

    `key`: the thumbprint that the citizen's key is known by; None when only the signature is looked at.

    Raises:
        CommandFailed: in one line, why. Nothing of the file is repeated.
    """
    signed = _signed(path)
    payload, signer = _verified(signed)
    if key not in {None, signer}:
        raise CommandFailed("Do not trust this receipt: it is signed with another key than the one you gave.")
    try:
        record = record_from_json(payload)
    except InvalidRecord as exc:
        raise CommandFailed(f"The signature is true, but this is no receipt that we know how to read: {exc}.") from None
    if record.principal != signer:
        raise CommandFailed("Do not trust this receipt: it is signed by another than the citizen whom it names.")
    return _told(record, key=key, sha256=hashlib.sha256(signed.encode()).hexdigest())


def _signed(path: Path) -> str:
    """The compact JWS that a file holds, in either form."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as exc:
        raise CommandFailed(f"The file cannot be read: {exc.strerror}.") from None
    if len(raw) > _MOST_BYTES:
        raise CommandFailed("The file is too large to be a receipt.")
    try:
        text = raw.decode("utf-8-sig").strip()
        return from_paper(text) if text.startswith(PAPER) else text
    except (UnicodeDecodeError, NotAReceipt):
        raise CommandFailed(_REFUSALS[NotAReceipt]) from None


def _verified(signed: str) -> VerifiedReceipt:
    try:
        return verify_receipt(signed)
    except ReceiptRefused as exc:
        raise CommandFailed(_REFUSALS[type(exc)]) from None


def _told(record: ConsentRecord, *, key: str | None, sha256: str) -> Iterator[str]:
    yield "The signature is true: nobody changed this receipt after it was signed."
    yield ""
    for label, words in _facts(record, sha256):
        yield f"{label:<15}{words}"
    yield ""
    yield "A true signature says only that the holder of this key signed these words."
    if key is None:
        yield 'Whose key is it? Compare "Signed with" with the number that the citizen sees, logged in, on the page'
        yield '"Bewijs van uw toestemming". The number on a paper proves nothing: who forges one, prints their own.'
    else:
        yield "It is the key that you gave."
    yield f"What happened after {_moment(record.issued_ms)} is not in it. All times are those of Amsterdam."


def _facts(record: ConsentRecord, sha256: str) -> Iterator[tuple[str, str]]:
    yield "From", record.citizen.name
    yield "To", ", ".join(helper.name for helper in record.helpers)
    yield "For", _PURPOSES[record.scope.purpose]
    yield from _scope(record.scope)
    yield "State", f"{_STATES[record.state]}, as of {_moment(record.issued_ms)}"
    yield "Given", f"{_moment(record.events[0].at_ms)}, {_METHODS[record.method]}"
    for version, scope, event in zip(record.versions(), record.scopes(), record.events, strict=True):
        about = f" ({record.party(event.about).name})" if event.about else ""
        by = record.party(event.by).name
        yield f"Version {version}", f"{_moment(event.at_ms)}, {_HAPPENED[event.happened]}{about}, by {by}"
        if event.scope not in {None, record.scope}:
            yield from _scope(scope, "  ")
    yield "Record", record.record_id
    yield "Signed with", record.principal
    yield "SHA-256", sha256


def _scope(scope: Scope, indent: str = "") -> Iterator[tuple[str, str]]:
    yield f"{indent}Letters", "; ".join(_letters(scope))
    yield f"{indent}May", "; ".join(_ACTIONS[action] for action in Action if action in scope.actions)
    yield f"{indent}Until", _moment(scope.until_ms)


def _letters(scope: Scope) -> Iterator[str]:
    """Agencies by their number: a receipt holds no register of names."""
    if not scope.is_only_letters:
        yield "from every agency" if isinstance(scope.agencies, Every) else f"from {_listed(scope.agencies)}"
        every = isinstance(scope.topics, Every)
        yield "on every topic but health and crime" if every else f"on {_listed(scope.topics)}"
    if scope.dated_from:
        yield f"dated {scope.dated_from} or later"
    if scope.dated_to:
        yield f"dated {scope.dated_to} or earlier"
    if scope.also:
        yield f"single letters given: {len(scope.also)}"
    if scope.without:
        yield f"letters taken out: {len(scope.without)}"


def _listed(names: frozenset[str] | Every) -> str:
    return ", ".join(sorted(names) if isinstance(names, frozenset) else ())


def _moment(at_ms: int) -> str:
    """A time in Amsterdam."""
    return f"{local(at_ms):%Y-%m-%d %H:%M}"
