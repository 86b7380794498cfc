"""What the drivers raise, in the words of the domain. The only place that looks at driver errors.

Messages of a driver may quote a row (PostgreSQL: `DETAIL: Key (…)=(…)`), so they are left behind: what goes up carries
the error's code and nothing of the statement.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailbox.domain.errors import AlreadyStored, MailboxError, TemporarilyUnavailable

_log = structlog.get_logger()

_UNIQUE: Final = frozenset({"23505", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"})
_READ_ONLY: Final = frozenset({"25006", "SQLITE_READONLY"})


class StoreMisused(MailboxError):
    """De opslag weigert een opdracht van de dienst zelf."""

    code = "interne-fout"


@contextmanager
def driver_errors() -> Iterator[None]:
    """Raises what a driver raises as an error of the domain.

    Raises:
        AlreadyStored: a row with this key is there already.
        TemporarilyUnavailable: the database does not answer, is busy too long, or ended a deadlock.
        StoreMisused: a mistake of ours: a write in a read transaction, a row that refers to nothing.
    """
    try:
        yield
    except PoolTimeout:
        raise _unavailable("pool") from None
    except DBAPIError as exc:
        raise _in_our_words(exc) from None


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raises what the operating system raises as an error of the domain; its message would name a file.

    Raises:
        TemporarilyUnavailable: no room, no permission, a disk that fails.
    """
    try:
        yield
    except OSError as exc:
        raise _unavailable(errno.errorcode.get(exc.errno or 0, "OSError")) from None


def _unavailable(code: str) -> TemporarilyUnavailable:
    _log.error("store_unavailable", code=code)
    return TemporarilyUnavailable(f"{TemporarilyUnavailable.__doc__} ({code})")


def _in_our_words(error: DBAPIError) -> MailboxError:
    code = _code_of(error)
    if code in _READ_ONLY:
        return StoreMisused(f"written within a read transaction ({code})")
    if isinstance(error, IntegrityError) and code in _UNIQUE:
        return AlreadyStored()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return _unavailable(code)
    return StoreMisused(f"{type(error).__name__} ({code})")


def _code_of(error: DBAPIError) -> str:
    """SQLite's name of the error, or PostgreSQL's SQLSTATE."""
    named = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return str(named or type(error.orig).__name__)
