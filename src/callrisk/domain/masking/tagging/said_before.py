"""The turns before one as the tagger sees them, and the test whether a turn is worth tagging."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from callrisk.domain.masking.across.things_across import turns_before
from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.numbers import without_units
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import FIRST, hides_something
from callrisk.domain.masking.tagging.words import names_person_or_place
from callrisk.domain.segment import ParticipantRole, Segment

_TURNS = 3
_REMEMBERED = 4_096
# Words with which personal data is asked for and told.
_PERSONAL = re.compile(
    "名前|氏名|名義|[苗名]字|姓|旧姓|ふるねーむ|どなた|どちら様|どちらさま|申します|といいます|"
    "いいますが|本人|住所|番地|丁目|どちらに|お住まい|郵便|お?届け先|建物|号室|まんしょん|番号|なんばー|ばんごう|"
    "生年月日|誕生日|生まれ|生年|期限|せきゅりてぃ|[三四3-4]桁|桁|暗証|ぱす|合い?言葉|秘密|ぴん|"
    "めーる|あどれす|あっと|どっと|はいふん|あんだー|口座|記号|通帳|かーど|免許|保険証|旅券|在留|年金|"
    "復唱|繰り返し|漢字|字は|書い?て|読み|ひらがな|かたかな|ろーま字|大文字|小文字|さん|様|くん|ちゃん|担当"
)
_LETTERS = re.compile("[a-z]{2}|[a-z](?=[0-9._-])")
_FEWEST_DIGITS = 2
_JAPANESE = re.compile("[ぁ-ヺ一-龠]")
# Words of another language, or of a program; the tagger has learnt Japanese turns only.
_FOREIGN = re.compile(r"[a-z]{2,}[\s,.]+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn before the one that is tagged: its masked text, and whose it is."""

    text: str
    is_same_speaker: bool


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """The turns shortly before one, the last one first, and whether an agent says this one."""

    turns: tuple[Spoken, ...] = ()
    is_agent: bool = False


NOTHING_SAID = SaidBefore()


def said_before(turn: Segment, before: Collection[Segment]) -> SaidBefore:
    """Return what was said shortly before a turn."""
    near = turns_before(turn, before)[-_TURNS:]
    said = tuple(Spoken(other.text, other.role is turn.role) for other in reversed(near))
    return SaidBefore(said, turn.role is ParticipantRole.AGENT)


def may_tell_person(text: str, said: SaidBefore) -> bool:
    """Return True if a turn is worth being tagged; most turns tell nothing of a person."""
    if _is_foreign(text):
        return False
    return _may_tell(text) or any(_leads_to_person(turn.text) for turn in said.turns[:2])


def _is_foreign(text: str) -> bool:
    return _JAPANESE.search(text) is None and _FOREIGN.search(plain_form(text)) is not None


@lru_cache(_REMEMBERED)
def _may_tell(text: str) -> bool:
    plain = plain_form(text)
    if _PERSONAL.search(plain) or _LETTERS.search(plain):
        return True
    if may_hold_digits(text):
        digits = FIRST.findall(without_units(shape_of(text)))
        if len(digits) >= _FEWEST_DIGITS:
            return True
    return names_person_or_place(text)


@lru_cache(_REMEMBERED)
def _leads_to_person(text: str) -> bool:
    return hides_something(text) or _PERSONAL.search(plain_form(text)) is not None
