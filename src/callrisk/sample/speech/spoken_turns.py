"""Lines of a scene as spoken turns, with fillers, afterthoughts and backchannels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from callrisk.sample.speech.scene_files import Line, Scene
from callrisk.sample.speech.slot_values import (
    BACKCHANNELS,
    BAD_WORDS,
    CALL_SLOTS,
    FILLERS,
    FRESH_SLOTS,
    GOOD_WORDS,
    REPLIES,
)

T = TypeVar("T")

SILENCE = "SILENCE"
_OTHER = {"AGENT": "CUSTOMER", "CUSTOMER": "AGENT"}

# Announcements and messages are said as they are written.
_VERBATIM = ("machine", "message", "voicemail")
# Greetings and goodbyes are said straight through.
_PLAIN = ("opening", "closing")
# Where people say more than they must; about a customer's state both keep to the point.
_TALKATIVE = ("topic", "aside")

_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_PAUSE = re.compile(r"(?<=[、。])")
_OPENER = re.compile(r"(はい|ええ|ああ|あー|うーん|えっと|えーと|いえ|あの|まあ)、")
# Beginnings that answer; no filler stands before them.
_ANSWER = re.compile(
    r"は[いあ]|ええ|あ|え[、っー]|う[んー]|い[えや]|お|さよ|そう|それ"
    r"|かし|承知|恐れ|失礼|では|と|なる|わか|ご|も"
)
# Shorter than this nobody nods, and nothing is put before or after the words.
_SHORT = 10
# How often a listener nods at a pause of each speaker: some hardly ever, some all the time.
_BACKCHANNEL_SHARES = {"AGENT": (0.0, 0.0, 0.15, 0.8), "CUSTOMER": (0.0, 0.0, 0.2, 0.6)}
_LAST_BACKCHANNEL_SHARE = 0.8
_WORDY_BACKCHANNEL_SHARE = 0.4
_FILLER_SHARE = 0.12
_OPENER_SHARE = 0.5
_REPLY_SHARE = {"AGENT": 0.4, "CUSTOMER": 0.45}
_AFTERTHOUGHT_SHARE = {"AGENT": 0.34, "CUSTOMER": 0.2}
# How often a sentiment that was meant is heard, and how often a mere word sounds like one.
_MEANT_SENTIMENT_SHARE = 0.55
_WORD_SENTIMENT_SHARE = {"AGENT": 0.6, "CUSTOMER": 0.45}


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn of a conversation; a SILENCE turn holds its seconds, for recorded calls only."""

    role: str
    text: str
    sentiment: int


