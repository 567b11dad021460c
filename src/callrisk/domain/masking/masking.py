"""Masking as a value: the kinds that are hidden, and how often each was since the start."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from callrisk.domain.masking.across.asked_data import masked_answers_across
from callrisk.domain.masking.across.digits_across import masked_digits_across
from callrisk.domain.masking.across.mail_across import masked_addresses_across
from callrisk.domain.masking.across.things_across import NO_THINGS, Things, things_before
from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.frames import framed_spans
from callrisk.domain.masking.frames.kinds import ALL_KINDS, Kind
from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.hiding import hidden
from callrisk.domain.masking.known.known_person import KnownPerson
from callrisk.domain.masking.mail import masked_mail
from callrisk.domain.masking.numbers import has_keyword, is_of_thing, number_spans
from callrisk.domain.masking.place_values import groups_as_digits, place_value_spans
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import hides_something, mask_spans, masked_words
from callrisk.domain.masking.tagging.readable import Readable
from callrisk.domain.masking.tagging.said_before import (
    NOTHING_SAID,
    SaidBefore,
    may_tell_person,
    said_before,
)
from callrisk.domain.masking.tagging.tagger import Tagger, packaged_tagger
from callrisk.domain.segment import MAIL_MASK, WORD_MASK, Segment

# Another version hides other things; the health answer tells it. To be raised with every change of
# a rule.
VERSION = "10"


@dataclass(frozen=True)
class Masking:
    """Hides some kinds of personal data and counts the turns in which it hid them."""

    kinds: frozenset[Kind] = ALL_KINDS
    # None where only the rules decide.
    tagger: Callable[[], Tagger] | None = field(default=packaged_tagger, repr=False)
    # Whose record is known: what tells this person is hidden, too.
    person: KnownPerson | None = None
    _counts: Counter[Kind] = field(default_factory=Counter, compare=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @property
    def counts(self) -> Mapping[Kind, int]:
        """The turns in which something was hidden since the start, by kind."""
        with self._lock:
            return dict(self._counts)

    def masked(self, text: str, things: Things = NO_THINGS, said: SaidBefore = NOTHING_SAID) -> str:
        """Return the text with everything masked that this turn reveals.

        `things` is what the turns before tell of numbers that name nobody, `said` what was said in
        them.
        """
        shown = self._by_rules(text, things)
        # What was masked before was tagged before; once more it would be seen without its words.
        if self.tagger is not None and not hides_something(text):
            tagged = self._tagged(text, shown, things, said)
            shown = shown if tagged == shown else self._by_rules(tagged, things)
        # Last, as the tagger and the rules know a name by the words that it stands among.
        while (known := self.without_person(shown)) != shown:
            shown = self._by_rules(known, things)
        return shown

    def without_person(self, text: str) -> str:
        """Return a text that was masked before, with what tells the known person masked, too."""
        if self.person is None:
            return text
        for kind, span in [*self.person.spans(text)]:
            if kind in self.kinds:
                text = self._counted(kind, text, masked_words(text, [span]))
        return text

    def knowing(self, person: KnownPerson | None) -> Self:
        """Return the masking that hides what tells this person, too; it counts with this one."""
        return self if person is None else replace(self, person=person)

    def masked_after(self, turn: Segment, before: Collection[Segment]) -> str:
        """Return the text of a turn, masked, as one said after others.

        Numbers of things that were asked for stay, and what answers a question is known as such.
        """
        return self.masked(turn.text, *context_of(turn, before))

    def masked_across(self, turns: Sequence[Segment]) -> list[Segment]:
        """Return the turns that change because of what is said in others."""
        now = {turn.segment_id: turn for turn in turns}
        while changed := self._changed_once([*now.values()]):
            now |= {turn.segment_id: turn for turn in changed}
        return [now[turn.segment_id] for turn in turns if now[turn.segment_id] != turn]

    def _by_rules(self, text: str, things: Things) -> str:
        before = ""
        while before != text:
            before, text = text, self._masked_once(text, things)
        return text

    def _tagged(self, text: str, shown: str, things: Things, said: SaidBefore) -> str:
        """Return what the rules left with the tagger's spans hidden, too."""
        if self.tagger is None or not may_tell_person(text, said):
            return shown
        readable = Readable.of(text, things, said)
        spans: dict[Kind, list[Span]] = {}
        for tagged in self.tagger().spans(text, shown, said, self.kinds):
            if not readable.holds(tagged, text):
                spans.setdefault(tagged.kind, []).append(tagged.span)
        for kind, found in spans.items():
            now = hidden(shown, found, kind, keeps_joints=True)
            shown = self._counted(kind, shown, now)
        return shown

    def _masked_once(self, text: str, things: Things) -> str:
        for kind, span in [*framed_spans(text, self.kinds)]:
            mask = MAIL_MASK if kind is Kind.MAIL else WORD_MASK
            text = self._counted(kind, text, masked_words(text, [span], mask))
        if not may_hold_digits(text):
            return text
        # An address is sought before numbers, which would part it.
        if Kind.MAIL in self.kinds:
            text = self._counted(Kind.MAIL, text, masked_mail(text))
        if Kind.NUMBER in self.kinds:
            text = self._counted(Kind.NUMBER, text, _masked_numbers(text, things))
        return text

    def _changed_once(self, turns: Sequence[Segment]) -> list[Segment]:
        for kind, change in _ACROSS.items():
            changed = change(turns) if kind in self.kinds else []
            if changed:
                self._count(kind, len(changed))
                return changed
        for kind in sorted(self.kinds):
            if changed := masked_answers_across(turns, kind):
                self._count(kind, len(changed))
                return changed
        return []

    def _counted(self, kind: Kind, before: str, after: str) -> str:
        if before != after:
            self._count(kind, 1)
        return after

    def _count(self, kind: Kind, turns: int) -> None:
        with self._lock:
            self._counts[kind] += turns


def context_of(turn: Segment, before: Collection[Segment]) -> tuple[Things, SaidBefore]:
    """Return what the turns before one tell of it; alike for all turns that they tell nothing."""
    said = said_before(turn, before)
    needs_it = may_tell_person(turn.text, said)
    return things_before(turn, before), said if needs_it else NOTHING_SAID


def _masked_numbers(text: str, things: Things) -> str:
    """Return the text after one pass over place values and digits."""

    def is_thing(plain: str, run: re.Match[str]) -> bool:
        return is_of_thing(plain, run) or (bool(things) and things.holds(plain, run))

    plain_text, digit_shape = plain_form(text), shape_of(text)
    if spans := [*place_value_spans(plain_text, digit_shape, has_keyword, is_thing)]:
        text = mask_spans(text, groups_as_digits(digit_shape), spans)
    return mask_spans(text, digit_shape, number_spans(plain_text, digit_shape, is_thing))


_ACROSS: Mapping[Kind, Callable[[Sequence[Segment]], list[Segment]]] = {
    Kind.NUMBER: masked_digits_across,
    Kind.MAIL: masked_addresses_across,
}
