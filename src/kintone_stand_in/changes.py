"""Additions and updates of one request: validated as a whole, committed together or not at all."""

from collections.abc import Mapping
from datetime import datetime

from kintone_stand_in.api.refusals import (
    DUPLICATE,
    REQUIRED,
    FieldErrors,
    invalid,
    refused,
    shorter_than,
)
from kintone_stand_in.fields import UPDATE_KEY_TYPES, Field, StoredValue
from kintone_stand_in.form import Form
from kintone_stand_in.stored_values import InvalidValueError, to_the_minute, value_of
from kintone_stand_in.table import RecordTable, StoredRecord

# Kintone records what an API token does as done by this user.
TOKEN_USER = {"code": "Administrator", "name": "Administrator"}
_LONGEST_KEY = 64


class Changes:
    """A set of staged changes to a table, made by `commit`. The caller holds the app's lock."""

    def __init__(self, form: Form, table: RecordTable, now: datetime) -> None:
        self._form = form
        self._table = table
        self._now = to_the_minute(now)
        self._changed: dict[int, StoredRecord] = {}
        self._places: dict[int, str] = {}
        self._errors = FieldErrors()
        self._next_id = table.next_id

    def add(self, sent: Mapping[str, object], place: str = "record") -> int:
        """Stage a new record with these values, defaults for the rest, and return its number."""
        self._refuse_system_fields(sent, "GAIA_BF02")
        record_id, self._next_id = self._next_id, self._next_id + 1
        values = {code: field.unfilled() for code, field in self._form.fields.items()}
        values |= self._read(sent, place)
        system = self._form.system
        values[system["RECORD_NUMBER"]] = str(record_id)
        values[system["CREATOR"]] = TOKEN_USER
        values[system["CREATED_TIME"]] = self._now
        self._stage(record_id, 1, values, place)
        return record_id

    def update(self, record_id: int, sent: Mapping[str, object], place: str = "record") -> int:
        """Stage these values for a record and return its number."""
        before = self.current(record_id)
        self._refuse_system_fields(sent, "GAIA_UN10")
        values = {**before.values, **self._read(sent, place)}
        self._stage(record_id, before.revision + 1, values, place)
        return record_id

    def current(self, record_id: int) -> StoredRecord:
        """Return a record with the changes staged so far; RefusedError if there is none."""
        record = self._changed.get(record_id) or self._table.get(record_id)
        if record is None:
            raise refused("GAIA_RE01", record_id)
        return record

    def holder(self, code: str, value: object, place: str) -> int | None:
        """Return the number of the record that an updateKey names, or None."""
        field = self._form.fields.get(code)
        if field is None:
            raise refused("GAIA_FC01", code)
        if field.type not in UPDATE_KEY_TYPES or not self._table.is_unique(code):
            raise refused("GAIA_IQ27", code)
        if len(str(value)) > _LONGEST_KEY:
            raise invalid({f"{place}.value": [shorter_than(_LONGEST_KEY + 1)]})
        try:
            return self._table.holder(code, value_of(code, field, value))
        except InvalidValueError as error:
            raise invalid({f"{place}.value": [error.message]}) from error

    def commit(self) -> None:
        """Make all changes, or raise RefusedError that names every invalid place."""
        self._check_unique()
        if self._errors.messages:
            raise invalid(self._errors.messages)
        self._table.put(list(self._changed.values()))

    def _refuse_system_fields(self, sent: Mapping[str, object], code: str) -> None:
        for system in self._form.system.values():
            if system in sent:
                raise refused(code, system)

    def _read(self, sent: Mapping[str, object], place: str) -> dict[str, StoredValue]:
        """Return the stored values of the known fields among those sent; others are ignored."""
        values: dict[str, StoredValue] = {}
        for code, field in self._form.fields.items():
            if code in sent:
                try:
                    values[code] = value_of(code, field, sent[code])
                except InvalidValueError as error:
                    self._errors.add(place + error.place, error.message)
        return values

    def _stage(
        self, record_id: int, revision: int, values: dict[str, StoredValue], place: str
    ) -> None:
        for code, field in self._form.fields.items():
            if field.required and not values[code]:
                self._errors.add(place + place_of(code, field), REQUIRED)
        values[self._form.system["MODIFIER"]] = TOKEN_USER
        values[self._form.system["UPDATED_TIME"]] = self._now
        self._changed[record_id] = StoredRecord(record_id, revision, values)
        self._places[record_id] = place

    def _check_unique(self) -> None:
        """Add an error for each value that two records would share after the changes."""
        for code in [code for code in self._form.fields if self._table.is_unique(code)]:
            seen: set[object] = set()
            for record in self._changed.values():
                key = self._table.key_of(code, record.values[code])
                holder = self._table.holder(code, record.values[code])
                is_taken = holder is not None and holder not in self._changed
                if key is not None and (is_taken or key in seen):
                    self._errors.add(f"{self._places[record.id]}.{code}.value", DUPLICATE)
                seen.add(key)


def place_of(code: str, field: Field) -> str:
    """Return the path of a field's value within its record, as errors name it."""
    return f".{code}.values" if field.type == "CHECK_BOX" else f".{code}.value"
