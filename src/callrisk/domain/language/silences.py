"""Words that say nothing about paying: rows of a company's own table that mean no intent."""

from collections.abc import Iterable, Sequence

from callrisk.domain.language.operators import Analysed, analysed
from callrisk.domain.language.predicates import Predicate
from callrisk.domain.language.statement import Statement
from callrisk.domain.language.text import plain_text

# From one letter of an analysed turn to behind another.
Place = tuple[int, int]


def silenced(turn: Analysed, silences: Iterable[Predicate]) -> list[Place]:
    """Return where the words of such rows stand in a turn."""
    places = []
    for row in silences:
        (stem,) = row.stems
        at = turn.text.find(stem)
        while at >= 0:
            places.append((at, at + len(stem)))
            at = turn.text.find(stem, at + len(stem))
    return places


def outside(said: Sequence[Statement], places: Sequence[Place]) -> list[Statement]:
    """Return the statements that share no letter with these places."""
    return [
        one for one in said if not any(begin < one.end and one.begin < end for begin, end in places)
    ]


def check_silences(silences: Iterable[Predicate]) -> None:
    """Raise TableError for the first row whose words are not in its example, or in the other."""
    for row in silences:
        if not silenced(analysed(plain_text(row.example)), [row]):
            raise row.error(
                f"例文「{row.example}」に「{row.word}」がありません",
                f"the example {row.example!r} does not have the words {row.word!r}",
            )
        if silenced(analysed(plain_text(row.counterexample)), [row]):
            raise row.error(
                f"反例「{row.counterexample}」に「{row.word}」があります",
                f"the counterexample {row.counterexample!r} has the words {row.word!r}",
            )
