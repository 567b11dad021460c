"""The bank of ready exchanges: every scene spread into variants, so that a call is a list of numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from callrisk.sample.marginals import Floats, Ints
from callrisk.sample.scenes import Line, Scene
from callrisk.sample.slots import (
    BAD_WORDS,
    CALL_SLOTS,
    FILLERS,
    FRESH_SLOTS,
    GOOD_WORDS,
    NODS,
    REPLIES,
)

T = TypeVar("T")

VARIANTS = 6
# The columns of `Bank.sums`: turns by role and mood (negative, neutral, positive), then characters.
AGENT_TURNS, CUSTOMER_TURNS = slice(0, 3), slice(3, 6)
AGENT_CHARS, CUSTOMER_CHARS = 6, 7

# Said as they are written: announcements have no fillers, and nobody chats in them.
_VERBATIM = ("machine", "message", "voicemail")
_UNSPOKEN = str.maketrans("", "", "、。？！?!「」…")
_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_OPENER = re.compile(r"(はい|ええ|ああ|あー|うーん|えっと|えーと|いえ|あの|まあ)、")
_PAUSE = re.compile(r"(?<=[、。])")
# Words that answer; nothing is put before them.
_ANSWER = re.compile(r"(は[いあ]|ええ|あ|え[、っー]|う[んー]|い[えや]|お|さよ|そう|それ|かし|承知|恐れ|失礼|では|と|なる|わか|ご|も)")
# Greetings and goodbyes are said straight through.
_PLAIN = ("opening", "closing")
# Nobody nods before this many characters were said.
_SAID_BEFORE_A_NOD = 10
# How often a listener nods at a pause: some hardly ever, some all the time.
_NOD_SHARES = {"AGENT": (0.0, 0.0, 0.15, 0.8), "CUSTOMER": (0.0, 0.0, 0.2, 0.6)}
_FILLER_SHARE = 0.12
_OPENER_SHARE = 0.5
_REPLY_SHARE = {"AGENT": 0.4, "CUSTOMER": 0.45}
_LAST_NOD_SHARE = 0.8
_RIDER_SHARE = {"AGENT": 0.34, "CUSTOMER": 0.2}
_MOOD_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation; SILENCE turns hold seconds and stand only in recorded calls."""

    role: str
    text: str
    mood: int


@dataclass(frozen=True, slots=True)
class Bank:
    """All exchanges in all variants.

    Exchange e of scene s, open (0) or curt (1), variant v is entry
    `first[s] + (2 * e + curt) * VARIANTS + v`.
    """

    scenes: tuple[Scene, ...]
    first: Ints
    exchanges: Ints
    turns: tuple[tuple[Turn, ...], ...]
    transcripts: tuple[str, ...]
    sums: Ints

    def of_kind(self, kind: str) -> list[int]:
        """The numbers of the scenes of one kind."""
        return [number for number, scene in enumerate(self.scenes) if scene.kind == kind]

    @staticmethod
    def exchange_of(entries: Ints) -> Ints:
        """A number for the exchange that each entry is a variant of."""
        return entries // (2 * VARIANTS)

    def scene_of(self, entry: int) -> Scene:
        """The scene that an entry belongs to."""
        return self.scenes[int(np.searchsorted(self.first, entry, side="right")) - 1]

    @property
    def customer_turns(self) -> Floats:
        """Turns of the customer in each entry."""
        return self.sums[:, CUSTOMER_TURNS].sum(axis=1).astype(np.float64)


def spread(scenes: Sequence[Scene], rng: np.random.Generator) -> Bank:
    """Every exchange, open and curt, in VARIANTS variants."""
    spreader = _Spreader(scenes, rng)
    told = [scene for scene in scenes if scene.kind != "rider"]
    exchanges = np.array([len(scene.exchanges) for scene in told])
    turns = tuple(
        tuple(spreader.turns(exchange, curt, scene.kind))
        for scene in told
        for exchange in scene.exchanges
        for curt in (False, True)
        for _ in range(VARIANTS)
    )
    return Bank(
        scenes=tuple(told),
        first=np.concatenate([[0], np.cumsum(exchanges)[:-1]]) * 2 * VARIANTS,
        exchanges=exchanges,
        turns=turns,
        transcripts=tuple(map(transcript_of, turns)),
        sums=np.array([_sums(entry) for entry in turns]),
    )


def transcript_of(turns: Sequence[Turn]) -> str:
    """The turns as an export writes them: a line each, without punctuation."""
    return "\n".join(
        f"({turn.role}){turn.text.translate(_UNSPOKEN)}" for turn in turns if turn.role != "SILENCE"
    )


