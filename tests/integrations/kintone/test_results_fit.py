"""Which fields of the results app keep results from being written, and which do not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from callrisk.integrations.kintone.form_fields import FormField
from callrisk.integrations.kintone.results_fit import obstacles

TYPES = {
    "risk_score": "NUMBER", "scored_at": "DATETIME", "top_reasons": "MULTI_LINE_TEXT",
    "promise_date": "DATE", "promise_amount": "NUMBER",
}  # fmt: skip
OUTCOMES = {"promised": "お約束", "paid": "お支払い済み"}
NAMES = (
    "event_key", "call_id", "customer_id", "agent_id", "risk_score", "risk_category", "risk_label",
    "skill", "model_version", "scored_at", "top_reasons", "outcome", "outcome_label",
    "promise_date", "promise_amount",
)  # fmt: skip
CODES = {name: f"f_{name}" for name in NAMES}
CATEGORIES, LABELS = ("low", "medium", "high"), ("低", "中", "高")


def field(code: str, kind: str = "SINGLE_LINE_TEXT", **more: Any) -> FormField:
    """A field of a form that limits nothing."""
    return replace(FormField(code, kind, code, False, False, ()), **more)


def form(**changed: dict[str, Any]) -> dict[str, FormField]:
    """A form that takes all results, with some of its fields changed."""
    fields = {
        code: field(code, TYPES.get(name, "SINGLE_LINE_TEXT")) for name, code in CODES.items()
    }
    fields["f_event_key"] = replace(fields["f_event_key"], unique=True)
    for name, more in changed.items():
        fields[CODES[name]] = replace(fields[CODES[name]], **more)
    return fields


def named(told: dict[str, FormField]) -> list[str]:
    """The names of the fields that are in the way."""
    found = obstacles(told, CODES, OUTCOMES)
    return [next(name for name in NAMES if f"({name})" in text.en) for text in found]


def test_a_form_that_limits_nothing_takes_results() -> None:
    """And one that lacks a field does not."""
    lacking = form()
    del lacking["f_agent_id"]

    assert obstacles(form(), CODES, OUTCOMES) == []
    assert named(lacking) == ["agent_id"]


@pytest.mark.parametrize(
    ("name", "more", "fits"),
    [
        ("risk_score", {"type": "SINGLE_LINE_TEXT"}, False),
        ("top_reasons", {"type": "SINGLE_LINE_TEXT"}, True),
        ("risk_category", {"type": "DROP_DOWN", "options": CATEGORIES}, True),
        ("risk_category", {"type": "DROP_DOWN", "options": CATEGORIES[1:]}, False),
        ("model_version", {"type": "DROP_DOWN"}, False),
        ("model_version", {"is_computed": True}, False),
        ("model_version", {"copies": ("x",)}, False),
        ("event_key", {"unique": False}, False),
        ("event_key", {"required": True}, True),
        ("call_id", {"unique": True}, True),
        ("call_id", {"required": True}, True),
        ("risk_score", {"unique": True}, False),
        ("customer_id", {"required": True}, False),
        ("risk_score", {"required": True}, True),
        ("model_version", {"longest": 40}, True),
        ("model_version", {"longest": 39}, False),
        ("event_key", {"longest": 63}, False),
        ("top_reasons", {"longest": 300}, True),
        ("top_reasons", {"longest": 299}, False),
        ("scored_at", {"longest": 0}, True),
        ("skill", {"shortest": 1}, True),
        ("skill", {"shortest": 2}, False),
        ("risk_score", {"lowest": Decimal(0), "highest": Decimal(100)}, True),
        ("risk_score", {"lowest": Decimal("0.1")}, False),
        ("risk_score", {"highest": Decimal("99.9")}, False),
        ("risk_score", {"lowest": Decimal(-1), "highest": Decimal(101)}, True),
        ("outcome", {"type": "DROP_DOWN", "options": ("paid", "promised", "other")}, True),
        ("outcome", {"type": "DROP_DOWN", "options": ("paid",)}, False),
        ("outcome", {"type": "RADIO_BUTTON", "options": ("paid", "promised")}, False),
        ("outcome_label", {"type": "DROP_DOWN", "options": tuple(OUTCOMES.values())}, True),
        ("outcome_label", {"longest": 39}, False),
        ("outcome", {"required": True}, False),
        ("promise_date", {"type": "DATETIME"}, False),
        ("promise_date", {"required": True}, False),
        ("promise_amount", {"lowest": Decimal(1), "highest": Decimal(999_999_999)}, True),
        ("promise_amount", {"highest": Decimal(999_999)}, False),
    ],
)
def test_each_limit_at_its_edge(name: str, more: dict[str, Any], fits: bool) -> None:
    """What takes just everything that is written fits."""
    assert named(form(**{name: more})) == ([] if fits else [name])


def test_a_field_that_a_lookup_fills_does_not_fit() -> None:
    """Wherever the lookup stands."""
    told = form() | {"other": field("other", copies=("f_agent_id",))}

    assert named(told) == ["agent_id"]


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({}, True),
        ({"required": True}, False),
        ({"required": True, "has_default": True}, True),
        ({"unique": True}, True),
        ({"unique": True, "has_default": True}, False),
        ({"required": True, "is_computed": True}, True),
        ({"required": True, "kind": "CREATED_TIME"}, True),
    ],
)
def test_a_field_of_others_must_be_able_to_stay_empty(more: dict[str, Any], fits: bool) -> None:
    """Or take its default in every record."""
    found = obstacles(form() | {"theirs": field("theirs", **more)}, CODES, OUTCOMES)

    assert [("theirs" in text.ja, "theirs" in text.en) for text in found] == (
        [] if fits else [(True, True)]
    )
