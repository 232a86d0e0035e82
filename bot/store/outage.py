"""What counts as "the database cannot serve now": one exception for every engine and cause."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)

READ_ONLY = "25006"  # SQLSTATE of a write to a server that lost its primary role
_OURS = (IntegrityError, DataError, ProgrammingError, NotSupportedError)


class StoreUnavailable(SQLAlchemyError, OSError):
    """Connection lost, server stopping or read-only, disk full, too many connections …

    Nothing was promised to anybody yet: a platform is answered 503, a worker tries again.
    ``reason`` is an SQLSTATE or the name of an exception, never a statement or a value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"database unavailable ({reason})")
        self.reason = reason


@contextmanager
def outages(driver_errors: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn what engines raise in an outage into `StoreUnavailable`; a mistake of ours in a
    statement or a constraint passes through. ``driver_errors`` are raised without a wrapper."""
    try:
        yield
    except _OURS:
        raise
    except DBAPIError as error:
        raise StoreUnavailable(_reason(error.orig)) from None
    except driver_errors as error:
        raise StoreUnavailable(_reason(error)) from None


def _reason(error: BaseException | None) -> str:
    return str(getattr(error, "sqlstate", None) or type(error).__name__)
