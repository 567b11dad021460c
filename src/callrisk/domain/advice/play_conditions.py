"""The conditions of a play: when it applies, and when it must not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from callrisk.domain.advice.moment import CallKind
from callrisk.domain.advice.need import Need
from callrisk.domain.advice.play_table import Table
from callrisk.domain.customer import Customer, CustomerField, FieldKind
from callrisk.domain.language import Intent, Mood
from callrisk.domain.risk_category import RiskCategory

# Stands in a list of categories or kinds of call for one that is not known.
UNKNOWN = "unknown"
_KEYS = (
    "said", "state", "within_turns", "within_s", "newest", "times", "dated", "mood", "open_kinds",
    "nothing_said", "question", "max_turns", "category", "record", "elapsed_s", "kind",
    "customer_words", "of_others", "agent_words", "need", "names_day",
)  # fmt: skip
_CATEGORIES = (*RiskCategory, UNKNOWN)
_KINDS = (*CallKind, UNKNOWN)
_NEEDS = tuple(need for need in Need if need is not Need.NONE)
# Only these moods suppress a statement by themselves.
_MOODS = tuple(mood for mood in Mood if mood is not Mood.ASSERTED)
_MOST_TURNS, _MOST_SECONDS = 999, 86_400
_COMPARISON = re.compile(r"(>=|<=|>|<|!=)\s*(.+)")


class State(StrEnum):
    """The state of a statement: open, answered by a later one, or either."""

    OPEN = "open"
    ANSWERED = "answered"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class RecordCondition:
    """A condition on one field of the record; a field that is blank or unknown never fulfils it."""

    field: str
    comparison: str
    values: tuple[str | float, ...]

    def holds(self, customer: Customer | None) -> bool:
        """Return True if the record has a value of this field that fulfils the condition."""
        value = customer.values.get(self.field) if customer else None
        if isinstance(value, str):
            return (value in self.values) is (self.comparison == "=") and self._compares_text
        if isinstance(value, int | float):
            return any(
                isinstance(one, int | float) and _compared(value, self.comparison, one)
                for one in self.values
            )
        return False

    @property
    def _compares_text(self) -> bool:
        return self.comparison in {"=", "!="} and isinstance(self.values[0], str)


def _compared(value: float, comparison: str, other: float) -> bool:
    return {
        "=": value == other, "!=": value != other, ">=": value >= other,
        "<=": value <= other, ">": value > other, "<": value < other,
    }[comparison]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions on a moment of a call; what is empty or None is no condition.

    `state`, `within_turns`, `within_s`, `dated` and `mood` narrow which statements of `said` count;
    `times` asks for at least so many of them, in whatever state;
    `within_turns`, `within_s` and `newest` hold for words, too; `newest` asks for the newest turn
    of the customer, and concerns no words of the agent. Where words of the customer alone cause a
    play, those about other people count only with `of_others`. `question` holds while it asks
    something and states nothing about paying. `need` causes a play as well: a turn of the customer
    that clearly calls for one of these stands for what `said`, `customer_words` and `question` ask.
    `names_day` holds while the newest turn of the customer names a day or a moment, or names none.
    """

    said: tuple[Intent, ...] = ()
    state: State = State.OPEN
    within_turns: int | None = None
    within_s: int | None = None
    newest: bool = False
    times: int | None = None
    dated: bool | None = None
    mood: tuple[Mood, ...] = ()
    open_kinds: int | None = None
    nothing_said: bool | None = None
    question: bool | None = None
    max_turns: int | None = None
    category: tuple[str, ...] = ()
    record: tuple[RecordCondition, ...] = ()
    min_elapsed_s: int | None = None
    max_elapsed_s: int | None = None
    kind: tuple[str, ...] = ()
    customer_words: tuple[re.Pattern[str], ...] = ()
    of_others: bool = False
    agent_words: tuple[re.Pattern[str], ...] = ()
    need: tuple[Need, ...] = ()
    names_day: bool | None = None


Fields = Mapping[str, CustomerField]


