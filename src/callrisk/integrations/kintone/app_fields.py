"""The fields that an app is to have, as Kintone's API of forms takes them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from callrisk.domain.customer import FieldKind
from callrisk.integrations.kintone.customers.customer_mapping import OWN_ID, FieldMap
from callrisk.integrations.kintone.results_fit import OPTIONS, RANGES

Properties = dict[str, dict[str, Any]]

# The names that people see, and the types, of the fields of results.
_RESULTS = {
    "event_key": ("通話キー", "SINGLE_LINE_TEXT"),
    "call_id": ("通話 ID", "SINGLE_LINE_TEXT"),
    "customer_id": ("顧客番号", "SINGLE_LINE_TEXT"),
    "agent_id": ("担当者", "SINGLE_LINE_TEXT"),
    "risk_score": ("リスクスコア", "NUMBER"),
    "risk_category": ("リスク区分コード", "DROP_DOWN"),
    "risk_label": ("リスク区分", "DROP_DOWN"),
    "top_reasons": ("主な理由", "MULTI_LINE_TEXT"),
    "model_version": ("モデルの版", "SINGLE_LINE_TEXT"),
    "skill": ("モデルの実力", "DROP_DOWN"),
    "scored_at": ("判定日時", "DATETIME"),
    # Their words may change in config.py, and a choice would refuse new ones.
    "outcome": ("通話結果コード", "SINGLE_LINE_TEXT"),
    "outcome_label": ("通話結果", "SINGLE_LINE_TEXT"),
    "promise_date": ("支払約束日", "DATE"),
    "promise_amount": ("支払約束額", "NUMBER"),
}
# No field, and the record's own number, which every app has.
_EVERYWHERE = ("", OWN_ID, "レコード番号", "Record_number")
_TYPES = {
    FieldKind.NUMBER: "NUMBER",
    FieldKind.CHOICE: "SINGLE_LINE_TEXT",
    FieldKind.DATE: "DATE",
}


def results_fields(codes: Mapping[str, str]) -> Properties:
    """Return the fields of a results app by code; `codes` are the codes by our names."""
    fields = ((code, *_RESULTS[name], _details(name)) for name, code in codes.items())
    return _by_code(fields)


def customers_fields(columns: FieldMap) -> Properties:
    """Return the fields of a customers app by code, as config.py names them."""
    persons = (
        (columns.customer_id, "SINGLE_LINE_TEXT", {"unique": True, "required": True}),
        (columns.name, "SINGLE_LINE_TEXT", {}),
        (columns.kana, "SINGLE_LINE_TEXT", {}),
        *((code, "SINGLE_LINE_TEXT", {}) for code in columns.phones),
        (columns.address, "MULTI_LINE_TEXT", {}),
        *((field.column, _TYPES[field.kind], {}) for field in columns.fields),
    )
    named = [(code, code, kind, more) for code, kind, more in persons if code not in _EVERYWHERE]
    return _by_code(named)


def _by_code(fields: Iterable[tuple[str, str, str, Mapping[str, Any]]]) -> Properties:
    made: Properties = {}
    for code, label, kind, details in fields:
        made.setdefault(code, {"code": code, "label": label, "type": kind, **details})
    return made


def _details(name: str) -> dict[str, Any]:
    """Return what a field of results forbids or offers beside its type."""
    if name == "event_key":
        return {"unique": True, "required": True}
    if name in OPTIONS:
        words = enumerate(OPTIONS[name])
        return {"options": {word: {"label": word, "index": str(at)} for at, word in words}}
    if name in RANGES:
        return {"minValue": _limit(RANGES[name][0]), "maxValue": _limit(RANGES[name][1])}
    return {}


def _limit(number: Decimal) -> str:
    return str(number)
