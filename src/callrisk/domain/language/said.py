"""The statements of a customer about paying in a call: open concerns, answers, and their totals.

The statements of a call are read in the order of speech, by the begin of their turn, its id and
their place in it. A concern opens with its weight times its strength; a second one of its kind
adds half as much, a third a quarter, and so on. A later promise, capacity or resolved answers a
share of every open concern (`domain/language/concerns.csv`). What reassures counts against the
concerns, the strongest of each kind once.

Everything is a function of the set of turns: a turn that comes late changes the states after it.
All amounts are whole hundredths of a weight, so they are equal wherever they are computed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from callrisk.domain.language import Intent, Statement
from callrisk.domain.language.concerns import Concern, Concerns
from callrisk.domain.language.spoken import SPOKEN
from callrisk.domain.segment import Segment

HUNDREDTHS = 100
_HALF = 50


@dataclass(frozen=True, slots=True)
class SaidStatement:
    """A statement of a call that counts: its turn, what it opened, and how much was answered.

    `amount` is in hundredths of a weight, negative for what reassures; `answered` a percentage.
    `dated` is True for a promise whose turn names a day.
    """

    segment_id: str
    begin_ms: int | None
    statement: Statement
    dated: bool
    is_concern: bool
    amount: int
    answered: int = 0

    @property
    def intent(self) -> Intent:
        """The kind of statement."""
        return self.statement.intent

    @property
    def is_open(self) -> bool:
        """True for a concern of which less than half was answered."""
        return self.is_concern and self.answered < _HALF


@dataclass(frozen=True, slots=True)
class SaidTotals:
    """The totals of what was said so far, as whole numbers; amounts in hundredths of a weight.

    `said_concern` is the sum of the open concerns less what reassures. `said_promise` is 2 for a
    promise with a date and 1 for one without; `said_last` is 1 where the last statement was a
    concern, -1 where it reassured.
    """

    said_statements: int = 0
    said_concern: int = 0
    said_strongest: int = 0
    said_open_kinds: int = 0
    said_concern_turns: int = 0
    said_promise: int = 0
    said_last: int = 0


SAID_FIELDS = tuple(field.name for field in fields(SaidTotals))
NOTHING_SAID = SaidTotals()


@dataclass(frozen=True, slots=True)
class Said:
    """The statements of a call that count, and the totals after each of them."""

    statements: tuple[SaidStatement, ...] = ()
    path: tuple[SaidTotals, ...] = ()

    @property
    def totals(self) -> SaidTotals:
        """The totals after the last statement."""
        return self.path[-1] if self.path else NOTHING_SAID


NOTHING = Said()
# A turn and what it says.
ReadTurn = tuple[Segment, Sequence[Statement]]


def said_in(turns: Iterable[ReadTurn], concerns: Concerns) -> Said:
    """Return what was said in these turns, in whatever order they are given."""
    ledger = _Ledger(concerns)
    for turn, statements in sorted(turns, key=lambda read: read[0].place):
        ledger.take(turn, statements)
    return ledger.said()


def names_date(text: str) -> bool:
    """Return True if a text names a day or a moment by which somebody could pay."""
    return any(language.names_date(text) for language in SPOKEN)


class _Open:
    """The open concerns of one kind: their amount, and the repetitions since the last answer."""

    def __init__(self) -> None:
        self.amount = 0
        self.repeated = 0
        self.statements: list[int] = []


class _Ledger:
    """Adds statements in the order of speech."""

    def __init__(self, concerns: Concerns) -> None:
        self._concerns = concerns
        self._open: dict[Intent, _Open] = {}
        self._reassured: dict[Intent, int] = {}
        self._statements: list[SaidStatement] = []
        self._answered: list[int] = []
        self._path: list[SaidTotals] = []
        self._turns: set[str] = set()
        self._promise = 0

    def take(self, turn: Segment, statements: Iterable[Statement]) -> None:
        for statement in statements:
            if statement.counts:
                self._add(turn, statement, self._concerns[statement.intent])

    def said(self) -> Said:
        statements = tuple(
            replace(one, answered=share)
            for one, share in zip(self._statements, self._answered, strict=True)
        )
        return Said(statements, tuple(self._path))

    def _add(self, turn: Segment, statement: Statement, concern: Concern) -> None:
        dated = statement.intent is Intent.PROMISE and names_date(turn.text)
        amount = round(HUNDREDTHS * concern.weight * statement.strength)
        is_concern = concern.weight > 0
        if is_concern:
            amount = self._opened(turn, concern, amount)
        else:
            self._answer(statement.intent, dated)
            amount = self._reassure(statement.intent, dated, amount)
        self._statements.append(
            SaidStatement(turn.segment_id, turn.begin_ms, statement, dated, is_concern, amount)
        )
        self._answered.append(0)
        self._path.append(self._totals(amount, statement.intent))

    def _opened(self, turn: Segment, concern: Concern, amount: int) -> int:
        kind = self._open.setdefault(concern.intent, _Open())
        amount >>= kind.repeated
        kind.repeated += 1
        kind.amount += amount
        kind.statements.append(len(self._statements))
        self._turns.add(turn.segment_id)
        return amount

    def _answer(self, intent: Intent, dated: bool) -> None:
        for kind, opened in self._open.items():
            percent = self._concerns[kind].answered_by(intent, dated)
            if not percent:
                continue
            opened.amount -= opened.amount * percent // HUNDREDTHS
            opened.repeated = 0
            for number in opened.statements:
                left = HUNDREDTHS - self._answered[number]
                self._answered[number] += left * percent // HUNDREDTHS

    def _reassure(self, intent: Intent, dated: bool, amount: int) -> int:
        if intent is Intent.PROMISE:
            self._promise = max(self._promise, 2 if dated else 1)
            # One without a date is worth half.
            amount = amount if dated else amount // 2
        self._reassured[intent] = min(self._reassured.get(intent, 0), amount)
        return amount

    def _totals(self, amount: int, intent: Intent) -> SaidTotals:
        amounts = [opened.amount for opened in self._open.values()]
        last = self._path[-1].said_last if self._path else 0
        if amount or intent in self._open:
            last = 1 if intent in self._open else -1
        return SaidTotals(
            said_statements=len(self._statements),
            said_concern=sum(amounts) + sum(self._reassured.values()),
            said_strongest=max(amounts, default=0),
            said_open_kinds=sum(
                2 * opened.amount >= HUNDREDTHS * self._concerns[kind].weight
                for kind, opened in self._open.items()
            ),
            said_concern_turns=len(self._turns),
            said_promise=self._promise,
            said_last=last,
        )
