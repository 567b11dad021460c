"""Fields added in an app's settings, which wait until they are put into operation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kintone_stand_in.api.refusals import FieldErrors, invalid
from kintone_stand_in.fields import Field
from kintone_stand_in.form import Form

_TAKEN = "フィールドコードが重複しています。"
_UNFIT = "フィールドの設定が正しくありません。"


class StagedFields:
    """The fields that are staged, and the revision of the settings with them.

    `is_under_way` says that they are being put into operation, which the next question ends.
    """

    def __init__(self, form: Form) -> None:
        self.fields: dict[str, Field] = {}
        self.revision = form.revision
        self.is_under_way = False
        self._form = form

    def add(self, properties: Mapping[str, Any]) -> None:
        """Stage fields, all or none; RefusedError for codes that are taken and unfit settings."""
        errors = FieldErrors()
        taken = self._form.properties().keys() | self.fields
        added = {}
        for code, told in properties.items():
            if code in taken:
                errors.add(f"properties.{code}.code", _TAKEN)
                continue
            try:
                added[code] = _field(told)
            except (KeyError, TypeError, ValueError, ArithmeticError):
                errors.add(f"properties.{code}", _UNFIT)
        if errors.messages:
            raise invalid(errors.messages)
        self.fields |= added
        self.revision += 1

    def properties(self) -> dict[str, dict[str, Any]]:
        """Return the properties of every field, staged ones included."""
        staged = {code: field.properties(code) for code, field in self.fields.items()}
        return staged | self._form.properties()

    def deployed(self) -> dict[str, Field]:
        """Return the fields that come into operation now; nothing is staged from then on."""
        fields, self.fields = self.fields, {}
        self.is_under_way = False
        self._form.fields |= fields
        self._form.revision = self.revision
        return fields


def _field(told: Mapping[str, Any]) -> Field:
    options = told.get("options", {})
    return Field(
        str(told["type"]),
        label=str(told["label"]),
        unique=told.get("unique") in (True, "true"),
        required=told.get("required") in (True, "true"),
        options=tuple(sorted(options, key=lambda name: int(options[name]["index"]))),
        max_length=int(told["maxLength"]) if told.get("maxLength") else None,
        min_value=_number(told.get("minValue")),
        max_value=_number(told.get("maxValue")),
    )


def _number(told: object) -> Decimal | None:
    return Decimal(str(told)) if told else None
