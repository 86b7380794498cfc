"""The operator's key in a file (SPEC.md 5): versions that wrap, and the root of the keyed hashes.

One file serves several processes: the first start makes it once, and a new version is seen by all. Who wraps looks
first whether the file is still the one it knows, for what is wrapped under a key that nobody keeps is lost.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from mailbox.crypto.encoding import pae
from mailbox.crypto.wrapping import derive
from mailbox.domain.errors import MailboxError, SealBroken

_KEY, _NONCE = 32, 12
_FORMAT: Final = "mijnoverzicht-kek-1"
_OTHERS: Final = 0o077


class KekFileRefused(MailboxError):
    """Het sleutelbestand kan niet worden gebruikt."""

    code = "sleutelbestand-geweigerd"


@dataclass(frozen=True, slots=True, repr=False)
class _Content:
    """What the file holds, and by what one sees that it is another file."""

    keys: dict[int, bytes]
    mac_root: bytes
    seen: tuple[int, int]


class FileKek:
    """KEK versions and the MAC root in a JSON file that only its owner may read.

    Made at first start if `create` is set; processes that start at once agree on one file.

    Raises:
        KekFileRefused: not there and not to be made, readable by others, or damaged.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self._path = path
        if create and not path.exists():
            _create(path)
        self._content = _read(path)
        self._keyed: dict[str, HMAC] = {}
        """By purpose, a hash that took in its key and nothing else yet: that is half the work of a short message."""

    def wrap(self, plaintext: bytes, context: bytes) -> tuple[int, bytes]:
        """Raises KekFileRefused when the file is gone: what is wrapped now must be there to be opened later."""
        keys = self._current()
        version, nonce = max(keys), os.urandom(_NONCE)
        sealed = AESGCM(keys[version]).encrypt(nonce, plaintext, _wrap_aad(version, context))
        return version, nonce + sealed

    def unwrap(self, version: int, blob: bytes, context: bytes) -> bytes:
        key = self._content.keys.get(version) or self._current().get(version)
        if key is None:
            raise SealBroken
        try:
            return AESGCM(key).decrypt(blob[:_NONCE], blob[_NONCE:], _wrap_aad(version, context))
        except (InvalidTag, ValueError) as exc:
            raise SealBroken from exc

    def mac(self, purpose: str, message: bytes) -> bytes:
        keyed = self._keyed.get(purpose)
        if keyed is None:
            key = derive(self._content.mac_root, b"mo/v1/mac/" + purpose.encode(), _KEY)
            keyed = self._keyed[purpose] = HMAC(key, SHA256())
        mac = keyed.copy()
        mac.update(message)
        return mac.finalize()

    def check(self) -> None:
        _read(self._path)

    def versions(self) -> tuple[int, ...]:
        return tuple(sorted(self._current()))

    def roll(self) -> int:
        with _locked(self._path.parent):
            keys = self._current()
            version = max(keys) + 1
            self._replace({**keys, version: os.urandom(_KEY)})
        return version

    def destroy(self, version: int) -> None:
        """Raises KekFileRefused for the version that wraps."""
        with _locked(self._path.parent):
            keys = self._current()
            if version == max(keys):
                raise KekFileRefused("De huidige versie van de sleutel kan niet weg.")
            self._replace({v: key for v, key in keys.items() if v != version})

    def _current(self) -> dict[int, bytes]:
        """The keys as the file has them now; read again only when another process replaced it."""
        try:
            seen = _identity(self._path.stat())
        except OSError as exc:
            raise KekFileRefused(f"{self._path} kan niet worden gelezen.") from exc
        if seen != self._content.seen:
            content = _read(self._path)
            if content.mac_root != self._content.mac_root:
                raise KekFileRefused(f"{self._path} is het bestand van een andere omgeving.")
            self._content = content
        return self._content.keys

    def _replace(self, keys: dict[int, bytes]) -> None:
        with _written_beside(self._path, keys, self._content.mac_root) as written:
            written.replace(self._path)
        _sync_folder(self._path.parent)
        self._content = _read(self._path)


def _wrap_aad(version: int, context: bytes) -> bytes:
    return pae(b"mo/v1/kek", version.to_bytes(4, "little"), context)


def _create(path: Path) -> None:
    """Writes a whole file beside it and links it in place: the first one wins, none is seen half written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = _written_beside(path, {1: os.urandom(_KEY)}, os.urandom(_KEY))
        with fresh as written, contextlib.suppress(FileExistsError):
            path.hardlink_to(written)
        _sync_folder(path.parent)
    except OSError as exc:
        raise KekFileRefused(f"{path} kan niet worden gemaakt.") from exc


@contextlib.contextmanager
def _written_beside(path: Path, keys: dict[int, bytes], mac_root: bytes) -> Iterator[Path]:
    """A synced file in the same folder, that is gone afterwards under this name: no copy of a key stays behind."""
    content = {
        "format": _FORMAT,
        "keys": {str(version): base64.b64encode(key).decode() for version, key in sorted(keys.items())},
        "mac": base64.b64encode(mac_root).decode(),
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 by mkstemp
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _read(path: Path) -> _Content:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & _OTHERS:
                raise KekFileRefused(f"Anderen kunnen {path} lezen. Herstel dit met: chmod 600 {path}")
            content = json.loads(file.read())
        keys = {_version(text): base64.b64decode(key, validate=True) for text, key in content["keys"].items()}
        mac_root = base64.b64decode(content["mac"], validate=True)
    except OSError as exc:
        raise KekFileRefused(f"{path} kan niet worden gelezen.") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise KekFileRefused(f"{path} is beschadigd.") from exc
    lengths = {len(key) for key in (*keys.values(), mac_root)}
    if content.get("format") != _FORMAT or not keys or lengths != {_KEY}:
        raise KekFileRefused(f"{path} is beschadigd.")
    return _Content(keys, mac_root, _identity(status))


def _version(text: str) -> int:
    version = int(text)
    if version < 1 or str(version) != text:
        raise ValueError
    return version


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_ino, status.st_mtime_ns


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time changes the file: a lost version would be lost mail."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
