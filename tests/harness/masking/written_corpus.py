"""Calls with personal data, written by other authors: what stays readable of it, and what does not.

A file has one JSON object a line: `turns` as pairs of role and text, `hide` as turn, words and
kind, `keep` as turn and words.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from callrisk.domain.masking import masked_across, masked_after
from callrisk.domain.segment import ParticipantRole, Segment

MASKS = "●＊■"
# What may stay between the parts of a thing that is hidden.
_BETWEEN = re.compile(
    r"[\s、。・,.\-‐−ー()（）/「」]|ハイフン|はいふん|ええ?っ?と|はい|で[すは](?:ね)?|[のでとが]|番地?|号|[年月日]|生まれ|"
    r"なんだっけ|あの|…|じゃなくて|again|and"
)
_MOST_LEFT = 0.15


@dataclass(frozen=True)
class Said:
    """A part of a turn that must be hidden, or stay (kind `keep`), and what the turn became."""

    KEEP: ClassVar = "keep"

    kind: str
    words: str
    text: str
    shown: str

    @property
    def is_right(self) -> bool:
        """Whether it is hidden, or stayed, as it must."""
        begin = self.text.index(self.words)
        now = self.shown[begin : begin + len(self.words)]
        if self.kind == self.KEEP:
            return now == self.words
        left = _BETWEEN.sub("", "".join(char for char in now if char not in MASKS))
        return len(left) <= _MOST_LEFT * len(self.words)

    def __str__(self) -> str:
        return f"{self.kind}: {self.words} | {self.text} | {self.shown}"


def said_in(path: Path) -> Iterator[Said]:
    """Yield everything that must be hidden or stay in the calls of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        call = json.loads(line)
        texts = [text for _, text in call["turns"]]
        shown = _shown(call["turns"])
        parts = [*call["hide"], *([turn, words, Said.KEEP] for turn, words in call["keep"])]
        for turn, words, kind in parts:
            yield Said(kind, words, texts[turn], shown[turn])


def _shown(lines: list[list[str]]) -> list[str]:
    turns: list[Segment] = []
    for number, (role, text) in enumerate(lines):
        turn = Segment(f"t{number}", number, ParticipantRole(role), text)
        turns.append(replace(turn, text=masked_after(turn, turns)))
    now = {turn.segment_id: turn for turn in turns}
    now |= {turn.segment_id: turn for turn in masked_across(turns)}
    return [now[turn.segment_id].text for turn in turns]
