"""`python -m mailbox login …`: our key for the providers with which people log in, and whether they can be used."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from typing import Any

from mailbox.settings import load_settings
from mailbox.terminal import CommandFailed, say

Arguments = argparse.Namespace


def add_commands(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds them; `command` makes one."""
    login = commands.add_parser("login", help="the providers with which people log in")
    login = login.add_subparsers(required=True, metavar="ACTION")
    command(login, "key", _key, "print the public key that a provider must know us by; made when it is not there")
    command(login, "check", _check, "ask every provider of MO_LOGIN_FILE whether it can be used")


def _key(_: Arguments) -> None:
    from mailbox.api.client_keys import public_jwk
    from mailbox.api.token_key import token_key

    key = token_key(load_settings(new_keys=True).login_key)
    say(json.dumps({"keys": [public_jwk(key.as_dict(private=False)) | {"use": "sig", "alg": "ES256"}]}, indent=1))


def _check(_: Arguments) -> None:
    from mailbox.domain.errors import LoginRefused
    from mailbox.observability import configure_logging
    from mailbox.serving import outside_login

    settings = load_settings()
    configure_logging(settings.log_level)  # why one cannot be used is in the log
    login = outside_login(settings)
    if login is None:
        raise CommandFailed("MO_LOGIN_FILE is not set.")
    failed = []
    for choice in login.choices():
        try:
            asyncio.run(login.begin(choice.key, target=""))
        except LoginRefused:
            failed.append(choice.key)
        say(f"{choice.key}: {'does not answer as it should' if choice.key in failed else 'can be used'}")
    if failed:
        raise CommandFailed(f"{len(failed)} of them cannot be used. Why is in the log, on standard error.")
