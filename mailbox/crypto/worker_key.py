"""The worker's own key: what waits for it, the door seals and cannot read back (SPEC.md 5.7)."""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mailbox.crypto import hpke
from mailbox.crypto.encoding import pad, pae, unpad
from mailbox.crypto.kek import KekWriter
from mailbox.crypto.kek_file import KekFileRefused
from mailbox.domain.errors import SealBroken

_FORM: Final = b"W"
_FORMAT: Final = "mijnoverzicht-worker-1"
_MAC: Final = 32
_OTHERS: Final = 0o077
_LEAST: Final = 384
"""An address has up to 254 bytes (RFC 5321 §4.5.3.1.3): all of them give a box of one size."""


class WorkerSealer:
    """The half of the door and the pages: seals for the worker, and opens nothing."""

    def __init__(self, kek: KekWriter, public: bytes) -> None:
        self._kek = kek
        self._key = hpke.public_key(public)

    def seal(self, purpose: str, ids: tuple[bytes, ...], text: bytes) -> bytes:
        """A box that only the worker opens. 1521 bytes for a text of up to 351."""
        info = _info(purpose, ids)
        return _FORM + hpke.seal(self._key, info, pad(_mac(self._kek, info, text) + text, least=_LEAST))


class WorkerOpener:
    """The half of the worker."""

    def __init__(self, kek: KekWriter, seed: bytes) -> None:
        self._kek = kek
        self._key = hpke.private_key(seed)

    def open(self, purpose: str, ids: tuple[bytes, ...], box: bytes) -> bytes:
        """Raises SealBroken: another purpose or place, changed, or sealed by who has no more than the public key."""
        if box[:1] != _FORM:
            raise SealBroken
        info = _info(purpose, ids)
        signed = unpad(hpke.unseal(self._key, info, box[1:]), least=_LEAST)
        mac, text = signed[:_MAC], signed[_MAC:]
        if not hmac.compare_digest(mac, _mac(self._kek, info, text)):
            raise SealBroken
        return text


class WorkerKeyFile:
    """The worker's seed in a file that only its owner may read, and its public half in one beside it (`.pub`).

    A machine that only takes letters in needs the second one alone. Both are made at first start.

    Raises:
        KekFileRefused: not to be made, readable by others, or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._public_path = path.with_suffix(".pub")
        if not self._public_path.exists():
            self._create()

    def sealer(self, kek: KekWriter) -> WorkerSealer:
        """Raises KekFileRefused."""
        try:
            public = base64.b64decode(json.loads(self._public_path.read_bytes())["public"], validate=True)
            return WorkerSealer(kek, public)
        except (OSError, ValueError, KeyError, TypeError, SealBroken) as exc:
            raise KekFileRefused(f"{self._public_path} kan niet worden gebruikt.") from exc

    def opener(self, kek: KekWriter) -> WorkerOpener:
        """Raises KekFileRefused."""
        return WorkerOpener(kek, self._seed())

    def _seed(self) -> bytes:
        try:
            if self._path.stat().st_mode & _OTHERS:
                raise KekFileRefused(f"Anderen kunnen {self._path} lezen. Herstel dit met: chmod 600 {self._path}")
            data = json.loads(self._path.read_bytes())
            seed = base64.b64decode(data["seed"], validate=True)
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise KekFileRefused(f"{self._path} kan niet worden gebruikt.") from exc
        if data.get("format") != _FORMAT or len(seed) != hpke.SEED_BYTES:
            raise KekFileRefused(f"{self._path} is beschadigd.")
        return seed

    def _create(self) -> None:
        """The seed first: of processes that start at once one makes it, and all give its public half."""
        fresh = {"format": _FORMAT, "seed": base64.b64encode(os.urandom(hpke.SEED_BYTES)).decode()}
        try:
            _write_once(self._path, fresh)
            public = base64.b64encode(hpke.public_bytes(self._seed())).decode()
            _write_once(self._public_path, {"format": _FORMAT, "public": public})
        except OSError as exc:
            raise KekFileRefused(f"{self._path} kan niet worden gemaakt.") from exc


def _write_once(path: Path, content: Mapping[str, str]) -> None:
    """A whole file with 0600, linked in place: the first one wins, none is seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _info(purpose: str, ids: tuple[bytes, ...]) -> bytes:
    return pae(b"mo/v1/worker", purpose.encode(), *ids)


def _mac(kek: KekWriter, info: bytes, text: bytes) -> bytes:
    return kek.mac("worker", pae(info, text))
