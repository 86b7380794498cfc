"""The command line: `python -m mailbox …`. Being written now, with serving.py, the Dockerfile and tests of the API."""

from __future__ import annotations


def main() -> int:
    """Runs a command; its exit code."""
    raise NotImplementedError
