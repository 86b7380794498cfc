"""What the drivers raise, in the words of the domain. The only place that looks at driver errors.

Messages of a driver may quote a row (PostgreSQL: `DETAIL: Key (…)=(…)`), so they are left behind: what goes up carries
the error's code and nothing of the statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailbox.domain.errors import AlreadyStored, MailboxError, TemporarilyUnavailable

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
        raise TemporarilyUnavailable from None
    except DBAPIError as exc:
        raise _in_our_words(exc) from None


def _in_our_words(error: DBAPIError) -> MailboxError:
    code = _code_of(error)
    if code in _READ_ONLY:
        return StoreMisused(f"written within a read transaction ({code})")
    if isinstance(error, IntegrityError) and code in _UNIQUE:
        return AlreadyStored()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return TemporarilyUnavailable(f"{TemporarilyUnavailable.__doc__} ({code})")
    return StoreMisused(f"{type(error).__name__} ({code})")


def _code_of(error: DBAPIError) -> str:
    """SQLite's name of the error, or PostgreSQL's SQLSTATE."""
    named = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return str(named or type(error.orig).__name__)
