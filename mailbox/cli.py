"""The command line: `python -m mailbox …`. A command parses, calls once and says what happened.

Exit codes: 0 done; 1 refused or failed, in one line on standard error; 2 wrong arguments or settings; 75 try later.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from mailbox import cli_apps, cli_login, cli_mail, cli_people
from mailbox.domain.errors import MailboxError
from mailbox.key_files import generated, public
from mailbox.settings import Settings, SettingsError, load_settings, settings_table
from mailbox.terminal import CommandFailed, TryLater, say
from mailbox.web_address import is_loopback

DONE, FAILED, WRONG_USE, TRY_LATER = 0, 1, 2, 75
_HEALTH_SECONDS: Final = 3
_MOST_PROCESSES: Final = 64
_LONGEST_DAY: Final = 3600
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")

Arguments = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that the arguments name; its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    given = parser(sending="send" in words).parse_args(words)
    try:
        given.run(given)
    except SettingsError as exc:
        return _complain(str(exc), WRONG_USE)
    except TryLater as exc:
        return _complain(str(exc), TRY_LATER)
    except (CommandFailed, MailboxError) as exc:
        return _complain(str(exc), FAILED)
    except KeyboardInterrupt:
        return _complain("Stopped.", FAILED)
    return DONE


def parser(*, sending: bool = True) -> argparse.ArgumentParser:
    """All commands. The options of `send` come from the connectors, which a server need not hold in memory."""
    top = argparse.ArgumentParser(prog="python -m mailbox", description="Mijnoverzicht: one address for all post.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_serve(commands)
    _command(commands, "worker", _worker, "do what happens in the background, until stopped")
    _command(commands, "migrate", _migrate, "make or upgrade the tables of the database")
    demo = _command(commands, "demo", _demo, "a year of post for a few fictional people")
    demo.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1 (default: %(default)s)")
    demo.add_argument("--day", type=_seconds, metavar="SECONDS", help="play a year: a day takes so many seconds")
    send = _command(commands, "send", _send, "deliver letters as one of the fictional agencies")
    if sending and (connectors := _module("connectors.send")) is not None:
        connectors.add_arguments(send)
    _command(commands, "settings", _settings, "list the settings, which come from the environment")
    health = _command(commands, "health", _health, "ask a running service on this machine whether it is alive")
    health.add_argument("--port", type=_port, default=8000, help="its port (default: %(default)s)")
    _add_agency(commands)
    cli_apps.add_commands(commands, _command)
    cli_people.add_commands(commands, _command)
    cli_mail.add_commands(commands, _command)
    cli_login.add_commands(commands, _command)
    _add_keys(commands)
    _add_consent(commands)
    return top


def _add_serve(commands: Any) -> None:
    serve = _command(commands, "serve", _serve, "answer requests, until stopped")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=8000, help="port to listen on (default: %(default)s)")
    serve.add_argument("--processes", type=_processes, default=1, metavar="N", help="processes (default: 1)")


def _add_agency(commands: Any) -> None:
    agency = commands.add_parser("agency", help="the register of sending bodies").add_subparsers(
        required=True, metavar="ACTION"
    )
    add = _command(agency, "add", _agency_add, "register a body with its public key")
    _takes_key(add)
    add.add_argument("--name", required=True, help="how people see it")
    _takes_key(_command(agency, "rotate-key", _agency_rotate_key, "replace the key of a body"))
    _command(agency, "list", _agency_list, "who is registered")
    for name, run, meaning in (
        ("block", _agency_block, "refuse a body, within a second"),
        ("unblock", _agency_unblock, "let a body in again"),
    ):
        _command(agency, name, run, meaning).add_argument("--oin", required=True, help="20 digits")


def _takes_key(command: argparse.ArgumentParser) -> None:
    command.add_argument("--oin", required=True, help="20 digits")
    command.add_argument("--key-file", type=Path, required=True, help="JWK of its public key, or of the one to make")
    command.add_argument("--generate", action="store_true", help="make a private key in that file (readable by you)")


def _add_keys(commands: Any) -> None:
    keys = commands.add_parser("keys", help="the key-encryption key").add_subparsers(required=True, metavar="ACTION")
    _command(keys, "init", _keys_init, "make the key file, once")
    _command(keys, "status", _keys_status, "is the key file sound, and which versions are in it")
    _command(keys, "roll", _keys_roll, "make a new version that wraps from now on")


def _add_consent(commands: Any) -> None:
    consent = commands.add_parser("consent", help="receipts of consent").add_subparsers(required=True, metavar="ACTION")
    verify = _command(consent, "verify", _consent_verify, "is a receipt true, and what does it say; works offline")
    verify.add_argument("file", type=Path, metavar="FILE", help="the signed receipt, or the text of its QR code")
    verify.add_argument("--key", type=_thumbprint, metavar="THUMBPRINT", help="of the citizen, as you know it")


def _command(commands: Any, name: str, run: Callable[[Arguments], None], meaning: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=meaning, description=meaning.capitalize() + ".")
    made.set_defaults(run=run)
    return made


def _serve(given: Arguments) -> None:
    settings = load_settings()
    if settings.demo and not is_loopback(given.host):
        raise SettingsError(["MO_DEMO lets anyone log in as anyone: --host must then be a loopback address."])
    if settings.kek_file.exists():
        _kek(settings)  # the server would only say that it did not start
    from mailbox.serving import serve

    serve(settings, host=given.host, port=given.port, processes=given.processes)


def _worker(_: Arguments) -> None:
    settings = load_settings()
    from mailbox.observability import configure_logging
    from mailbox.worker import work

    configure_logging(settings.log_level)
    asyncio.run(work(settings))


def _migrate(_: Arguments) -> None:
    from mailbox.store import migrate

    url = load_settings(new_keys=True).database_url
    _make_room(url)
    asyncio.run(migrate(url))
    say("The database has the tables of this version.")


def _make_room(database_url: str) -> None:
    """SQLite makes its file, and not the folder of it."""
    kind, _, file = database_url.partition(":///")
    if kind == "sqlite+aiosqlite" and file:
        Path(file.partition("?")[0]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _demo(given: Arguments) -> None:
    demo = _module("mailbox.demo.running")
    if demo is None:
        raise CommandFailed("There is no demo in this build.")
    with contextlib.suppress(KeyboardInterrupt):  # the way to end it, and no failure
        asyncio.run(demo.run(port=given.port, day_seconds=given.day))


def _send(given: Arguments) -> None:
    sending = _module("connectors.send")
    if sending is None:
        raise CommandFailed("There are no connectors in this build.")
    if sending.run(given):
        raise CommandFailed("Not everything was delivered.")


def _settings(_: Arguments) -> None:
    for name, default, meaning in settings_table():
        say(f"{name}  [{default}]\n    {meaning}")


def _health(given: Arguments) -> None:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{given.port}/healthz", timeout=_HEALTH_SECONDS).close()
    except (urllib.error.URLError, OSError):
        raise CommandFailed("The service does not answer.") from None


def _agency_add(given: Arguments) -> None:
    _with_key(given, lambda agencies, oin, jwk: agencies.add(oin, given.name, jwk))
    say("Registered.")


def _agency_rotate_key(given: Arguments) -> None:
    _with_key(given, lambda agencies, oin, jwk: agencies.rotate_key(oin, jwk))
    say("The new key works; the old one no longer does.")


def _agency_list(_: Arguments) -> None:
    for agency in asyncio.run(_with_agencies(lambda agencies: agencies.all())):
        state = "blocked" if agency.blocked else "active"
        say(f"{agency.oin}  {state:7}  {', '.join(key.kid for key in agency.keys)}  {agency.name}")


def _agency_block(given: Arguments) -> None:
    oin = _oin(given)
    asyncio.run(_with_agencies(lambda agencies: agencies.block(oin)))
    say("Blocked.")


def _agency_unblock(given: Arguments) -> None:
    oin = _oin(given)
    asyncio.run(_with_agencies(lambda agencies: agencies.unblock(oin)))
    say("Not blocked any more.")


def _keys_init(_: Arguments) -> None:
    from mailbox.crypto import FileKek

    path = load_settings(new_keys=True).kek_file
    if path.exists():
        raise CommandFailed("MO_KEK_FILE is there already, and stays as it is.")
    FileKek(path, create=True)
    say(f"Made {path}. Keep a copy in a safe place: without it nobody can open any letter.")


def _keys_status(_: Arguments) -> None:
    versions = _kek(load_settings()).versions()
    say(f"The key file is sound. Versions: {', '.join(map(str, versions))}; {versions[-1]} wraps.")


def _keys_roll(_: Arguments) -> None:
    version = _kek(load_settings()).roll()
    say(f"Version {version} wraps from now on in processes that start from now on: restart the service.")


def _consent_verify(given: Arguments) -> None:
    from mailbox.verifying import verify

    for line in verify(given.file, given.key):
        say(line)


def _kek(settings: Settings) -> Any:
    from mailbox.crypto import FileKek

    return FileKek(settings.kek_file, create=False)


def _with_key(given: Arguments, act: Callable[[Any, Any, dict[str, Any]], Awaitable[None]]) -> None:
    """Acts with the public half of the key in the file. A key that was made for nothing is taken away again."""
    oin = _oin(given)
    jwk = generated(given.key_file) if given.generate else public(given.key_file)
    try:
        asyncio.run(_with_agencies(lambda agencies: act(agencies, oin, jwk)))
    except BaseException:
        if given.generate:
            given.key_file.unlink()
        raise


async def _with_agencies(act: Callable[[Any], Awaitable[Any]]) -> Any:
    from mailbox.bootstrap import services

    async with services(load_settings()) as built:
        return await act(built.agencies)


def _oin(given: Arguments) -> Any:
    from mailbox.domain.identifiers import Oin

    return Oin(given.oin)


def _module(name: str) -> Any:
    """A part of this build that may be left out of it; None when it is."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as exc:
        if exc.name is None or not name.startswith(exc.name):
            raise
        return None


def _port(text: str) -> int:
    return _between(text, 1, 65_535)


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (seconds := float(text)) <= _LONGEST_DAY:
            return seconds
    raise argparse.ArgumentTypeError(f"must be a number of seconds, at most {_LONGEST_DAY}")


def _processes(text: str) -> int:
    return _between(text, 1, _MOST_PROCESSES)


def _thumbprint(text: str) -> str:
    if not _THUMBPRINT.fullmatch(text):
        raise argparse.ArgumentTypeError("43 letters, digits, - or _")
    return text


def _between(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"a number from {least} to {most}")
    return int(text)


def _complain(text: str, code: int) -> int:
    sys.stderr.write(text + "\n")
    return code
