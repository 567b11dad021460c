"""The records of one app in the order of their numbers, found by number or by a unique value."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kintone_stand_in.fields import StoredValue
from kintone_stand_in.stored_values import number_of


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as it stood after one revision."""

    id: int
    revision: int
    values: Mapping[str, StoredValue]


class RecordTable:
    """Numbers only ever rise, so adding to the end keeps them in order."""

    def __init__(self, unique: Mapping[str, str]) -> None:
        self._types = dict(unique)
        self._records: dict[int, StoredRecord] = {}
        self._ids: list[int] = []
        self._holders: dict[str, dict[str | Decimal, int]] = {code: {} for code in unique}
        self.next_id = 1

    def __len__(self) -> int:
        return len(self._ids)

    def get(self, record_id: int) -> StoredRecord | None:
        """The record of this number, if there is one."""
        return self._records.get(record_id)

    def between(self, low: float, high: float) -> Sequence[int]:
        """The numbers from `low` to `high`, both included, rising."""
        return self._ids[bisect_left(self._ids, low) : bisect_right(self._ids, high)]

    def is_unique(self, code: str) -> bool:
        """Whether no two records may hold the same value of this field."""
        return code in self._types

    def key_of(self, code: str, value: StoredValue) -> str | Decimal | None:
        """What two equal values of a unique field have in common; None when it is empty."""
        if not isinstance(value, str) or not value:
            return None
        return number_of(value) if self._types[code] == "NUMBER" else value

    def holder(self, code: str, value: StoredValue) -> int | None:
        """The number of the record that holds this value of a unique field."""
        key = self.key_of(code, value)
        return None if key is None else self._holders[code].get(key)

    def put(self, records: Sequence[StoredRecord]) -> None:
        """Keep these, each in place of the record of its number."""
        for record in records:
            self._forget_keys(record.id)
        for record in records:
            if record.id not in self._records:
                self._ids.append(record.id)
                self.next_id = record.id + 1
            self._records[record.id] = record
            self._learn_keys(record)

    def remove(self, record_id: int) -> None:
        """Take a record out; its number is never given again."""
        self._forget_keys(record_id)
        del self._records[record_id]
        del self._ids[bisect_left(self._ids, record_id)]

    def rename(self, old: str, new: str) -> None:
        """Every record holds under the new code what it held under the old one."""
        if old in self._types:
            self._types[new] = self._types.pop(old)
            self._holders[new] = self._holders.pop(old)
        for record in list(self._records.values()):
            values = {new if code == old else code: it for code, it in record.values.items()}
            self._records[record.id] = replace(record, values=values)

    def _forget_keys(self, record_id: int) -> None:
        record = self._records.get(record_id)
        for code, holders in self._holders.items() if record else ():
            key = self.key_of(code, record.values[code]) if record else None
            if key is not None:
                holders.pop(key, None)

    def _learn_keys(self, record: StoredRecord) -> None:
        for code, holders in self._holders.items():
            key = self.key_of(code, record.values[code])
            if key is not None:
                holders[key] = record.id
