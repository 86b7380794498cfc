"""The operator's key: wraps each person's root key, and gives keyed hashes (SPEC.md 5).

`KekWriter` is what the door gets: it wraps and hashes. `KekProvider` unwraps too. `FileKek` keeps the keys in a
file; an HSM or a Transit engine would be another provider.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import tempfile
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbox.crypto.encoding import pae
from mailbox.crypto.wrapping import derive
from mailbox.domain.errors import MailboxError, SealBroken

_KEY, _NONCE = 32, 12
_FORMAT: Final = "mijnoverzicht-kek-1"
_OTHERS: Final = 0o077


class KekFileRefused(MailboxError):
    """Het sleutelbestand kan niet worden gebruikt."""

    code = "sleutelbestand-geweigerd"


class KekWriter(Protocol):
    """The half that can wrap and hash, and open nothing."""

    def wrap(self, plaintext: bytes, context: bytes) -> tuple[int, bytes]:
        """(version of the KEK, blob)."""
        ...

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA256 under a key of its own for each purpose; 32 bytes."""
        ...


class KekProvider(KekWriter, Protocol):
    """The half of the keyholder and the operator."""

    def unwrap(self, version: int, blob: bytes, context: bytes) -> bytes:
        """Raises SealBroken: unknown version, other context, changed blob."""
        ...

    def check(self) -> None:
        """Raises KekFileRefused, or the provider's own, when the key cannot be used now."""
        ...

    def versions(self) -> tuple[int, ...]:
        """Oldest first; the last one wraps."""
        ...

    def roll(self) -> int:
        """Makes a new version that wraps from now on; returns it."""
        ...

    def destroy(self, version: int) -> None:
        """Forgets a version: what is still wrapped under it is lost for good."""
        ...


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
        self._keys, self._mac_root = _read(path)
        self._mac_keys: dict[str, bytes] = {}

    def wrap(self, plaintext: bytes, context: bytes) -> tuple[int, bytes]:
        version, nonce = max(self._keys), os.urandom(_NONCE)
        sealed = AESGCM(self._keys[version]).encrypt(nonce, plaintext, _wrap_aad(version, context))
        return version, nonce + sealed

    def unwrap(self, version: int, blob: bytes, context: bytes) -> bytes:
        key = self._keys.get(version)
        if key is None:
            raise SealBroken
        try:
            return AESGCM(key).decrypt(blob[:_NONCE], blob[_NONCE:], _wrap_aad(version, context))
        except (InvalidTag, ValueError) as exc:
            raise SealBroken from exc

    def mac(self, purpose: str, message: bytes) -> bytes:
        key = self._mac_keys.get(purpose)
        if key is None:
            key = self._mac_keys[purpose] = derive(self._mac_root, b"mo/v1/mac/" + purpose.encode(), _KEY)
        return hmac.digest(key, message, hashlib.sha256)

    def check(self) -> None:
        _read(self._path)

    def versions(self) -> tuple[int, ...]:
        return tuple(sorted(self._keys))

    def roll(self) -> int:
        version = max(self._keys) + 1
        self._replace({**self._keys, version: os.urandom(_KEY)})
        return version

    def destroy(self, version: int) -> None:
        if version == max(self._keys):
            raise KekFileRefused("De huidige versie van de sleutel kan niet weg.")
        self._replace({v: key for v, key in self._keys.items() if v != version})

    def _replace(self, keys: dict[int, bytes]) -> None:
        written = _write_beside(self._path, keys, self._mac_root)
        written.replace(self._path)
        _sync_folder(self._path.parent)
        self._keys = keys


def _wrap_aad(version: int, context: bytes) -> bytes:
    return pae(b"mo/v1/kek", version.to_bytes(4, "little"), context)


def _create(path: Path) -> None:
    """Writes a whole file beside it and links it in place: the first one wins, none is seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = _write_beside(path, {1: os.urandom(_KEY)}, os.urandom(_KEY))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(written)
    written.unlink()
    _sync_folder(path.parent)


def _write_beside(path: Path, keys: dict[int, bytes], mac_root: bytes) -> Path:
    content = {
        "format": _FORMAT,
        "keys": {str(version): base64.b64encode(key).decode() for version, key in sorted(keys.items())},
        "mac": base64.b64encode(mac_root).decode(),
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 by mkstemp
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _read(path: Path) -> tuple[dict[int, bytes], bytes]:
    try:
        if path.stat().st_mode & _OTHERS:
            raise KekFileRefused(f"Anderen kunnen {path} lezen. Herstel dit met: chmod 600 {path}")
        content = json.loads(path.read_text())
        keys = {int(version): base64.b64decode(key, validate=True) for version, key in content["keys"].items()}
        mac_root = base64.b64decode(content["mac"], validate=True)
    except OSError as exc:
        raise KekFileRefused(f"{path} kan niet worden gelezen.") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise KekFileRefused(f"{path} is beschadigd.") from exc
    lengths = {len(key) for key in (*keys.values(), mac_root)}
    if content.get("format") != _FORMAT or not keys or lengths != {_KEY}:
        raise KekFileRefused(f"{path} is beschadigd.")
    return keys, mac_root


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
