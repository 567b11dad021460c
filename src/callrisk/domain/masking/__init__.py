"""Masking of personal data in what is said; the length of a text stays.

Theory of operation
-------------------
A text is first brought into its plain form (`plain_form`): hiragana, one width, small letters.
Its *shape* (`shapes`, `digits`) has the same length and marks the characters of every digit,
whether it is written (7), a kanji (七), a spoken word (なな, `digit_words`, `spoken_digits`) or
masked already. A masked character counts as a digit of unknown value. Every character keeps its
place, so a span found in a shape is a span of the text.

*Place values* (`place_values`, `kana_numbers`) are groups such as 千二百三十四 for 1234.

*Quantities* (`quantities`, `counters`) are amounts, dates, times, lengths and counts. They
identify no one and are cut out before numbers are sought: 1,234円 and 12月3日 stay readable.

*Things* (`things`) have numbers, too: a contract, an order, a licence plate. The word before a
number decides, unless its length and checksum make it a card or a telephone.

*Numbers* (`numbers`) are runs of at least 7 digits, joined over the words that callers put
between groups (`separators`); 3 digits are enough after a word such as 暗証番号 or in a turn of
digits alone. *Addresses* (`mail`) are found by their at sign, written or spoken.

*Across turns* (`across`) one speaker dictates a number in parts. Only runs
at the edges of turns are joined, pair by pair: by who spoke, and how far apart the two turns
are. A pair depends on no turn between, and lengths are counted in characters, which masking
keeps.

*Things across turns* (`across.things_across`): digits without a word of their own are those of
what was asked for in the turns before, ご契約番号をお願いします, and so is what repeats them. Of
all rules this alone leaves something readable for what other turns say, so it needs them when a
turn comes: a question that comes after its answer makes nothing readable.

*Frames* (`frames`) are the words around a name, an address, a date of birth, the end of a card or a
password. In one turn they are sought before numbers. *Answers* (`across.asked_data`) are what
follows a question of the other speaker: 高橋です after お名前をお願いします. Whatever answers the
question for a secret word is one, unless it refuses or asks (`frames.secrets_told`).

*Tagging* (`tagging`) finds what no rule foresaw, letter by letter, from the words around it and
what was said before. It only adds to what the rules hide, once, when a turn comes.

A *known person* (`known`) is the customer whose record a call was joined with. Name and address of
the record are sought last, with their readings, as words of their own: what a dictionary takes for
a name is hidden, and what may be another word only where a person is meant.

`Masking` puts these together; which kinds (`kinds`) it hides is a setting. Digits are masked as
`MASK`, addresses of mail as `MAIL_MASK`, and words as `WORD_MASK`.

Invariants
----------
- The length of a text never changes.
- Masking is idempotent: masking a masked text changes nothing. Each function repeats its pass
  until the text is stable, since a masked group may show that its neighbour belongs to it.
- The order of arrival is irrelevant to what the rules hide of a person: more turns can only mask
  more, and the texts end the same in whatever order turns arrive and however often this runs on
  turns that are masked in part. The number of a thing stays readable only if its question came in
  time, and the tagger knows a question only if it came before its answer.
- A text in which something is masked is not tagged again.
- Whether something is a digit is decided by what stands beside it, never by its value. Otherwise
  masking one digit could uncover or hide others.
- Passes may repeat and spans may overlap. A masked character must never become readable again.
- The time is linear in the length of a text: patterns use possessive quantifiers and bounded
  windows.
"""

from collections.abc import Collection, Sequence

from callrisk.domain.masking.across.asked_data import may_be_answer
from callrisk.domain.masking.across.edges import may_continue
from callrisk.domain.masking.across.mail_across import may_hold_address
from callrisk.domain.masking.across.things_across import (
    NO_THINGS,
    Things,
    names_number,
)
from callrisk.domain.masking.digits import may_hold_digits
from callrisk.domain.masking.frames.kinds import ALL_KINDS, Kind
from callrisk.domain.masking.known.known_person import KnownPerson
from callrisk.domain.masking.known.persons_of_calls import PersonsOfCalls
from callrisk.domain.masking.masking import VERSION, Masking, context_of
from callrisk.domain.masking.shapes import is_masked_form
from callrisk.domain.masking.tagging.said_before import NOTHING_SAID, SaidBefore
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK, Segment

__all__ = [
    "ALL_KINDS", "EVERYTHING", "MAIL_MASK", "MASK", "VERSION", "WORD_MASK", "Kind", "KnownPerson",
    "Masking", "PersonsOfCalls", "context_of", "is_masked_form", "masked", "masked_across",
    "masked_after", "may_hold_digits", "may_hold_number",
]  # fmt: skip

# Hides every kind.
EVERYTHING = Masking()


def masked(text: str, things: Things = NO_THINGS, said: SaidBefore = NOTHING_SAID) -> str:
    """Return the text with everything masked that this turn reveals.

    `things` is what the turns before tell of numbers that name nobody, `said` what was said in
    them (`context_of`).
    """
    return EVERYTHING.masked(text, things, said)


def masked_across(turns: Sequence[Segment]) -> list[Segment]:
    """Return the turns that change because of what is said in others."""
    return EVERYTHING.masked_across(turns)


def may_hold_number(text: str) -> bool:
    """Return True if a number, an address or an answer may continue at an edge of the turn."""
    return may_continue(text) or may_hold_address(text) or may_be_answer(text) or names_number(text)


def masked_after(turn: Segment, before: Collection[Segment]) -> str:
    """Return the text of a turn, masked; numbers of things that were asked for before it stay."""
    return EVERYTHING.masked_after(turn, before)
