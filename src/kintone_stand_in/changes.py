"""Additions and updates of one request: checked as a whole, kept together or not at all."""

from collections.abc import Mapping
from datetime import datetime

from kintone_stand_in.api.refusals import (
    DUPLICATE,
    REQUIRED,
    UnfitPlaces,
    invalid,
    refused,
    shorter_than,
)
from kintone_stand_in.fields import UPDATE_KEY_TYPES, Field, StoredValue
from kintone_stand_in.form import Form
from kintone_stand_in.stored_values import UnfitValueError, to_the_minute, value_of
from kintone_stand_in.table import RecordTable, StoredRecord

ANY_REVISION = -1
# Kintone records what an API token does as done by this user.
TOKEN_USER = {"code": "Administrator", "name": "Administrator"}
_LONGEST_KEY = 64


class Changes:
    """What would become of the table; `keep` makes it so. The app's lock must be held."""

    def __init__(self, form: Form, table: RecordTable, now: datetime) -> None:
        self._form = form
        self._table = table
        self._now = to_the_minute(now)
        self._changed: dict[int, StoredRecord] = {}
        self._places: dict[int, str] = {}
        self._wrong = UnfitPlaces()
        self._next_id = table.next_id

    def add(self, sent: Mapping[str, object], place: str = "record") -> int:
        """A new record with these values, defaults where none was sent; its number."""
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

    def update(
        self,
        record_id: int,
        sent: Mapping[str, object],
        place: str = "record",
        revision: int = ANY_REVISION,
    ) -> int:
        """The record with these values in place of its own; its number."""
        before = self.current(record_id)
        if revision not in {ANY_REVISION, before.revision}:
            raise refused("GAIA_CO02")
        self._refuse_system_fields(sent, "GAIA_UN10")
        values = {**before.values, **self._read(sent, place)}
        self._stage(record_id, before.revision + 1, values, place)
        return record_id

    def current(self, record_id: int) -> StoredRecord:
        """The record as it stands after what was changed so far."""
        found = self._changed.get(record_id) or self._table.get(record_id)
        if found is None:
            raise refused("GAIA_RE01", record_id)
        return found

    def holder(self, code: str, value: object, place: str) -> int | None:
        """The number of the record that an updateKey means; None when there is none."""
        field = self._form.fields.get(code)
        if field is None:
            raise refused("GAIA_FC01", code)
        if field.type not in UPDATE_KEY_TYPES or not self._table.is_unique(code):
            raise refused("GAIA_IQ27", code)
        if len(str(value)) > _LONGEST_KEY:
            raise invalid({f"{place}.value": [shorter_than(_LONGEST_KEY + 1)]})
        try:
            return self._table.holder(code, value_of(code, field, value))
        except UnfitValueError as unfit:
            raise invalid({f"{place}.value": [unfit.words]}) from unfit

    def keep(self) -> None:
        """Make all changes, or refuse all with every place that is wrong."""
        self._check_unique()
        if self._wrong.places:
            raise invalid(self._wrong.places)
        self._table.put(list(self._changed.values()))

    def _refuse_system_fields(self, sent: Mapping[str, object], code: str) -> None:
        for system in self._form.system.values():
            if system in sent:
                raise refused(code, system)

    def _read(self, sent: Mapping[str, object], place: str) -> dict[str, StoredValue]:
        """What the known fields among these become; codes that the form lacks count for nothing."""
        values: dict[str, StoredValue] = {}
        for code, field in self._form.fields.items():
            if code in sent:
                try:
                    values[code] = value_of(code, field, sent[code])
                except UnfitValueError as unfit:
                    self._wrong.add(place + unfit.place, unfit.words)
        return values

    def _stage(
        self, record_id: int, revision: int, values: dict[str, StoredValue], place: str
    ) -> None:
        for code, field in self._form.fields.items():
            if field.required and not values[code]:
                self._wrong.add(place + place_of(code, field), REQUIRED)
        values[self._form.system["MODIFIER"]] = TOKEN_USER
        values[self._form.system["UPDATED_TIME"]] = self._now
        self._changed[record_id] = StoredRecord(record_id, revision, values)
        self._places[record_id] = place

    def _check_unique(self) -> None:
        """No value stands twice once all changes are made."""
        for code in [code for code in self._form.fields if self._table.is_unique(code)]:
            seen: set[object] = set()
            for record in self._changed.values():
                key = self._table.key_of(code, record.values[code])
                holder = self._table.holder(code, record.values[code])
                is_taken = holder is not None and holder not in self._changed
                if key is not None and (is_taken or key in seen):
                    self._wrong.add(f"{self._places[record.id]}.{code}.value", DUPLICATE)
                seen.add(key)


def place_of(code: str, field: Field) -> str:
    """Where in a record the value of a field stands; several values are told as `values`."""
    return f".{code}.values" if field.type == "CHECK_BOX" else f".{code}.value"
