"""Labelled conversations: what of each turn is whose personal data.

A file has one JSON object a line: `turns` as pairs of role and text, `hide` as turn, words and
label; whatever is not in `hide` stays readable. Each file is of one hand, and generated.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callrisk.domain.masking import Masking
from callrisk.domain.masking.tagging.said_before import NOTHING_SAID, may_tell_person
from callrisk.domain.masking.tagging.tagger import Label
from callrisk.domain.segment import ParticipantRole
from callrisk.pipeline.language import corpus

FOLDER = Path(__file__).parent / "labelled"
# The rules were written with these in view, so what they hide here says nothing of other hands.
_SEEN_BY_RULES = frozenset({"hand_a", "hand_b", "hand_c", "hand_d"})


# Of the exchanges about paying so many, evenly spread, and none with a word that leads to a name.
_EVERY = 2
_OF_PERSON = re.compile(
    "さん|様|さま|くん|ちゃん|申し|いいます|名前|氏名|住所|生年月日|暗証|パスワード"
)


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """A turn with the label of each of its letters."""

    role: ParticipantRole
    text: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of a conversation, and whether the rules were written with it in view."""

    turns: tuple[LabelledTurn, ...]
    is_seen_by_rules: bool = False


def conversations(folder: Path = FOLDER) -> Iterator[Conversation]:
    """Yield the conversations of all hands, in the order of their files."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from conversations_in(path)


def conversations_in(path: Path) -> Iterator[Conversation]:
    """Yield the conversations of one file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Conversation(tuple(_labelled(json.loads(line))), path.stem in _SEEN_BY_RULES)


def ordinary() -> Iterator[Conversation]:
    """Yield exchanges about paying that name nobody, though they have numbers, dates or places.

    Most of what is said in calls is such: of the labelled conversations alone, which tell so much
    of persons, a tagger would learn to see them everywhere.
    """
    rules = Masking(tagger=None)
    for number, exchange in enumerate(corpus.exchanges()):
        texts = exchange.agent_turn, exchange.text
        if number % _EVERY or _OF_PERSON.search("".join(texts)):
            continue
        may_tell = any(may_tell_person(text, NOTHING_SAID) for text in texts)
        if may_tell and all(rules.masked(text) == text for text in texts):
            roles = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
            yield Conversation(tuple(map(_unlabelled, roles, texts)), is_seen_by_rules=True)


def _unlabelled(role: ParticipantRole, text: str) -> LabelledTurn:
    return LabelledTurn(role, text, (Label.NOTHING,) * len(text))


def _labelled(call: dict[str, Any]) -> Iterator[LabelledTurn]:
    for number, (role, text) in enumerate(call["turns"]):
        labels = [Label.NOTHING] * len(text)
        for turn, words, label in call["hide"]:
            begin = text.find(words) if turn == number else -1
            while begin >= 0:
                labels[begin : begin + len(words)] = [Label(label)] * len(words)
                begin = text.find(words, begin + len(words))
        yield LabelledTurn(ParticipantRole(role), text, tuple(labels))
