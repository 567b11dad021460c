"""How a line of a scene is said: fillers, afterthoughts, and listeners who nod in between."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from callrisk.sample.speech.scenes import Line, Scene
from callrisk.sample.speech.slots import (
    BAD_WORDS,
    CALL_SLOTS,
    FILLERS,
    FRESH_SLOTS,
    GOOD_WORDS,
    NODS,
    REPLIES,
)

T = TypeVar("T")

SILENCE = "SILENCE"
_OTHER = {"AGENT": "CUSTOMER", "CUSTOMER": "AGENT"}

# Announcements and messages are said as they are written.
_VERBATIM = ("machine", "message", "voicemail")
# Greetings and goodbyes are said straight through.
_PLAIN = ("opening", "closing")
# Where people say more than they must; a worried customer keeps to the point.
_CHATTY = {"AGENT": ("topic", "aside", "worry"), "CUSTOMER": ("topic", "aside")}

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
_NOD_SHARES = {"AGENT": (0.0, 0.0, 0.15, 0.8), "CUSTOMER": (0.0, 0.0, 0.2, 0.6)}
_LAST_NOD_SHARE = 0.8
_WORDY_NOD_SHARE = 0.4
_FILLER_SHARE = 0.12
_OPENER_SHARE = 0.5
_REPLY_SHARE = {"AGENT": 0.4, "CUSTOMER": 0.45}
_RIDER_SHARE = {"AGENT": 0.34, "CUSTOMER": 0.2}
# How often a mood that was meant is heard, and how often a mere word sounds like one.
_MEANT_MOOD_SHARE = 0.55
_WORD_MOOD_SHARE = {"AGENT": 0.6, "CUSTOMER": 0.45}


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """One turn of a conversation; a SILENCE turn holds its seconds, for recorded calls only."""

    role: str
    text: str
    mood: int


class Speech:
    """Makes turns of the lines of exchanges, each time a little differently."""

    def __init__(self, scenes: Sequence[Scene], rng: np.random.Generator) -> None:
        self._draws = _draws(rng)
        afterthoughts = [line for scene in scenes if scene.kind == "rider" for line in scene.lines]
        self._riders = {
            role: tuple(line.open.words for line in afterthoughts if line.role == role)
            for role in _OTHER
        }
        self._filled: dict[str, str] = {}

    def turns(self, exchange: Sequence[Line], curt: bool, kind: str) -> Iterator[SpokenTurn]:
        """One exchange of a scene of this kind as it is heard."""
        self._filled = {}
        nod_shares = {role: self._pick(shares) for role, shares in _NOD_SHARES.items()}
        for number, line in enumerate(exchange):
            saying = line.curt if curt else line.open
            if line.role == SILENCE or kind in _VERBATIM:
                yield SpokenTurn(line.role, self._worded(saying.words), saying.mood)
            elif kind in _PLAIN:
                yield from self._split(line.role, self._worded(saying.words), saying.mood, 0.0)
            else:
                words = self._embellished(line.role, saying.words, kind, curt)
                if number and self._replies(line.role, words):
                    yield SpokenTurn(line.role, self._pick(REPLIES[line.role]) + "。", 0)
                yield from self._split(line.role, words, saying.mood, nod_shares[line.role])
        if self._ends_with_a_nod(exchange, kind):
            yield self._nod("CUSTOMER", "。")

    def _ends_with_a_nod(self, exchange: Sequence[Line], kind: str) -> bool:
        told = exchange[-1].role == "AGENT" and kind not in (*_VERBATIM, *_PLAIN)
        return told and self._happens(_LAST_NOD_SHARE)

    def _replies(self, role: str, words: str) -> bool:
        """Whether a short answer comes as a turn of its own before what is said."""
        plain = not _OPENER.match(words) and not words.startswith(REPLIES[role])
        return plain and len(words) > _SHORT and self._happens(_REPLY_SHARE[role])

    def _embellished(self, role: str, words: str, kind: str, curt: bool) -> str:
        """The words of a line, now and then with a filler before or an afterthought behind them."""
        if len(words) > _SHORT and not _ANSWER.match(words) and self._happens(_FILLER_SHARE):
            words = self._pick(FILLERS[role]) + words
        chatty = kind in _CHATTY[role] and not (curt and role == "CUSTOMER")
        stated = len(words) > _SHORT and words.endswith("。") and not words.endswith("か。")
        if chatty and stated and self._happens(_RIDER_SHARE[role]):
            words += self._pick(self._riders[role])
        return self._worded(words)

    def _split(self, role: str, words: str, mood: int, nod_share: float) -> Iterator[SpokenTurn]:
        """The turns that a line falls into: after its opening word and where the listener nods."""
        opener = _OPENER.match(words)
        if opener and self._happens(_OPENER_SHARE):
            yield SpokenTurn(role, opener[1] + "。", 0)
            words = words[opener.end() :]
        said = ""
        for part in filter(None, _PAUSE.split(words)):
            if len(said) >= _SHORT and self._happens(nod_share):
                yield self._heard(role, said, mood)
                yield self._nod(_OTHER[role], said)
                said = ""
            said += part
        yield self._heard(role, said, mood)

    def _nod(self, role: str, after: str) -> SpokenTurn:
        wordy = after.endswith("。") and self._happens(_WORDY_NOD_SHARE)
        return SpokenTurn(role, self._pick((REPLIES if wordy else NODS)[role]) + "。", 0)

    def _heard(self, role: str, words: str, mood: int) -> SpokenTurn:
        """The turn with the mood that Contact Lens would hear: the one meant, or that of a word."""
        if mood:
            return SpokenTurn(role, words, mood if self._happens(_MEANT_MOOD_SHARE) else 0)
        bad, good = (any(map(words.count, cues)) for cues in (BAD_WORDS, GOOD_WORDS))
        likely = -1 if bad else int(good)
        return SpokenTurn(role, words, likely if self._happens(_WORD_MOOD_SHARE[role]) else 0)

    def _worded(self, words: str) -> str:
        """The words with one of each alternative and all slots but those of the call filled in."""
        words = _ALTERNATIVES.sub(lambda found: self._pick(found[1].split("|")), words)
        return _SLOT.sub(lambda found: self._fill(found[1]), words)

    def _fill(self, slot: str) -> str:
        """A slot keeps its value throughout an exchange; 色2 is another colour than 色."""
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
