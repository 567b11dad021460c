"""The customer's record in our words, and the declared fields that a model may learn from."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from callrisk.domain.phone import all_domestic_digits

# Japan has had no summer time since 1951, so a fixed offset needs no time zone database.
JST = timezone(timedelta(hours=9), "JST")

_LONGEST_ID = 64  # longer keys cannot be looked up in every CRM

FieldValue = float | str | date | None


class FieldKind(StrEnum):
    """The kind of a field of the record, which decides its features."""

    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One declared field of the customer record; `column` is its name where the record is kept.

    `live` says that the record changes over time: an export may hold another value at each call.
    `known_before_call` is the owner's answer to whether the value exists when a call begins; None
    where nobody was asked. `unknown_values` are numbers that stand for "unknown", such as 9999;
    None where nobody said whether there are any.
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
    known_before_call: bool | None = None
    unknown_values: tuple[float, ...] | None = None

    def is_unknown(self, number: float) -> bool:
        """Return True if a number of this field stands for "unknown"."""
        return (self.zero_is_missing and number == 0) or number in (self.unknown_values or ())


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer record; `values` by field name, None where the record is blank.

    `further_phones` are numbers that the customer calls from; they, `kana` (of the name) and
    `address` are shown on no screen.
    """

    customer_id: str
    name: str | None = None
    phone: str | None = None
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    as_of: datetime | None = None
    further_phones: tuple[str, ...] = ()
    kana: str | None = None
    address: str | None = None

    def calls_from(self, digits: str) -> bool:
        """Return whether domestic digits are one of the customer's telephone numbers."""
        written = (self.phone, *self.further_phones)
        return any(digits in all_domestic_digits(phone) for phone in written)


class SearchState(StrEnum):
    """The state of the search for the customer of a call."""

    NOBODY = "nobody"  # neither an id nor a telephone number is known
    SEARCHING = "searching"
    FOUND = "found"
    NOT_FOUND = "not_found"
    SEVERAL = "several"  # the agent chooses
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer with the id of the record that a CRM keeps of them."""

    customer: Customer
    record_id: str


@dataclass(frozen=True, slots=True)
class PulledPage:
    """A page of all records of a CRM: rows of cells, in the order of the columns asked for.

    `place` is where the next page begins, as text that only the CRM's folder understands; empty
    where all begins.
    """

    rows: Sequence[Sequence[str]]
    place: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that a CRM says was added, changed or deleted; None where it numbers no notices.

    `customer_ids` and `phones` (domestic digits) are whose it may be as far as the notice tells:
    nobody's when they are empty, anybody's when they are None.
    """

    record_id: str
    notification_id: str | None = None
    customer_ids: frozenset[str] | None = None
    phones: frozenset[str] | None = None


def normal_id(text: str) -> str | None:
    """Return a customer id in the form in which ids are compared: NFKC-folded and stripped.

    None for an invalid id: empty, too long, or with invisible characters.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    # Cc, Cf, Co, Cn and Cs: controls, invisible marks, and what is no character.
    unseen = any(unicodedata.category(character).startswith("C") for character in folded)
    return None if not folded or len(folded) > _LONGEST_ID or unseen else folded


def canonical_id(text: str) -> str:
    """Return an id as it is stored: the normal form, or the text itself for an invalid id."""
    return normal_id(text) or text


def written_number(text: str) -> float | None:
    """Return a number as people type it, 1234, 1,234 or １，２３４; None for anything else."""
    try:
        number = float(text)
    except ValueError:
        number = _loose_number(text)
    return number if math.isfinite(number) else None


def _loose_number(text: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        return math.nan