def conditions_from(table: Table, fields: Fields) -> Conditions:
    """Return checked conditions; PlaybookError for what cannot be used."""
    table.check_keys(_KEYS)
    elapsed = table.table("elapsed_s")
    elapsed.check_keys(("min", "max"))
    conditions = Conditions(
        said=tuple(map(Intent, table.names("said", tuple(Intent)))),
        state=State((table.names("state", tuple(State)) or (State.OPEN,))[0]),
        within_turns=table.whole("within_turns", 1, _MOST_TURNS),
        within_s=table.whole("within_s", 1, _MOST_SECONDS),
        newest=bool(table.flag("newest")),
        times=table.whole("times", 1, _MOST_TURNS),
        dated=table.flag("dated"),
        mood=tuple(map(Mood, table.names("mood", _MOODS))),
        open_kinds=table.whole("open_kinds", 1, len(Intent)),
        nothing_said=table.flag("nothing_said"),
        question=table.flag("question"),
        max_turns=table.whole("max_turns", 0, _MOST_TURNS),
        category=table.names("category", _CATEGORIES),
        record=tuple(_record_conditions(table.table("record"), fields)),
        min_elapsed_s=elapsed.whole("min", 0, _MOST_SECONDS),
        max_elapsed_s=elapsed.whole("max", 0, _MOST_SECONDS),
        kind=table.names("kind", _KINDS),
        customer_words=table.words("customer_words"),
        of_others=bool(table.flag("of_others")),
        agent_words=table.words("agent_words"),
        need=tuple(map(Need, table.names("need", _NEEDS))),
        names_day=table.flag("names_day"),
    )
    _check_together(table, conditions)
    return conditions


def _check_together(table: Table, conditions: Conditions) -> None:
    """Raise PlaybookError for conditions that could never narrow anything or never hold."""
    for key in ("state", "times", "dated", "mood"):
        if key in table.values and not conditions.said:
            raise table.error(key, "said と一緒に書いてください", "needs said beside it")
    if conditions.dated is not None and Intent.PROMISE not in conditions.said:
        raise table.error(
            "dated", "said に promise があるときだけ使えます", "needs promise among said"
        )
    for key in ("within_turns", "within_s", "newest"):
        words = conditions.customer_words + conditions.agent_words
        if key in table.values and not (conditions.said or conditions.need or words):
            raise table.error(
                key, "said か need、customer_words、agent_words と一緒に書いてください",
                "needs said, need, customer_words or agent_words beside it",
            )  # fmt: skip
    low, high = conditions.min_elapsed_s, conditions.max_elapsed_s
    if low is not None and high is not None and low > high:
        raise table.error("elapsed_s", "min が max より大きいです", "min is above max")


def _record_conditions(table: Table, fields: Fields) -> Iterable[RecordCondition]:
    for field in table.values:
        condition = _record_condition(table, field)
        if fields:
            _check_field(table, condition, fields)
        yield condition


def _record_condition(table: Table, field: str) -> RecordCondition:
    value = table.values[field]
    if isinstance(value, str) and (compared := _COMPARISON.fullmatch(value.strip())):
        return _comparison(table, field, compared[1], compared[2].strip())
    values = value if isinstance(value, list) else [value]
    texts = tuple(one for one in values if isinstance(one, str) and one)
    numbers = tuple(
        float(one) for one in values if isinstance(one, int | float) and not isinstance(one, bool)
    )
    if not values or len(values) not in {len(texts), len(numbers)}:
        raise table.error(
            field, '"値"、数、["値", "値"]、">= 1" のどれかにしてください',
            'expected "value", a number, ["value", "value"] or ">= 1"',
        )  # fmt: skip
    return RecordCondition(field, "=", texts or numbers)


def _comparison(table: Table, field: str, comparison: str, text: str) -> RecordCondition:
    try:
        return RecordCondition(field, comparison, (float(text),))
    except ValueError:
        if comparison == "!=":
            return RecordCondition(field, comparison, (text,))
        raise table.error(
            field, f"「{comparison}」の後は数にしてください（今は {text}）",
            f"expected a number after {comparison}, not {text!r}",
        ) from None  # fmt: skip


def _check_field(table: Table, condition: RecordCondition, fields: Fields) -> None:
    field = fields.get(condition.field)
    if field is None:
        names = ", ".join(fields)
        raise table.error(
            condition.field, f"記録にこの項目はありません（{names}）",
            f"no such field of the record (one of {names})",
        )  # fmt: skip
    is_text = isinstance(condition.values[0], str)
    fits = {FieldKind.CHOICE: is_text, FieldKind.NUMBER: not is_text}.get(field.kind, False)
    if not fits:
        raise table.error(
            condition.field, f"この項目は {field.kind} です。それに合う値にしてください",
            f"expected a value of kind {field.kind}",
        )  # fmt: skip
    unknown = [one for one in condition.values if field.choices and one not in field.choices]
    if unknown:
        names = ", ".join(field.choices)
        raise table.error(
            condition.field, f"「{unknown[0]}」という選択肢はありません（{names}）",
            f"no choice {unknown[0]!r} (one of {names})",
        )  # fmt: skip
