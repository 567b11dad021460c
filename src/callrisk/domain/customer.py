"""The customer's record in our words, and the fields of it that a model may learn from."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

# Japan has had no summer time since 1951, so a fixed offset needs no time zone database.
JST = timezone(timedelta(hours=9), "JST")

_LONGEST_ID = 64  # longer keys cannot be looked up in Kintone

FieldValue = float | str | date | None


class FieldKind(StrEnum):
    """How a field of the record enters the model."""

    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One declared field of the customer record; `column` is its name where the record is kept.

    `live` says that the record changes over time: an export may hold another value at each call.
    """

    name: str
    column: str
    kind: FieldKind
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: int = 0
    choices: tuple[str, ...] = ()
    zero_is_missing: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer record; `values` by field name, None where the record is blank."""

    customer_id: str
    name: str | None = None
    phone: str | None = None
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    as_of: datetime | None = None


def normal_id(text: str) -> str | None:
    """A customer's id as it is compared: full width folded, without blanks around it.

    None where it can be nobody's: empty, too long, or with characters that cannot be seen.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    # Cc, Cf, Co, Cn and Cs: controls, invisible marks, and what is no character.
    unseen = any(unicodedata.category(character).startswith("C") for character in folded)
    return None if not folded or len(folded) > _LONGEST_ID or unseen else folded


def canonical_id(text: str) -> str:
    """An id as it is kept: as it is compared, or as it is written where it can be nobody's."""
    return normal_id(text) or text


def written_number(text: str) -> float | None:
    """A number as people type it: 1234, 1,234 or １，２３４; None for anything else."""
    try:
        found = float(text)
    except ValueError:
        found = _loose_number(text)
    return found if math.isfinite(found) else None


def _loose_number(text: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        return math.nan