class TurnGenerator:
    """A generator of turns from the lines of exchanges, varied each time."""

    def __init__(self, scenes: Sequence[Scene], rng: np.random.Generator) -> None:
        self._draws = _draws(rng)
        afterthoughts = [
            line for scene in scenes if scene.kind == "afterthought" for line in scene.lines
        ]
        self._afterthoughts = {
            role: tuple(line.open.words for line in afterthoughts if line.role == role)
            for role in _OTHER
        }
        self._filled: dict[str, str] = {}

    def turns(self, exchange: Sequence[Line], curt: bool, kind: str) -> Iterator[SpokenTurn]:
        """Yield the turns of one exchange of a scene of this kind."""
        self._filled = {}
        shares = {role: self._pick(shares) for role, shares in _BACKCHANNEL_SHARES.items()}
        for number, line in enumerate(exchange):
            text = line.curt if curt else line.open
            if line.role == SILENCE or kind in _VERBATIM:
                yield SpokenTurn(line.role, self._worded(text.words), text.sentiment)
            elif kind in _PLAIN:
                yield from self._split(line.role, self._worded(text.words), text.sentiment, 0.0)
            else:
                words = self._with_filler_and_afterthought(line.role, text.words, kind, curt)
                if number and self._replies(line.role, words):
                    yield SpokenTurn(line.role, self._pick(REPLIES[line.role]) + "。", 0)
                yield from self._split(line.role, words, text.sentiment, shares[line.role])
        if self._ends_with_backchannel(exchange, kind):
            yield self._backchannel("CUSTOMER", "。")

    def _ends_with_backchannel(self, exchange: Sequence[Line], kind: str) -> bool:
        is_spoken = exchange[-1].role == "AGENT" and kind not in (*_VERBATIM, *_PLAIN)
        return is_spoken and self._happens(_LAST_BACKCHANNEL_SHARE)

    def _replies(self, role: str, words: str) -> bool:
        """Return True if a short answer precedes the line as a turn of its own."""
        plain = not _OPENER.match(words) and not words.startswith(REPLIES[role])
        return plain and len(words) > _SHORT and self._happens(_REPLY_SHARE[role])

    def _with_filler_and_afterthought(self, role: str, words: str, kind: str, curt: bool) -> str:
        """Return the words, at times with a filler before or an afterthought behind."""
        if len(words) > _SHORT and not _ANSWER.match(words) and self._happens(_FILLER_SHARE):
            words = self._pick(FILLERS[role]) + words
        is_talkative = kind in _TALKATIVE and not (curt and role == "CUSTOMER")
        is_statement = len(words) > _SHORT and words.endswith("。") and not words.endswith("か。")
        if is_talkative and is_statement and self._happens(_AFTERTHOUGHT_SHARE[role]):
            words += self._pick(self._afterthoughts[role])
        return self._worded(words)

    def _split(self, role: str, words: str, sentiment: int, share: float) -> Iterator[SpokenTurn]:
        """Yield the turns of a line: after its opening word and at each backchannel."""
        opener = _OPENER.match(words)
        if opener and self._happens(_OPENER_SHARE):
            yield SpokenTurn(role, opener[1] + "。", 0)
            words = words[opener.end() :]
        said = ""
        for part in filter(None, _PAUSE.split(words)):
            if len(said) >= _SHORT and self._happens(share):
                yield self._turn(role, said, sentiment)
                yield self._backchannel(_OTHER[role], said)
                said = ""
            said += part
        yield self._turn(role, said, sentiment)

    def _backchannel(self, role: str, after: str) -> SpokenTurn:
        wordy = after.endswith("。") and self._happens(_WORDY_BACKCHANNEL_SHARE)
        return SpokenTurn(role, self._pick((REPLIES if wordy else BACKCHANNELS)[role]) + "。", 0)

    def _turn(self, role: str, words: str, sentiment: int) -> SpokenTurn:
        """Return the turn with the sentiment that Contact Lens would report."""
        if sentiment:
            return SpokenTurn(
                role, words, sentiment if self._happens(_MEANT_SENTIMENT_SHARE) else 0
            )
        bad, good = (any(map(words.count, cues)) for cues in (BAD_WORDS, GOOD_WORDS))
        likely = -1 if bad else int(good)
        return SpokenTurn(role, words, likely if self._happens(_WORD_SENTIMENT_SHARE[role]) else 0)

    def _worded(self, words: str) -> str:
        """Return the words with alternatives chosen and all slots but those of the call filled."""
        words = _ALTERNATIVES.sub(lambda found: self._pick(found[1].split("|")), words)
        return _SLOT.sub(lambda found: self._fill(found[1]), words)

    def _fill(self, slot: str) -> str:
        """Return the value of a slot, constant within an exchange; 色2 differs from 色."""
        if slot in CALL_SLOTS:
            return f"{{{slot}}}"
        if slot not in self._filled:
            options = FRESH_SLOTS[slot.rstrip("23")]
            untaken = [option for option in options if option not in self._filled.values()]
            self._filled[slot] = self._pick(untaken or options)
        return self._filled[slot]

    def _pick(self, options: Sequence[T]) -> T:
        return options[int(next(self._draws) * len(options))]

    def _happens(self, share: float) -> bool:
        return next(self._draws) < share


def _draws(rng: np.random.Generator) -> Iterator[float]:
    # A number at a time from the generator is slow.
    while True:
        yield from rng.random(4096).tolist()
