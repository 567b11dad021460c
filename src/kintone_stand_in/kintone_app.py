"""One app of the stand-in: its form, its records and its API tokens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from kintone_stand_in.api.refusals import refused
from kintone_stand_in.changes import Changes
from kintone_stand_in.fields import Field, StoredValue
from kintone_stand_in.form import Form
from kintone_stand_in.staged_fields import StagedFields
from kintone_stand_in.table import RecordTable, StoredRecord

EVERYTHING = frozenset({"view", "add", "edit"})


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class App:
    """An app, used from Python as a person would use it in the browser.

    `tokens` maps each API token to its permissions; more may be added. With a `code` the numbers
    of its records are shown as CODE-12.
    """

    app_id: int
    name: str
    fields: Mapping[str, Field]
    token: str
    permissions: frozenset[str] = EVERYTHING
    now: Callable[[], datetime] = _now
    code: str = ""
    tokens: dict[str, frozenset[str]] = field(init=False)
    form: Form = field(init=False)
    staged: StagedFields = field(init=False)
    table: RecordTable = field(init=False)
    lock: RLock = field(init=False, default_factory=RLock)

    def __post_init__(self) -> None:
        self.tokens = {self.token: self.permissions}
        self.form = Form(self.fields)
        self.staged = StagedFields(self.form)
        unique = {code: it.type for code, it in self.form.fields.items() if it.unique}
        self.table = RecordTable(unique)

    def __len__(self) -> int:
        return len(self.table)

    def add(self, values: Mapping[str, object]) -> int:
        """Add a record with these values and return its number."""
        with self.lock:
            changes = self.changes()
            record_id = changes.add(values)
            changes.commit()
        return record_id

    def update(self, record_id: int, values: Mapping[str, object]) -> None:
        """Set these values of a record, whatever its revision."""
        with self.lock:
            changes = self.changes()
            changes.update(record_id, values)
            changes.commit()

    def remove(self, record_id: int) -> None:
        """Delete a record."""
        with self.lock:
            self.get(record_id)
            self.table.remove(record_id)

    def record(self, record_id: int) -> dict[str, StoredValue]:
        """Return the values of a record by field code, system fields and `$id` included."""
        with self.lock:
            content = self.record_json(self.get(record_id))
        return {code: it["value"] for code, it in content.items()}

    def records(self) -> list[dict[str, StoredValue]]:
        """Return the values of all records as `record` does, by rising number."""
        with self.lock:
            return [self.record(record_id) for record_id in self.table.between(1, float("inf"))]

    def rename(self, old: str, new: str) -> None:
        """Give a field another code; the records keep its values."""
        with self.lock:
            self.form.rename(old, new)
            self.table.rename(old, new)

    def deploy(self) -> None:
        """Put the staged fields into operation; they are empty in the records that there are."""
        for code, added in self.staged.deployed().items():
            self.table.add_field(code, added)

    def get(self, record_id: int) -> StoredRecord:
        """Return the record of this number; RefusedError (GAIA_RE01) if there is none."""
        record = self.table.get(record_id)
        if record is None:
            raise refused("GAIA_RE01", record_id)
        return record

    def changes(self) -> Changes:
        """Return an empty set of changes; the caller holds the lock until it is committed."""
        return Changes(self.form, self.table, self.now())

    def record_json(
        self, record: StoredRecord, types: Mapping[str, str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Return a record as the REST API renders it, with all fields or those in `types`."""
        types = self.form.readable_types() if types is None else types
        own = {"$id": str(record.id), "$revision": str(record.revision)}
        if self.code:
            own[self.form.system["RECORD_NUMBER"]] = f"{self.code}-{record.id}"
        return {
            code: {"type": kind, "value": own[code] if code in own else record.values[code]}
            for code, kind in types.items()
        }
