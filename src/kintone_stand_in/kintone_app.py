"""One app of the stand-in: a form, its records, and the tokens that open it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from kintone_stand_in.api.refusals import refused
from kintone_stand_in.changes import Changes
from kintone_stand_in.fields import Field, StoredValue
from kintone_stand_in.form import Form
from kintone_stand_in.table import RecordTable, StoredRecord

EVERYTHING = frozenset({"view", "add", "edit"})


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class App:
    """Use it from Python as a person would from the browser: add, update, remove, rename.

    `tokens` may get further ones. `told` hears of each record that is added or updated.
    """

    app_id: int
    name: str
    fields: Mapping[str, Field]
    token: str
    permissions: frozenset[str] = EVERYTHING
    now: Callable[[], datetime] = _now
    tokens: dict[str, frozenset[str]] = field(init=False)
    form: Form = field(init=False)
    table: RecordTable = field(init=False)
    lock: RLock = field(init=False, default_factory=RLock)
    told: Callable[["App", str, StoredRecord], None] | None = None

    def __post_init__(self) -> None:
        self.tokens = {self.token: self.permissions}
        self.form = Form(self.fields)
        unique = {code: it.type for code, it in self.form.fields.items() if it.unique}
        self.table = RecordTable(unique)

    def __len__(self) -> int:
        return len(self.table)

    def add(self, values: Mapping[str, object]) -> int:
        """A new record with these values; its number."""
        with self.lock:
            changes = self.changes()
            record_id = changes.add(values)
            changes.keep()
            self.tell("ADD_RECORD", record_id)
        return record_id

    def update(self, record_id: int, values: Mapping[str, object]) -> None:
        """The record gets these values, whatever its revision."""
        with self.lock:
            changes = self.changes()
            changes.update(record_id, values)
            changes.keep()
            self.tell("UPDATE_RECORD", record_id)

    def remove(self, record_id: int) -> None:
        """Take a record away."""
        with self.lock:
            self.get(record_id)
            self.table.remove(record_id)

    def record(self, record_id: int) -> dict[str, StoredValue]:
        """Field code to value, system fields, `$id` and `$revision` included."""
        with self.lock:
            told = self.told_record(self.get(record_id))
        return {code: it["value"] for code, it in told.items()}

    def records(self) -> list[dict[str, StoredValue]]:
        """All records as `record` tells them, in the order of their numbers."""
        with self.lock:
            return [self.record(record_id) for record_id in self.table.between(1, float("inf"))]

    def rename(self, old: str, new: str) -> None:
        """Give a field another code; the records keep what they hold."""
        with self.lock:
            self.form.rename(old, new)
            self.table.rename(old, new)

    def get(self, record_id: int) -> StoredRecord:
        """The record of this number; GAIA_RE01 if there is none."""
        found = self.table.get(record_id)
        if found is None:
            raise refused("GAIA_RE01", record_id)
        return found

    def changes(self) -> Changes:
        """An empty set of changes; hold the lock until they are kept."""
        return Changes(self.form, self.table, self.now())

    def told_record(
        self, record: StoredRecord, types: Mapping[str, str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """The record as the wire tells it; `types` when only some fields are wanted."""
        wanted = self.form.told_types() if types is None else types
        own = {"$id": str(record.id), "$revision": str(record.revision)}
        return {
            code: {"type": kind, "value": own[code] if code in own else record.values[code]}
            for code, kind in wanted.items()
        }

    def title_of(self, record: StoredRecord) -> str:
        """What stands for a record in a list: its first text, or its number."""
        texts = (code for code, it in self.form.fields.items() if it.type == "SINGLE_LINE_TEXT")
        first = next(texts, None)
        return str(record.values[first] if first else "") or str(record.id)

    def tell(self, kind: str, record_id: int) -> None:
        """Let whoever listens know that a record was added or updated."""
        if self.told is not None:
            self.told(self, kind, self.get(record_id))
