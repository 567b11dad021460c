"""The error of a database that is not copied or not restored."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from callrisk.domain.wording import Text


class CopyError(RuntimeError):
    """Nothing was copied or restored; one line in both languages says why and what to do."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese} / {english}")
        self.text = Text(japanese, english)


@contextmanager
def told_as(driver_error: type[Exception], japanese: str, english: str) -> Iterator[None]:
    """Raise what a database refuses as a CopyError: these words, and its own behind them."""
    try:
        yield
    except (SQLAlchemyError, driver_error) as error:
        line = " ".join(str(error.__cause__ or error).split())
        raise CopyError(f"{japanese}: {line}", f"{english}: {line}") from error
