"""Keys of machines that call us, in files of the operator: only the public half goes further."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mailbox.settings import load_settings
from mailbox.terminal import CommandFailed


def generated(path: Path) -> dict[str, Any]:
    """Writes a new private key that only its owner can read; its public half."""
    from mailbox.api.client_keys import new_private_jwk, public_jwk

    load_settings()  # before anything is written
    private = new_private_jwk()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise CommandFailed(f"{path} cannot be made: {exc.strerror}.") from None
    with os.fdopen(descriptor, "w") as file:
        json.dump(private, file, indent=1)
    return public_jwk(private)


def public(path: Path) -> dict[str, Any]:
    """The public half of the key in a file."""
    from mailbox.api.client_keys import public_jwk

    try:
        return public_jwk(json.loads(path.read_text()))
    except (OSError, ValueError, AttributeError):
        raise CommandFailed(f"{path} is not a file with a JWK.") from None
