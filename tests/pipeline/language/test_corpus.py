"""The labelled sentences are in order: labels, no repetition, contrasts, and authors put aside."""

from collections import Counter

import pytest

from callrisk.domain.language import Intent
from callrisk.pipeline.language.corpus import (
    ASIDE,
    FOLDER,
    Labelled,
    _rows,
    exchanges,
    pairs,
    sentences,
)

FEWEST_SENTENCES = 3_000
FEWEST_CONTRASTS = 10_000
FEWEST_OF_A_HUNDRED = 40
# Moments and turns of whole calls, and answers to kinds of faults, whose traps nobody marked.
UNMARKED = {str(author) for author in (*range(60, 80), 88, *range(92, 99), *range(101, 120))}


@pytest.fixture(scope="module")
def alone() -> list[Labelled]:
    """The sentences that stand alone, without both sides of pairs; a label that is none raises."""
    return [
        Labelled(
            row["author"], row["text"], frozenset(map(Intent, row["intents"])), "", row["trap"]
        )
        for row in _rows(FOLDER / "sentences.jsonl")
    ]


def test_there_are_enough_sentences_and_contrasts(alone: list[Labelled]) -> None:
    """At least 3,000; 10,000 and 40 of 100 marked ones hold a word that means something else."""
    assert len(alone) >= FEWEST_SENTENCES
    marked = [bool(one.trap) for one in alone if one.author not in UNMARKED]
    assert sum(marked) >= FEWEST_CONTRASTS
    assert 100 * sum(marked) >= FEWEST_OF_A_HUNDRED * len(marked)


def test_each_intent_has_sentences_and_so_has_none(alone: list[Labelled]) -> None:
    """Something to learn for each of the fifteen, by several authors, and silent turns."""
    seen = Counter(intent for one in alone for intent in one.intents)
    authors = {intent: {one.author for one in alone if intent in one.intents} for intent in Intent}

    assert min(seen[intent] for intent in Intent) >= 100
    assert min(map(len, authors.values())) >= 5
    assert sum(not one.intents for one in alone) > 1_000


def test_no_text_stands_in_two_sets(alone: list[Labelled]) -> None:
    """A sentence has one author, and its labels are the same wherever it stands again."""
    authors: dict[str, set[str]] = {}
    for one in alone:
        authors.setdefault(one.text, set()).add(one.author)

    assert [text for text, of in authors.items() if len(of) > 1] == []


def test_the_authors_put_aside_share_no_text(alone: list[Labelled]) -> None:
    """What is measured was not learnt: no sentence and no exchange stands in both."""
    learnt = {one.text for one in sentences()} | {one.text for one in alone}
    measured = {row["text"] for row in _rows(ASIDE / "sentences.jsonl")}
    asked = {(one.agent_turn, one.text) for one in exchanges()}
    asked_aside = {(one.agent_turn, one.text) for one in exchanges(ASIDE)}

    assert measured
    assert measured & learnt == set()
    assert asked_aside
    assert asked_aside & asked == set()
    authors = {one.author for one in sentences()} | {one.author for one in exchanges()}
    assert authors & {one.author for one in sentences(ASIDE)} == set()


def test_the_pairs_put_aside_share_no_side() -> None:
    """No side of a pair was learnt."""
    learnt = {one.text for one in sentences()}

    assert [pair for pair in pairs(ASIDE) if {one.text for one in pair} & learnt] == []


def test_a_pair_differs_in_text_and_meaning() -> None:
    """One predicate under two operators says two things."""
    assert [(a.text, b.text) for a, b in pairs() if a.text == b.text] == []
    same = [a for a, b in pairs() if a.intents == b.intents]
    assert len(same) < 0.2 * sum(1 for _ in pairs())


def test_every_exchange_has_a_question() -> None:
    """An answer alone would be a sentence."""
    assert all(one.agent_turn and one.text for one in exchanges())
