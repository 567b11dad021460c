"""The further columns of an export or a customers table: kind, use and values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray


class ColumnKind(StrEnum):
    """The kind of values in a column."""

    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"


class ColumnUse(StrEnum):
    """The use of a column: learnt from, not declared, or known only after a call."""

    FEATURE = "feature"
    UNDECLARED = "undeclared"
    POST_CALL = "post_call"


@dataclass(frozen=True, slots=True)
class FurtherColumn:
    """One further column with its values.

    `values` has one entry a call: numbers as they are, dates as days since 1970-01-01, and for
    choices and text a number for each different value, in sorted order; NaN where blank. `texts`
    are the different values of choices and text, by their number. `field` is the name under which
    the column is declared; `per_call` says that it differs between calls of one customer, and
    `declared` that config.py names it (a declared column may still have been left out).
    """

    name: str
    field: str | None
    kind: ColumnKind
    use: ColumnUse
    values: NDArray[np.float64]
    texts: tuple[str, ...] = ()
    per_call: bool = False
    # Whether the export needs the column for itself: to tell customers or calls, or to date them.
    own: Literal["", "date", "id"] = ""

    @property
    def declared(self) -> bool:
        """True if config.py names it."""
        return self.field is not None
