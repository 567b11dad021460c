"""What in the form of the results app keeps results from being written, in both languages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY, Text
from callrisk.domain.work.outcome_codes import LONGEST_CODE
from callrisk.integrations.kintone.form_fields import FormField

_TEXT = frozenset({"SINGLE_LINE_TEXT"})
_CHOICE = frozenset({"SINGLE_LINE_TEXT", "DROP_DOWN", "RADIO_BUTTON"})
_KINDS = {
    "risk_score": frozenset({"NUMBER"}),
    "scored_at": frozenset({"DATETIME"}),
    "top_reasons": frozenset({"MULTI_LINE_TEXT", "SINGLE_LINE_TEXT"}),
    "risk_category": _CHOICE,
    "risk_label": _CHOICE,
    "skill": _CHOICE,
    # A radio button cannot stay empty.
    "outcome": frozenset({"SINGLE_LINE_TEXT", "DROP_DOWN"}),
    "outcome_label": frozenset({"SINGLE_LINE_TEXT", "DROP_DOWN"}),
    "promise_date": frozenset({"DATE"}),
    "promise_amount": frozenset({"NUMBER"}),
}
# What is written into a choice.
OPTIONS = {
    "risk_category": tuple(str(category) for category in RiskCategory),
    "risk_label": tuple(label.ja for label in CATEGORY.values()),
    "skill": ("demonstrated", "unproven"),
}
# The numbers that are written: a score, and an amount in yen.
RANGES = {
    "risk_score": (Decimal(0), Decimal(100)),
    "promise_amount": (Decimal(1), Decimal(999_999_999)),
}
# The most characters that are written.
_LONGEST = {"event_key": 64, "call_id": 64, "customer_id": 64, "agent_id": 64, "risk_category": 6,
            "risk_label": 4, "skill": 12, "model_version": 40,
            "outcome": LONGEST_CODE, "outcome_label": 40}  # fmt: skip
# A few sentences.
_LONGEST_REASONS = 300
# Each may be empty: a caller without a record, a call that nobody took or noted nothing of.
_MAY_BE_EMPTY = frozenset(
    {"customer_id", "agent_id", "top_reasons", "outcome", "outcome_label", "promise_date",
     "promise_amount"}
)  # fmt: skip
# Fields of a form that no record has, or that Kintone fills by itself.
_FILLED_BY_KINTONE = frozenset(
    {"CALC", "RECORD_NUMBER", "CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME", "STATUS",
     "STATUS_ASSIGNEE", "CATEGORY", "GROUP", "REFERENCE_TABLE", "LABEL", "HR", "SPACER",
     "RADIO_BUTTON"}
)  # fmt: skip


def obstacles(
    form: Mapping[str, FormField], codes: Mapping[str, str], outcomes: Mapping[str, str]
) -> list[Text]:
    """Return a sentence for each obstacle.

    `codes` are the codes of our fields by name, `outcomes` the Japanese words of outcomes by code.
    """
    options = OPTIONS | {"outcome": tuple(outcomes), "outcome_label": tuple(outcomes.values())}
    told = _Form(form, frozenset(code for field in form.values() for code in field.copies), options)
    own = [problem for name, code in codes.items() for problem in _of_own(told, name, code)]
    foreign = [field for code, field in form.items() if code not in codes.values()]
    return own + [_required(field) for field in foreign if _must_be_filled(field)]


@dataclass(frozen=True, slots=True)
class _Form:
    """A form: its fields, the codes of those that lookups fill, the options that are written."""

    fields: Mapping[str, FormField]
    copied: Collection[str]
    options: Mapping[str, Sequence[str]]


def _of_own(form: _Form, name: str, code: str) -> list[Text]:
    field = form.fields.get(code)
    if field is None:
        wrong = Text(
            "アプリにありません。作るか、result_fields に新しいコードを書いてください",
            "there is no such field: make it, or write its code into result_fields",
        )
    elif field.type not in _KINDS.get(name, _TEXT):
        kinds = sorted(_KINDS.get(name, _TEXT))
        wrong = Text(
            f"種類が {field.type} です。使えるのは {' / '.join(kinds)} です",
            f"it is {field.type}, not {' or '.join(kinds)}",
        )
    else:
        wanted = form.options.get(name, ())
        checks = (
            _of_filling(field, form.copied), _of_key(field, name), _of_limits(field, name, wanted),
        )  # fmt: skip
        return [_told(name, code, each) for each in checks if each is not None]
    return [_told(name, code, wrong)]


def _told(name: str, code: str, wrong: Text) -> Text:
    return Text(
        f"フィールド「{code}」（{name}）: {wrong.ja}",
        f'result_fields: "{code}" ({name}): {wrong.en}',
    )


def _of_filling(field: FormField, copied: Collection[str]) -> Text | None:
    if not (field.is_computed or field.copies or field.code in copied):
        return None
    return Text(
        "計算式かルックアップの値です。ふつうのフィールドにしてください",
        "it is filled by a formula or a lookup: take a plain field",
    )


def _of_key(field: FormField, name: str) -> Text | None:
    if name == "event_key":
        if field.unique:
            return None
        return Text("「値の重複を禁止する」を設定してください", "it must not allow duplicates")
    if field.unique and name != "call_id":
        return Text(
            "「値の重複を禁止する」を外してください。多くの通話で同じ値になります",
            "it must allow duplicates: many calls have the same value",
        )
    if field.required and name in _MAY_BE_EMPTY:
        return Text(
            "「必須項目にする」を外してください。空の通話があります",
            "it must not be required: it is empty for some calls",
        )
    return None


def _of_limits(field: FormField, name: str, wanted: Sequence[str]) -> Text | None:
    missing = [one for one in wanted if one not in field.options]
    if field.options and missing:
        listed = ", ".join(missing)
        return Text(f"選択肢に {listed} を加えてください", f"it lacks the options {listed}")
    longest = _LONGEST.get(name, _LONGEST_REASONS if name == "top_reasons" else 0)
    is_short = field.longest is not None and field.longest < longest
    if is_short or (field.shortest or 0) > 1:
        return Text(
            f"文字数の制限を外してください（最大 {longest} 文字）",
            f"it limits its length: up to {longest} characters are written",
        )
    return _of_range(field, *RANGES[name]) if name in RANGES else None


def _of_range(field: FormField, lowest: Decimal, highest: Decimal) -> Text | None:
    is_high = field.lowest is not None and field.lowest > lowest
    is_low = field.highest is not None and field.highest < highest
    if not (is_high or is_low):
        return None
    return Text(
        f"最小値と最大値は {lowest} から {highest} を含めてください",
        f"it must take {lowest} to {highest}",
    )


def _must_be_filled(field: FormField) -> bool:
    if field.type in _FILLED_BY_KINTONE or field.is_computed:
        return False
    # A default that no second record may have is as good as none.
    return (field.required and not field.has_default) or (field.unique and field.has_default)


def _required(field: FormField) -> Text:
    return Text(
        f"フィールド「{field.code}」が必須か、初期値の重複を禁止しています。callrisk はこの"
        "フィールドに書かないため、その設定を外してください",
        f'field "{field.code}" is required, or forbids its default value twice, and nothing is '
        "written into it: take that setting away",
    )
