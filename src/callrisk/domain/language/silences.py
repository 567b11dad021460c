"""Words that say nothing about paying: rows of a company's own table that mean no intent."""

from collections.abc import Callable, Iterable, Sequence

from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.predicates import Predicate
from callrisk.domain.language.statement import Statement

# From one letter of an analysed turn to behind another.
Place = tuple[int, int]
Analyse = Callable[[str], Analysed]


def silenced(turn: Analysed, words: Iterable[str]) -> list[Place]:
    """Return where the words of such rows, as they stand analysed, stand in a turn."""
    places = []
    for word in words:
        at = turn.text.find(word)
        while at >= 0:
            places.append((at, at + len(word)))
            at = turn.text.find(word, at + len(word))
    return places


def outside(said: Sequence[Statement], places: Sequence[Place]) -> list[Statement]:
    """Return the statements that share no letter with these places."""
    return [
        one for one in said if not any(begin < one.end and one.begin < end for begin, end in places)
    ]


def check_silences(silences: Iterable[Predicate], analyse: Analyse) -> None:
    """Raise TableError for the first row whose words are not in its example, or in the other."""
    for row in silences:
        words = [analyse(row.word).text]
        if not silenced(analyse(row.example), words):
            raise row.error(
                f"例文「{row.example}」に「{row.word}」がありません",
                f"the example {row.example!r} does not have the words {row.word!r}",
            )
        if silenced(analyse(row.counterexample), words):
            raise row.error(
                f"反例「{row.counterexample}」に「{row.word}」があります",
                f"the counterexample {row.counterexample!r} has the words {row.word!r}",
            )
