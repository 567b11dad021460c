"""The learned part: its weights file, where its phrases stand, and that it is made alike again."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from callrisk.domain.language import Intent, packaged
from callrisk.domain.language import language as language_module
from callrisk.domain.language import reader as reader_module
from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.language.japanese import JAPANESE
from callrisk.domain.language.japanese.features import RunPlaces, features
from callrisk.domain.language.spoken_language import SpokenLanguage
from callrisk.domain.language.weights import (
    INTENTS,
    Learned,
    Weights,
    restored,
    rounded,
    stored,
)
from callrisk.pipeline.language import corpus, weights_fitting


def read(text: str) -> Analysed:
    """Return the analysed text of a turn."""
    return JAPANESE.analyse(text)


def weights_of(**by_name: float) -> Weights:
    """Return weights of one output."""
    matrix = np.array([[value] for value in by_name.values()])
    return rounded({name: row for row, name in enumerate(by_name)}, matrix, np.array([-1.0]))


def test_the_version_follows_from_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other weights are another language, so what is stored is read again."""
    shipped = packaged()  # before the file is another
    file = tmp_path / "weights.npz"
    with np.load(JAPANESE.weights) as arrays:
        changed = {name: arrays[name] for name in arrays.files}
    changed["turn_bias"] = changed["turn_bias"] + np.float32(1)
    np.savez(file, **changed)
    monkeypatch.setattr(SpokenLanguage, "weights", file)

    other = language_module._built({}, packaged_concerns())
    assert other.readers["ja"].learned.digest != shipped.readers["ja"].learned.digest
    assert other.version != shipped.version


def test_the_shipped_weights_fit_the_intents() -> None:
    """An output for each intent, and one more for whether anything is said."""
    shipped = Learned.load(JAPANESE.weights)

    assert tuple(Intent) == INTENTS
    assert shipped.turn.steps.shape == (len(shipped.turn.rows), len(INTENTS) + 1)
    assert shipped.answer.steps.shape == (len(shipped.answer.rows), len(INTENTS))
    assert shipped.own_share.shape == (len(INTENTS) + 1, len(INTENTS))
    assert np.isfinite(shipped.turn.matrix).all()


def test_stored_weights_come_back() -> None:
    """The names keep their rows, also where they are signs or Japanese."""
    ours = weights_of(払え=2.0, S厳し=-1.0, **{"\ue001$": 0.5})
    again = restored(stored(ours, "turn"), "turn")

    assert again.rows == ours.rows
    for part in ("steps", "scale", "bias", "matrix"):
        assert np.array_equal(getattr(again, part), getattr(ours, part))


def test_rounding_costs_little() -> None:
    """127 steps to either side: no weight moves by more than half a step."""
    matrix = np.random.default_rng(0).normal(size=(50, 3))
    ours = rounded({str(row): row for row in range(50)}, matrix, np.zeros(3))

    assert (np.abs(ours.matrix - matrix) <= np.abs(matrix).max(axis=0) / 127 * 0.51).all()


def test_the_log_odds_are_worked_out_by_hand() -> None:
    """The bias, and the known features divided by the root of their number."""
    ours = weights_of(あ=2.0, い=2.0)

    assert ours.margins(ours.rows_of([])) == pytest.approx([-1.0])
    assert ours.margins(ours.rows_of(["う"])) == pytest.approx([-1.0])
    assert ours.margins(ours.rows_of(["あ", "う"])) == pytest.approx([1.0])
    assert ours.margins(ours.rows_of(["あ", "い"])) == pytest.approx([-1 + 4 / 2**0.5])


def test_negated_and_affirmed_turns_share_no_sign() -> None:
    """払えない cannot be taken for 払える: what is negated has features of its own."""
    negated, affirmed = (features(read(text), ()) for text in ("払えない", "払える"))

    assert any(name.startswith("N") for name in negated)
    assert not any(name.startswith("N") for name in affirmed)
    asked = features(read("払えますか"), ())
    assert "Q=" in asked
    assert "X=" in features(read("払えるわけではない"), ())


