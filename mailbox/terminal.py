"""What commands say to the operator, and how they fail."""

from __future__ import annotations

import sys


class CommandFailed(Exception):
    """What a command could not do, in one line for the operator."""


class TryLater(CommandFailed):
    """It may go well another time."""


def say(text: str) -> None:
    """A line of a command's answer."""
    sys.stdout.write(text + "\n")
