"""The weights of the tagger: a conditional random field fitted with CRFsuite.

Each turn is learnt twice: as the rules leave it, so that the tagger learns where they err, and as
if there were no rules. Conversations that the rules were written for are learnt the second way
only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
from numpy.typing import NDArray

from callrisk.domain.masking import Masking
from callrisk.domain.masking.hiding import hidden
from callrisk.domain.masking.tagging.attributes import Attributes, attributes_of
from callrisk.domain.masking.tagging.said_before import said_before
from callrisk.domain.masking.tagging.tagger import KIND_OF, LABELS, Label
from callrisk.domain.segment import Segment
from callrisk.pipeline.masking.conversations import Conversation, LabelledTurn

# Penalties of CRFsuite: absolute values leave few weights, squares keep them small.
PARAMS = {"c1": 0.1, "c2": 0.05, "max_iterations": 80}
_SMALLEST = 1e-3

Example = tuple[Attributes, tuple[Label, ...]]


def fitted(conversations: Iterable[Conversation], model: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a tagger (`Tagger.of`) that learnt from these conversations.

    `model` is the file in which CRFsuite writes its model.
    """
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(PARAMS)
    for conversation in conversations:
        for seen, labels in examples(conversation):
            trainer.append(items(seen), list(labels))
    trainer.train(str(model))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(model))
    try:
        return _arrays(tagger.info())
    finally:
        tagger.close()


def examples(conversation: Conversation) -> Iterator[Example]:
    """Yield what the tagger sees of each turn, with the label of each letter."""
    turns = segments_of(conversation.turns)
    safe = [
        replace(turn, text=hidden_by_label(turn.text, labelled.labels))
        for turn, labelled in zip(turns, conversation.turns, strict=True)
    ]
    shown = [turn.text for turn in by_rules(turns)]
    for number, (turn, labelled) in enumerate(zip(turns, conversation.turns, strict=True)):
        if not turn.text:
            continue
        said = said_before(turn, safe[:number])
        yield attributes_of(turn.text, turn.text, said), labelled.labels
        if not conversation.is_seen_by_rules:
            yield attributes_of(turn.text, shown[number], said), labelled.labels


def segments_of(turns: Sequence[LabelledTurn]) -> list[Segment]:
    """Return the turns as segments without times."""
    return [Segment(str(n), n, turn.role, turn.text) for n, turn in enumerate(turns)]


def by_rules(turns: Sequence[Segment]) -> list[Segment]:
    """Return the turns as the rules alone leave them."""
    masking, known = Masking(tagger=None), list[Segment]()
    for turn in turns:
        known.append(replace(turn, text=masking.masked_after(turn, known)))
    now = {turn.segment_id: turn for turn in known}
    now |= {turn.segment_id: turn for turn in masking.masked_across(known)}
    return [now[turn.segment_id] for turn in turns]


def hidden_by_label(text: str, labels: Sequence[Label]) -> str:
    """Return a turn with all that is labelled hidden, as the turns before one are."""
    begin = 0
    for label, run in groupby(labels):
        end = begin + len([*run])
        if label is not Label.NOTHING:
            text = hidden(text, [(begin, end)], KIND_OF[label], keeps_joints=True)
        begin = end
    return text


def items(seen: Attributes) -> pycrfsuite.ItemSequence:
    """Return the letters of a turn as CRFsuite takes them."""
    weight = float(seen.shared_weight)
    shared = [{str(one): weight for one in row} for row in seen.shared.tolist()]
    own = [{str(one): 1.0 for one in row} for row in seen.own.tolist()]
    return pycrfsuite.ItemSequence(
        [letter | shared[group] for letter, group in zip(own, seen.group.tolist(), strict=True)]
    )


def _arrays(info: Any) -> dict[str, NDArray[Any]]:
    place = {label: number for number, label in enumerate(LABELS)}
    weights: dict[int, NDArray[np.float64]] = {}
    for (attribute, label), weight in info.state_features.items():
        if abs(weight) >= _SMALLEST:
            row = weights.setdefault(int(attribute), np.zeros(len(LABELS)))
            row[place[label]] = weight
    steps = np.zeros((len(LABELS), len(LABELS)))
    for (label, after), weight in info.transitions.items():
        steps[place[label], place[after]] = weight
    ids = sorted(weights)
    return {
        "ids": np.array(ids, np.int32),
        "weights": np.array([weights[one] for one in ids], np.float16),
        "steps": steps,
    }