def places(turn: Analysed, weights: Weights) -> RunPlaces:
    """The places of the runs of letters of a turn."""
    return RunPlaces(turn, weights.rows_of(features(turn, ())), weights)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("ええと厳しいです", "厳しいです"),
        ("厳しい", "厳しい"),
        ("そうですね今は厳しいので", "厳しいので"),
    ],
)
def test_the_strongest_run_is_the_phrase(text: str, phrase: str) -> None:
    """The letters that speak most for an output, to the end of the word, and no more around."""
    turn = read(text)
    begin, end = places(turn, weights_of(厳しい=9.0, です=-3.0, ええ=-3.0)).strongest_run(0)

    assert turn.text[begin:end] == phrase


def test_without_a_known_run_the_phrase_is_the_turn() -> None:
    """Nothing speaks for the output by its letters, so all of them do."""
    assert places(read("そうです"), weights_of(厳しい=9.0)).strongest_run(0) == (0, 4)


def test_a_run_lies_in_its_turn() -> None:
    """With the shipped weights, for every output."""
    for text in ("払えません", "あ", "毎月の支払いが少し厳しいかもしれません", "ん"):
        turn = read(text)
        where = places(turn, packaged().readers["ja"].learned.turn)
        for output in range(len(INTENTS)):
            begin, end = where.strongest_run(output)
            assert 0 <= begin < end <= len(turn.text)


def test_the_weights_are_made_alike_again() -> None:
    """The same sentences give the same bytes; a few hundred show what all would."""
    turns = [*islice(corpus.sentences(), 0, 12_000, 40)]
    answers = [*islice(corpus.exchanges(), 0, 2_100, 10)]
    first, second = (weights_fitting.made(JAPANESE, turns, answers) for _ in range(2))

    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert {"turn_names", "turn_steps", "answer_names", "own_share"} <= first.keys()
    ours = restored(first, "turn")
    assert [*ours.rows] == sorted(ours.rows)


@pytest.mark.parametrize(
    ("above", "strength"),
    [(0.0, 0.5), (0.69, 0.5), (0.7, 0.8), (2.49, 0.8), (2.5, 0.95), (9.0, 0.95)],
)
def test_clearer_evidence_weighs_more(above: float, strength: float) -> None:
    """A faint hint half, a clear one nearly as much as a row of the table."""
    assert reader_module._strength(JAPANESE.thresholds, above) == strength


def test_the_strengths_of_whole_turns_are_graded() -> None:
    """Of sentences that were not learnt some are faint, some clear, some clearer still."""
    unseen = corpus.sentences(corpus.ASIDE)
    met = {one.strength for sentence in unseen for one in packaged().understand(sentence.text)}

    assert met >= {0.5, 0.8, 0.95}


@pytest.mark.parametrize(
    ("hardship", "inability", "anything", "alone", "heard"),
    [
        (-2.0, -2.6, 5.0, True, ["hardship"]),
        (-2.6, -2.4, 2.1, True, ["inability"]),
        (-2.0, -2.6, 2.0, True, []),  # not sure enough that anything is said
        (-2.5, -2.6, 9.0, True, []),  # nothing is likely at all
        (-2.0, -2.6, 5.0, False, []),  # the table has decided
        (0.5, -1.0, 5.0, True, ["hardship", "inability"]),
    ],
)
def test_likeliest_is_heard_where_something_surely_is_said(
    hardship: float, inability: float, anything: float, alone: bool, heard: list[str]
) -> None:
    """Two readings that share the odds of a turn leave it no less grave."""
    odds = {Intent.HARDSHIP: hardship, Intent.INABILITY: inability}
    margins = [*(odds.get(intent, -9.0) for intent in INTENTS), anything]

    found = reader_module._heard(JAPANESE.thresholds, margins, frozenset(), alone)
    assert [INTENTS[output] for output, _ in found] == heard
