"""The records of one app by rising number, found by number or by a unique value."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kintone_stand_in.fields import Field, StoredValue
from kintone_stand_in.stored_values import number_of


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as of one revision."""

    id: int
    revision: int
    values: Mapping[str, StoredValue]


class RecordTable:
    """A table of records; numbers only rise, so appending keeps them sorted."""

    def __init__(self, unique: Mapping[str, str]) -> None:
        self._types = dict(unique)
        self._records: dict[int, StoredRecord] = {}
        self._ids: list[int] = []
        self._holders: dict[str, dict[str | Decimal, int]] = {code: {} for code in unique}
        self.next_id = 1

    def __len__(self) -> int:
        return len(self._ids)

    def get(self, record_id: int) -> StoredRecord | None:
        """Return the record of this number, or None."""
        return self._records.get(record_id)

    def between(self, low: float, high: float) -> Sequence[int]:
        """Return the rising numbers of the records from `low` to `high`, both included."""
        return self._ids[bisect_left(self._ids, low) : bisect_right(self._ids, high)]

    def is_unique(self, code: str) -> bool:
        """Return True if no two records may hold the same value of this field."""
        return code in self._types

    def key_of(self, code: str, value: StoredValue) -> str | Decimal | None:
        """Return the key that equal values of a unique field share, or None for an empty one."""
        if not isinstance(value, str) or not value:
            return None
        return number_of(value) if self._types[code] == "NUMBER" else value

    def holder(self, code: str, value: StoredValue) -> int | None:
        """Return the number of the record that holds this value of a unique field, or None."""
        key = self.key_of(code, value)
        return None if key is None else self._holders[code].get(key)

    def put(self, records: Sequence[StoredRecord]) -> None:
        """Store these records, each in place of the one of its number."""
        for record in records:
            self._forget_keys(record.id)
        for record in records:
            if record.id not in self._records:
                self._ids.append(record.id)
                self.next_id = record.id + 1
            self._records[record.id] = record
            self._learn_keys(record)

    def remove(self, record_id: int) -> None:
        """Delete a record; its number is never assigned again."""
        self._forget_keys(record_id)
        del self._records[record_id]
        del self._ids[bisect_left(self._ids, record_id)]

    def add_field(self, code: str, field: Field) -> None:
        """Give every record an empty value of a field."""
        for record in list(self._records.values()):
            self._records[record.id] = replace(
                record, values={**record.values, code: field.empty()}
            )
        if field.unique:
            self._types[code] = field.type
            self._holders[code] = {}

    def rename(self, old: str, new: str) -> None:
        """Move the values of one field code to another in every record."""
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
