"""The form of an app: its own fields and the system fields that every app has."""

from collections.abc import Mapping
from typing import Any

from kintone_stand_in.fields import Field

# The codes of a Japanese tenant; the English ones where the app has a field of that code itself.
_SYSTEM_CODES = {
    "RECORD_NUMBER": ("レコード番号", "Record_number"),
    "CREATOR": ("作成者", "Created_by"),
    "CREATED_TIME": ("作成日時", "Created_datetime"),
    "MODIFIER": ("更新者", "Updated_by"),
    "UPDATED_TIME": ("更新日時", "Updated_datetime"),
}
# These stand in the form of every app but in no record while they are switched off.
_SWITCHED_OFF = {"カテゴリー": "CATEGORY", "ステータス": "STATUS", "作業者": "STATUS_ASSIGNEE"}
# What no app needs to bring along.
SYSTEM_CODES = frozenset(_SWITCHED_OFF).union(*_SYSTEM_CODES.values())


class Form:
    """The fields of an app by code."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = dict(fields)
        self.system = {
            kind: next(code for code in codes if code not in fields)
            for kind, codes in _SYSTEM_CODES.items()
        }
        self.revision = 1

    def types(self) -> dict[str, str]:
        """Return the type of each field of a record by code, without `$id` and `$revision`."""
        system = {code: kind for kind, code in self.system.items()}
        return {code: field.type for code, field in self.fields.items()} | system

    def readable_types(self) -> dict[str, str]:
        """Return the type of everything that a client may read of a record, by code."""
        return self.types() | {"$id": "__ID__", "$revision": "__REVISION__"}

    def type_of(self, code: str) -> str | None:
        """Return the type of a field that a query may name, or None for an unknown code."""
        return "__ID__" if code == "$id" else self.types().get(code)

    def rename(self, old: str, new: str) -> None:
        """Give a field another code; ValueError where that is impossible."""
        if old not in self.fields or new in self.types():
            raise ValueError(f"cannot rename {old} to {new}: fields are {', '.join(self.types())}")
        self.fields = {new if code == old else code: it for code, it in self.fields.items()}
        self.revision += 1

    def properties(self) -> dict[str, dict[str, Any]]:
        """Return the properties of every field as the form API renders them."""
        properties = {code: field.properties(code) for code, field in self.fields.items()}
        for kind, code in self.system.items():
            properties[code] = {"type": kind, "code": code, "label": code, "noLabel": False}
        for code, kind in _SWITCHED_OFF.items():
            disabled = {"type": kind, "code": code, "label": code, "enabled": False}
            properties.setdefault(code, disabled)
        return properties