class _Spreader:
    """Makes turns of the lines of a scene, each time a little differently."""

    def __init__(self, scenes: Sequence[Scene], rng: np.random.Generator) -> None:
        self._draws = _draws(rng)
        riders = [
            exchange[0] for scene in scenes if scene.kind == "rider" for exchange in scene.exchanges
        ]
        self._riders = {
            role: tuple(line.open.words for line in riders if line.role == role)
            for role in ("AGENT", "CUSTOMER")
        }
        self._filled: dict[str, str] = {}

    def turns(self, exchange: Sequence[Line], curt: bool, kind: str) -> Iterator[Turn]:
        """One exchange as it is heard; strict openings and closings hold no riders."""
        self._filled = {}
        nod_share = {
            role: 0.0 if kind in _PLAIN else self._pick(shares)
            for role, shares in _NOD_SHARES.items()
        }
        for number, line in enumerate(exchange):
            saying = line.curt if curt else line.open
            if line.role == "SILENCE":
                yield Turn(line.role, self._filled_in(saying.words), 0)
            elif kind in _VERBATIM:
                yield Turn(line.role, self._filled_in(saying.words), saying.mood)
            else:
                words = self._worded(line.role, saying.words, curt, kind)
                if number and kind not in _PLAIN and self._replies(line.role, words):
                    yield Turn(line.role, self._pick(REPLIES[line.role]) + "。", 0)
                yield from self._split(line.role, words, saying.mood, nod_share[line.role])
        nodding = exchange[-1].role == "AGENT" and kind not in (*_VERBATIM, *_PLAIN)
        if nodding and self._happens(_LAST_NOD_SHARE):
            yield self._nod("CUSTOMER", "。")

    def _replies(self, role: str, words: str) -> bool:
        """Whether a short answer comes as a turn of its own before what is said."""
        plain = not _OPENER.match(words) and not words.startswith(REPLIES[role])
        return plain and len(words) > _SAID_BEFORE_A_NOD and self._happens(_REPLY_SHARE[role])

    def _worded(self, role: str, words: str, curt: bool, kind: str) -> str:
        """The words of a line with a filler before them or a rider after them, now and then."""
        if (
            len(words) > _SAID_BEFORE_A_NOD
            and not _OPENER.match(words)
            and self._happens(_FILLER_SHARE)
        ):
            words = self._pick(FILLERS[role]) + words
        chatty = kind in ("topic", "aside") and not (curt and role == "CUSTOMER")
        if chatty and words.endswith("。") and not words.endswith("か。") and len(words) > 8 and self._happens(_RIDER_SHARE[role]):
            words += self._pick(self._riders[role])
        return self._filled_in(words)

    def _split(self, role: str, words: str, mood: int, nod_share: float) -> Iterator[Turn]:
        """The turns that a line falls into: at its opening word and where the listener nods."""
        opener = _OPENER.match(words)
        if opener and self._happens(_OPENER_SHARE):
            yield Turn(role, opener[1] + "。", 0)
            words = words[opener.end() :]
        said = ""
        for part in filter(None, _PAUSE.split(words)):
            if len(said) >= _SAID_BEFORE_A_NOD and self._happens(nod_share):
                yield self._heard(role, said, mood)
                yield self._nod("CUSTOMER" if role == "AGENT" else "AGENT", said)
                said = ""
            said += part
        yield self._heard(role, said, mood)

    def _nod(self, role: str, after: str) -> Turn:
        choice = REPLIES if after.endswith("。") and self._happens(0.4) else NODS
        return Turn(role, self._pick(choice[role]) + "。", 0)

    def _heard(self, role: str, words: str, mood: int) -> Turn:
        """The turn with the mood that one would hear: mostly the one meant, or that of a word."""
        bad, good = (any(map(words.count, cues)) for cues in (BAD_WORDS, GOOD_WORDS))
        meant = mood or (-1 if bad else int(good))
        return Turn(role, words, meant if self._happens(_MOOD_SHARE) else 0)

    def _filled_in(self, words: str) -> str:
        words = _ALTERNATIVES.sub(lambda found: self._pick(found[1].split("|")), words)
        return _SLOT.sub(lambda found: self._fill(found[1]), words)

    def _fill(self, slot: str) -> str:
        """A slot keeps its value throughout an exchange; 色2 is another colour than 色."""
        if slot in CALL_SLOTS:
            return f"{{{slot}}}"
        if slot not in self._filled:
            taken = self._filled.values()
            options = FRESH_SLOTS[slot.rstrip("23")]
            self._filled[slot] = self._pick(
                [option for option in options if option not in taken] or options
            )
        return self._filled[slot]

    def _pick(self, options: Sequence[T]) -> T:
        return options[int(next(self._draws) * len(options))]

    def _happens(self, share: float) -> bool:
        return next(self._draws) < share


def _draws(rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield from rng.random(4096).tolist()


def _sums(turns: Sequence[Turn]) -> list[int]:
    sums = [0] * 8
    for turn in turns:
        if turn.role == "SILENCE":
            continue
        is_customer = turn.role == "CUSTOMER"
        sums[1 + turn.mood + 3 * is_customer] += 1
        sums[AGENT_CHARS + is_customer] += len(turn.text.translate(_UNSPOKEN))
    return sums
