"""What a language of calls brings along: one folder with its operators, tables and weights."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from callrisk.domain.language.analysed import Analysed, Found, PlainText
from callrisk.domain.language.examples import Finder
from callrisk.domain.language.predicates import Predicate, TableForm, predicates_in, topics_in
from callrisk.domain.language.statement import Intent
from callrisk.domain.language.weights import Weights


class RunPlaces(Protocol):
    """The places of the features of a turn."""

    def strongest_run(self, output: int) -> tuple[int, int]:
        """Return the borders of the words that speak most for an output."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The log-odds from which on the learned part asserts, chosen by authors that were left out.

    An intent is asserted whose log-odds, with a part (`anything_share`) of those that anything is
    said at all, exceed `says`, but never at less than `least`. Where it is clear (`surely`) that
    something is said and no intent is, the likeliest is heard faintly above `least_of_likeliest`:
    厳しい of a payment is hardship to one hand, inability to another, so neither is likely by
    itself. `clear` and `clearer` are how far above what asserts a strength of 0.8 and 0.95 begin.
    """

    anything_share: float
    anything_least: float
    anything_most: float
    says: float
    least: float
    answers: float
    surely: float
    least_of_likeliest: float
    clear: float
    clearer: float


@dataclass(frozen=True, slots=True)
class Fitting:
    """The settings of the regressions: inverse regularisation, least sentences of a feature.

    Where `without_marks` is True each turn is learnt without its punctuation once more.
    """

    turn_c: float
    answer_c: float
    least_turn: int
    least_answer: int
    without_marks: bool = False


@dataclass(frozen=True)
class SpokenLanguage:
    """One language of calls: the functions, tables and weights of its folder.

    `code` is that of ISO 639-1, `script` finds a letter of its script, `pauses` are what stands
    around a phrase and is not marked. The functions are documented where a folder defines them.
    """

    code: str
    folder: Path
    script: re.Pattern[str]
    pauses: str
    form: TableForm
    thresholds: Thresholds
    fitting: Fitting
    plain_text: Callable[[str], PlainText]
    analysed: Callable[[PlainText], Analysed]
    finder: Callable[[Iterable[Predicate], Mapping[str, tuple[str, ...]]], Finder]
    features: Callable[[Analysed, Sequence[Found]], list[str]]
    run_places: Callable[[Analysed, Sequence[int | None], Weights], RunPlaces]
    longest_answer: int
    pair_features: Callable[[str, Analysed, Iterable[str]], Iterator[str]]
    denied: Callable[[str, str], frozenset[Intent]]
    only_keeps_going: Callable[[str], bool]
    only_denies: Callable[[str], bool]
    names_date: Callable[[str], bool]
    feelings: Callable[[str], tuple[bool, bool]]

    @property
    def weights(self) -> Path:
        """The file of its weights."""
        return self.folder / "weights.npz"

    def analyse(self, turn: str) -> Analysed:
        """Return a turn with its operators as signs."""
        return self.analysed(self.plain_text(turn))

    def predicates(self) -> tuple[Predicate, ...]:
        """Return the rows of the product's table."""
        return predicates_in(self.folder / "predicates.csv", self.form)

    def topics(self) -> dict[str, tuple[str, ...]]:
        """Return the words of each topic."""
        return topics_in(self.folder / "topics.csv")

    def grammar(self) -> Finder:
        """Return what finds the product's predicates."""
        return self.finder(self.predicates(), self.topics())

    def sources(self) -> list[Path]:
        """Return the files of its code and words, which its version follows from."""
        return sorted((*self.folder.glob("*.py"), *self.folder.glob("word_*.csv")))
