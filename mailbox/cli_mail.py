"""`python -m mailbox bounce`: mail that came back, on standard input, as a mail server hands it to a program.

With Postfix, for the address of MO_SMTP_FROM (it is also where mail that fails goes back to), in /etc/aliases:

    post: "|cd /app && python -m mailbox bounce"

It needs the settings of the service, and its database; no key. Mail that is no report, or not about a message of ours,
is read and thrown away. While the database does not answer the exit code is 75 (EX_TEMPFAIL of sysexits.h), so that
the mail server keeps the mail and tries again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from typing import Any, Final

from mailbox.domain.errors import MailboxError
from mailbox.settings import SettingsError, load_settings
from mailbox.terminal import TryLater, say

_LARGEST: Final = 1024 * 1024
"""Of a report: ours are small, and what is behind it is only what was sent."""


def add_commands(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds it; `command` makes one."""
    command(commands, "bounce", _bounce, "mail that came back, on standard input: a mail server calls this")


def _bounce(_: argparse.Namespace) -> None:
    from mailbox.channels.returned_mail import no_such_address

    key = no_such_address(sys.stdin.buffer.read(_LARGEST))
    try:
        kept = key is not None and asyncio.run(_keep(key))
    except (MailboxError, SettingsError) as exc:
        raise TryLater(str(exc)) from None
    say("Kept." if kept else "Nothing to keep.")


async def _keep(key: bytes) -> bool:
    from mailbox.bootstrap import bounces

    async with bounces(load_settings(new_keys=True)) as built:
        return await built.no_such_address(key)
