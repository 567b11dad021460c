"""A database that does not answer, as an error that says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from callrisk.domain.outside import OutsideError


class StoreAwayError(OutsideError):
    """The database does not answer; what was to be stored must be kept and tried again."""


# What is raised where the database does not answer, wrapped or not.
STORE_AWAY_ERRORS = (StoreAwayError, OperationalError, InterfaceError, PoolTimeoutError)


@contextmanager
def store_away_reported() -> Iterator[None]:
    """Raise StoreAwayError where the database does not answer within the block."""
    try:
        yield
    except STORE_AWAY_ERRORS[1:] as error:
        raise StoreAwayError(f"the database does not answer: {error.__cause__}") from error
