"""The operator's key: wraps each person's root key, and gives keyed hashes (SPEC.md 5).

`KekWriter` is what the door gets: it wraps and hashes. `KekProvider` unwraps too. `FileKek` keeps the keys in a
file; an HSM or a Transit engine would be another provider.
"""

from __future__ import annotations

from typing import Protocol


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
