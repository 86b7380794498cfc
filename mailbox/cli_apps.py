"""`python -m mailbox app …`: the register of apps with which people read their post."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mailbox.key_files import generated, public
from mailbox.settings import load_settings
from mailbox.terminal import CommandFailed, say

Arguments = argparse.Namespace


def add_commands(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds them; `command` makes one."""
    app = commands.add_parser("app", help="the register of apps").add_subparsers(required=True, metavar="ACTION")
    add = command(app, "add", _add, "register an app, and print its client_id")
    add.add_argument("--name", required=True, help="how people see it")
    add.add_argument(
        "--redirect-uri", required=True, action="append", help="where people go back to, exactly; may be given again"
    )
    add.add_argument(
        "--key-file", type=Path, help="JWK of its public key; without one it is an app that keeps no secret"
    )
    add.add_argument("--generate", action="store_true", help="make a private key in that file (readable by you)")
    command(app, "list", _list, "who is registered")
    for name, run, meaning in (
        ("block", _block, "refuse an app, at once"),
        ("unblock", _unblock, "let an app in again"),
    ):
        command(app, name, run, meaning).add_argument("--client-id", required=True)


def _add(given: Arguments) -> None:
    if given.generate and given.key_file is None:
        raise CommandFailed("--generate makes a key in --key-file: name that file.")
    jwk = _key(given)
    try:
        app = asyncio.run(_with_apps(lambda apps: apps.add(given.name, given.redirect_uri, jwk)))
    except BaseException:
        if given.generate:
            given.key_file.unlink()
        raise
    say(app.client_id)


def _key(given: Arguments) -> dict[str, Any] | None:
    if given.key_file is None:
        return None
    return generated(given.key_file) if given.generate else public(given.key_file)


def _list(_: Arguments) -> None:
    for app in asyncio.run(_with_apps(lambda apps: apps.all())):
        state = "blocked" if app.blocked else "active"
        say(f"{app.client_id}  {state:7}  {'key' if app.key else 'no key'}  {app.name}")
        for address in app.return_addresses:
            say(f"    {address}")


def _block(given: Arguments) -> None:
    app_id = _app_id(given)
    asyncio.run(_with_apps(lambda apps: apps.block(app_id)))
    say("Blocked.")


def _unblock(given: Arguments) -> None:
    app_id = _app_id(given)
    asyncio.run(_with_apps(lambda apps: apps.unblock(app_id)))
    say("Not blocked any more.")


async def _with_apps(act: Callable[[Any], Awaitable[Any]]) -> Any:
    from mailbox.bootstrap import services

    async with services(load_settings()) as built:
        return await act(built.apps)


def _app_id(given: Arguments) -> Any:
    from mailbox.domain.identifiers import AppId, id_from_text

    return AppId(id_from_text(given.client_id))
