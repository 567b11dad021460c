"""What the CRM sends when a record changed there; a hint, never a fact."""

from typing import Any

from pydantic import BaseModel, ConfigDict

_LONGEST_NUMBER = 15


class RecordChanged(BaseModel):
    """A notification of Kintone; `$id` of the record or `recordId` names the record."""

    model_config = ConfigDict(extra="allow")

    id: Any = None
    type: Any = None
    record: Any = None
    recordId: Any = None  # noqa: N815 - Kintone's own name

    @property
    def record_id(self) -> int | None:
        """Return the number of the record; None for comments and whatever else names none."""
        number = self.record.get("$id") if isinstance(self.record, dict) else None
        number = number.get("value") if isinstance(number, dict) else self.recordId
        text = str(number)
        is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
        return int(text) if is_number else None
