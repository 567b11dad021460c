"""A play: one piece of advice, when it applies, and why; and the playbook that holds them all.

A playbook is a TOML file of `[[play]]` tables. The product has one; a company's own file replaces
plays of the same id, takes them away (`off = true`) and adds others. `docs/playbook.md` describes
the keys.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from callrisk.domain.advice.need import Need
from callrisk.domain.advice.play_conditions import Conditions, Fields, conditions_from
from callrisk.domain.advice.play_table import PlaybookError, Table, Words
from callrisk.domain.customer import CustomerField
from callrisk.domain.language.predicates import text_of

_PACKAGED = Path(__file__).parent / "playbook.toml"
_TEXTS = ("action", "action_en", "why", "why_en", "script", "script_en")
_KEYS = (
    "id", "off", "priority", "cooldown_s", "payment", "topic", "suits", "when", "unless", "until",
    *_TEXTS, "example",
)  # fmt: skip
_LAST_PRIORITY = 99
_LONGEST_COOLDOWN_S = 86_400
# Up to this priority a play that is caused by words comes before everything else.
URGENT_PRIORITY = 9


class Payment(StrEnum):
    """The bearing of a play on a request to pay: it makes one, or forbids it for now."""

    ASK = "ask"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Play:
    """One piece of advice in two languages; priority 1 comes first.

    All conditions of `when` must hold, and none of `unless`. A turn of the customer with words of
    `until` takes back what caused the play in this turn or an earlier one. `cooldown_s` is the
    shortest time between an answer of the agent and the same advice. `example` are turns that
    cause it, those of the agent after "A: ". Of the plays with one `topic` at most one is shown at
    a time. `suits` are the needs that it answers: where the newest turn causes it and hardly
    has any of them, it is not shown. Without any it always is.
    """

    id: str
    when: Conditions
    unless: Conditions
    action: str
    action_en: str
    why: str
    why_en: str
    script: str
    script_en: str
    priority: int
    cooldown_s: int = 0
    payment: Payment | None = None
    topic: str = ""
    suits: tuple[Need, ...] = ()
    until: Words = ()
    example: tuple[str, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """True for a play that words or a need cause and that comes before everything else."""
        words = self.when.customer_words or self.when.agent_words or self.when.need
        return bool(words) and self.priority <= URGENT_PRIORITY

    def contradicts(self, other: "Play") -> bool:
        """Return True if one asks for a payment and the other forbids asking."""
        return {self.payment, other.payment} == {Payment.ASK, Payment.PAUSE}

    def repeats(self, other: "Play") -> bool:
        """Return True if both give the same advice or are of one topic."""
        return self.action == other.action or bool(self.topic and self.topic == other.topic)


@dataclass(frozen=True, slots=True)
class Playbook:
    """The plays of a product or a company, each with an id of its own."""

    plays: tuple[Play, ...]

    def play(self, play_id: str) -> Play | None:
        """Return the play with this id, or None."""
        return next((play for play in self.plays if play.id == play_id), None)


def load_playbook(file: Path | None = None, fields: Iterable[CustomerField] = ()) -> Playbook:
    """Return the product's playbook with the plays of a company's own file, if there is one.

    PlaybookError for a play that cannot be used. With `fields`, those of the customer's record,
    the own plays may name only these.
    """
    if file is None or not file.exists():
        return _packaged()
    known = {field.name: field for field in fields}
    plays: dict[str, Play | None] = {play.id: play for play in _packaged().plays}
    plays |= dict(_plays_in(file, known))
    return Playbook(tuple(play for play in plays.values() if play is not None))


@cache
def _packaged() -> Playbook:
    return Playbook(tuple(play for _, play in _plays_in(_PACKAGED, {}) if play is not None))


def _plays_in(file: Path, fields: Fields) -> Iterator[tuple[str, Play | None]]:
    seen: set[str] = set()
    for number, values in enumerate(_tables_of(file), start=1):
        # Until its id is known a play goes by its number.
        table = Table(file, str(values.get("id") or number), values)
        play_id = table.text("id")
        if play_id in seen:
            raise table.error("id", "同じ id のプレイが 2 つあります", "two plays have this id")
        seen.add(play_id)
        table.check_keys(_KEYS)
        yield play_id, None if table.flag("off") else _play(table, play_id, fields)


def _tables_of(file: Path) -> list[dict[str, object]]:
    try:
        document = tomllib.loads(text_of(file))
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError(
            file, "", "", f"TOML として読めません（{error}）", f"not readable as TOML: {error}"
        ) from None
    except OSError as error:
        raise PlaybookError(
            file, "", "", f"ファイルを読めません（{error.strerror}）",
            f"the file cannot be read: {error.strerror}",
        ) from None  # fmt: skip
    Table(file, "", document).check_keys(("play",))
    plays = document.get("play", [])
    if not isinstance(plays, list) or not all(isinstance(play, dict) for play in plays):
        raise PlaybookError(
            file,
            "",
            "play",
            "各プレイを [[play]] で始めてください",
            "begin each play with [[play]]",
        )
    return plays


def _play(table: Table, play_id: str, fields: Fields) -> Play:
    priority = table.whole("priority", 1, _LAST_PRIORITY)
    if priority is None:
        raise table.error(
            "priority", f"1 から {_LAST_PRIORITY} までの整数にしてください",
            f"expected a whole number from 1 to {_LAST_PRIORITY}",
        )  # fmt: skip
    if "when" not in table.values:
        raise table.error(
            "when", "条件を 1 つ以上書いてください", "expected at least one condition"
        )
    payment = table.names("payment", tuple(Payment))
    when = conditions_from(table.table("when"), fields)
    suits = tuple(map(Need, table.names("suits", tuple(Need))))
    texts = {key: table.text(key) for key in _TEXTS}
    return Play(
        id=play_id,
        when=when,
        unless=conditions_from(table.table("unless"), fields),
        priority=priority,
        cooldown_s=table.whole("cooldown_s", 0, _LONGEST_COOLDOWN_S) or 0,
        payment=Payment(payment[0]) if payment else None,
        topic=table.text("topic") if "topic" in table.values else "",
        suits=(*when.need, *suits),
        until=table.words("until"),
        example=table.texts("example"),
        **texts,
    )
