"""The check of a table: each row says what it means in its example, and not in the other."""

from collections.abc import Callable, Iterable, Mapping

from callrisk.domain.language.analysed import Analysed, Found
from callrisk.domain.language.predicates import Predicate

# What the predicates of a table say in an analysed turn.
Finder = Callable[[Analysed], list[Found]]


def check_examples(
    analyse: Callable[[str], Analysed], found: Finder, predicates: Iterable[Predicate],
    topics: Mapping[str, tuple[str, ...]],
) -> None:  # fmt: skip
    """Raise TableError for the first row whose topic is unknown or whose sentences fail."""
    for predicate in predicates:
        if predicate.topic and predicate.topic not in topics:
            names = "・".join(topics)
            raise predicate.error(
                f"話題「{predicate.topic}」はありません（{names}）",
                f"unknown topic {predicate.topic!r} (one of {names})",
            )
        if not _says(found(analyse(predicate.example)), predicate):
            raise predicate.error(
                f"例文「{predicate.example}」から意味が取れません",
                f"the example {predicate.example!r} does not say what the row means",
            )
        if _says(found(analyse(predicate.counterexample)), predicate):
            raise predicate.error(
                f"反例「{predicate.counterexample}」でも意味が取れてしまいます",
                f"the counterexample {predicate.counterexample!r} says what the row means",
            )


def _says(found: Iterable[Found], predicate: Predicate) -> bool:
    return any(one.statement.counts and one.statement.intent in predicate.intents for one in found)
