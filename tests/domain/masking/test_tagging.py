"""What the tagger hides beside the rules, what it leaves, and that it computes what it should."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pycrfsuite
import pytest

from callrisk.domain.masking import EVERYTHING, WORD_MASK, Kind, Masking, masked
from callrisk.domain.masking.tagging.attributes import SIZE, attributes_of
from callrisk.domain.masking.tagging.said_before import NOTHING_SAID, SaidBefore, Spoken
from callrisk.domain.masking.tagging.tagger import LABELS, Tagger
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.pipeline.masking import tagger_fitting
from callrisk.pipeline.masking.conversations import Conversation, LabelledTurn, conversations_in
from harness import ROOT
from harness.masking.rules import RULES
from harness.masking.written_corpus import Said, said_in

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
UNSEEN = sorted((ROOT / "benchmarks" / "written" / "personal").glob("*.jsonl"))
# Of hands that neither rules nor tagger were made with; what was measured, less a little.
LEAST_HIDDEN, MOST_WRONGED = 0.92, 0.06
# Callers who joke, spell their names and mislead.
LEAST_HIDDEN_OF = {"turns_v1": 0.8, "turns_v2": 0.87}
# The authors of these wrote codes, plates and times right beside personal data.
MOST_WRONGED_OF = {"turns_w": 0.085, "turns_v1": 0.19, "turns_v2": 0.14}
# Names without a frame, told by what was asked or by how the turn goes on.
HIDDEN = (
    ("はい、西日本ガス修理受付、津留でございます", "津留"),
    ("受け取りは夕方なら真由美がおります", "真由美"),
)
# Of these the rules know that they name nobody; the tagger alone may think otherwise.
LEFT = (
    "お客様、皆様、奥様はいらっしゃいますか", "足立580あ7708、承知しました",
    "<img src=x onerror=alert(1)>", "I cannot pay this month, sorry",
    "契約番号が20458813ですかね", "お支払いは38,500円です", "今月は暑くて大変ですね",
)  # fmt: skip


@pytest.mark.parametrize(("said", "name"), HIDDEN)
def test_a_name_without_a_frame_is_hidden(said: str, name: str) -> None:
    """Which the rules leave, so the tagger hid it; the length stays."""
    shown = masked(said)

    assert name in RULES.masked(said)
    assert name not in shown
    assert len(shown) == len(said)


@pytest.mark.parametrize("said", LEFT)
def test_what_names_nobody_stays(said: str) -> None:
    """Sums, plates, numbers of things and words that are no names."""
    assert masked(said) == said


def test_an_answer_is_known_by_its_question() -> None:
    """The same words after another question stay."""
    asked = _shown("ご登録の合言葉をお願いいたします", "あ ちょびすけ です")
    other = _shown("ほかにご質問はございますか", "あ ちょびすけ です")

    assert "ちょびすけ" not in asked
    assert other == "あ ちょびすけ です"


def test_a_masked_text_is_masked_already() -> None:
    """In whatever context it comes again."""
    said = SaidBefore((Spoken("お名前をお願いします", is_same_speaker=False),))
    shown = EVERYTHING.masked("あ、津留です。090-1234-5678", said=said)

    assert WORD_MASK in shown
    assert EVERYTHING.masked(shown, said=said) == shown
    assert EVERYTHING.masked(shown) == shown


def test_what_stands_between_digits_stays() -> None:
    """So that the digits are still one run to whoever looks for the rest of a number."""
    shown = masked("の1" * 325)

    assert set(shown[1::2]) == {"●"}
    assert "の" in shown


def test_a_kind_that_is_left_is_not_tagged() -> None:
    """The setting holds for the tagger as for the rules."""
    said = HIDDEN[0][0]

    assert Masking(frozenset(Kind) - {Kind.NAME}).masked(said) == said


@pytest.mark.slow
@pytest.mark.parametrize("path", UNSEEN, ids=lambda path: path.stem)
def test_calls_of_unseen_hands_are_hidden(path: Path) -> None:
    """More than by rules alone, and hardly more is wronged."""
    parts = [*said_in(path)]
    hide = [part.is_right for part in parts if part.kind != Said.KEEP]
    keep = [part.is_right for part in parts if part.kind == Said.KEEP]

    assert sum(hide) >= LEAST_HIDDEN_OF.get(path.stem, LEAST_HIDDEN) * len(hide)
    assert sum(keep) >= (1 - MOST_WRONGED_OF.get(path.stem, MOST_WRONGED)) * len(keep)


def test_the_marginals_are_those_of_crfsuite(tmp_path: Path) -> None:
    """A small model fitted here gives the same probabilities by both programs."""
    told = [*conversations_in(UNSEEN[0])][:25]
    arrays, path = _fitted(told, tmp_path / "model")
    theirs = pycrfsuite.Tagger()
    theirs.open(str(path))
    ours = Tagger.of(arrays)

    for conversation in told[:5]:
        for seen, _ in tagger_fitting.examples(conversation):
            theirs.set(tagger_fitting.items(seen))
            known = set(theirs.labels())
            expected = [
                [theirs.marginal(label, place) if label in known else None for label in LABELS]
                for place in range(len(seen.own))
            ]
            for row, wanted in zip(ours.marginals(seen), expected, strict=True):
                pairs = [(a, b) for a, b in zip(row, wanted, strict=True) if b is not None]
                assert all(abs(a - b) < 0.02 for a, b in pairs)


def test_attributes_are_numbers_in_range_for_any_text() -> None:
    """Letters beyond the basic plane, lone surrogates, nothing but pauses."""
    for text in ("𠮷野家の𠮷野です", "\ud800あ", "、。 ", "あ", "９０"):
        seen = attributes_of(text, text, NOTHING_SAID)

        assert seen.own.shape[0] == len(text) == len(seen.group)
        assert seen.own.max() < SIZE
        assert np.isfinite(seen.shared_weight)


def test_labels_lie_on_every_occurrence_of_the_words(tmp_path: Path) -> None:
    """And nowhere else."""
    line = '{"turns": [["AGENT", "林様、林様ですね"]], "hide": [[0, "林", "name"]], "keep": []}'
    path = tmp_path / "hand_z.jsonl"
    path.write_text(line, encoding="utf-8")
    (turn,) = next(conversations_in(path)).turns

    assert "".join("-x"[label != "O"] for label in turn.labels) == "x--x----"


def test_what_is_learnt_of_hands_the_rules_know_is_learnt_once() -> None:
    """Their turns as the rules leave them would teach that the rules never err."""
    turn = LabelledTurn(CUSTOMER, "高橋です", tuple([LABELS[1]] * 2 + [LABELS[0]] * 2))

    assert len([*tagger_fitting.examples(Conversation((turn,)))]) == 2
    assert len([*tagger_fitting.examples(Conversation((turn,), is_seen_by_rules=True))]) == 1


def _shown(asked: str, said: str) -> str:
    question = Segment("s0", 0, AGENT, asked)
    return EVERYTHING.masked_after(Segment("s1", 1, CUSTOMER, said), [replace(question)])


def _fitted(told: list[Conversation], path: Path) -> tuple[dict[str, np.ndarray], Path]:
    return tagger_fitting.fitted(told, path), path
