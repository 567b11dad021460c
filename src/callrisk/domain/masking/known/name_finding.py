"""The places of a known person's names in a text.

A long whole name is hidden wherever it stands; a short one, such as 金はな, may lie in other words
(お金はない) and must be words of its own. A part of it is hidden where it is a word of its own that
the dictionary takes for a name of a person: not in 田中市, nor in 山田電機. All else, such as 林
and 朝日, may be an ordinary word and is hidden only where a person is meant: before 様 or
と申します, behind 名前は, or as all that a turn says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from callrisk.domain.masking.frames.no_names import NOT_NAMES
from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.known.name_parts import NameParts
from callrisk.domain.masking.known.spelling import kana_pattern, with_common_kanji
from callrisk.domain.masking.tagging.words import Word, dictionary_words
from callrisk.domain.segment import WORD_MASK

# A part of a name, or both one after the other.
Form = tuple[str, ...]
_GAP = r"[\s、・]{0,2}"
_NO_NAME = re.compile(NOT_NAMES)
_KANA, _LATIN = re.compile("[ぁ-ゖー]+"), re.compile("[a-z]+")
# A whole name of so many letters is no other words: in kanji, in kana; and so is one part of it.
_FEWEST_OF_WHOLE, _FEWEST_OF_WHOLE_KANA, _FEWEST_OF_ONE = 4, 5, 6
# In Latin letters, and one part in kanji and the other in kana.
_FEWEST_OF_WHOLE_LATIN, _FEWEST_OF_MIXED, _FEWEST_KANA_OF_MIXED = 3, 5, 3
_FEWEST_KANJI, _FEWEST_KANA, _FEWEST_LATIN = 2, 3, 3
# So many kana are no ordinary words that happen to be read as the name.
_FEWEST_KANA_TOLD = 4
# Behind さん these make a number of it: さんぜん.
_DIGITS = (
    "ぜん|びゃく|じゅう|まん|か月|かい|がつ|ねん|えん|ー|[0-9]|いち|よん|ろく|なな|はち|きゅう"
)
_TITLE = re.compile(
    rf"[\s]?(?:様(?![々子式態相])|さま(?!ざま)|さん(?!{_DIGITS})|氏(?!名)|殿|君|くん(?=[、。はがのでにと]|\Z)|ちゃん)"
)
_POLITE = re.compile(
    r"(?:です(?!か(?:[。、?？]|\Z))|でございます|と申|ともうし|と?(?:言い|いい)ます|と言う[者方人]|という[者方人も]|"
    r"って言い|っていい|やけど|だけど|じゃけど|や[。、])"
)
# What persons do and have, and no woods or suns.
_ACTS = re.compile("宛|名義|ご?本人|の(?:分|口座)|が(?:お?支?払|契約|申し?込)|に(?:代わ|替わ)")
# Before です these tell what something is: そこは森です, 静かな林です.
_TELLS_WHAT = re.compile("[はがをにへもでないらく]\\Z")
_FILLER = r"(?:はい|いえ|ええ|えー?っ?と|えー|あの[ー]?|あ|もしもし|すみません|[、。\s])*+"
_CALLED = re.compile(
    r"(?:名前|氏名|名義人?|名字|苗字|姓|契約者名?|申込者|差出人|宛名|私|わたくし|僕|俺)(?:様|さん)?(?:は|が|の|も|、|を)"
    rf"{{1,2}}{_FILLER}\Z"
)
_BEFORE_TURN, _BEHIND_TURN = re.compile(rf"\A{_FILLER}"), re.compile(r"[。、\s]*\Z")
_EDGE = re.compile(
    r"[、。?？!！\s]|\Z|と(?!き|こ)|って|で|だ|"
    r"の(?=名|方|ほう)|に(?=変|な)|から"
)
_BESIDE_MASK = re.compile(rf"{WORD_MASK}[\s、]?\Z")
# What may stand right behind a name without being another word with it.
_OF_PERSON = frozenset(
    {"さん", "さま", "様", "君", "くん", "ちゃん", "氏", "先生", "殿", "家", "宅", "本人", "名義",
     "宛", "宛て", "夫妻", "夫婦", "姓", "側", "方", "名", "者", "店長", "社長", "部長", "課長",
     "係長", "主任", "会長", "専務", "自身", "名前"}
)  # fmt: skip
_COMPANY = frozenset({"会社", "銀行", "法人", "組合", "医院", "クリニック"})
_NOUNS = (("名詞", "普通名詞"), ("名詞", "固有名詞"))
# What stands behind a noun in a sentence.
_ENDINGS = ("助詞", "助動詞")
# Words for a time, behind which です stands, too; and behind a name they go on: 田中今日.
_WHEN = "副詞可能"


@dataclass(frozen=True)
class NameFinding:
    """Finds the names of one person in texts; made once for each person."""

    parts: NameParts

    @cached_property
    def _whole(self) -> re.Pattern[str] | None:
        return _one_of(form for form in self._forms if _is_unmistakable(form))

    @cached_property
    def _together(self) -> re.Pattern[str] | None:
        forms = (form for form in self._forms if len(form) > 1 and not _is_unmistakable(form))
        return _one_of(forms)

    @cached_property
    def _alone(self) -> re.Pattern[str] | None:
        return _one_of(form for form in self._forms if len(form) == 1)

    @cached_property
    def _forms(self) -> list[Form]:
        """Both parts, each alone and together, the longest first."""
        first, second = self.parts.first, self.parts.second
        together = [(one, other) for one in first for other in second]
        alone = [(form,) for form in dict.fromkeys((*first, *second))]
        return sorted([*together, *alone], key=lambda form: len("".join(form)), reverse=True)

    def spans(self, text: str, plain: str) -> Iterator[Span]:
        """Yield where the person is named; `plain` is the compared form of the text."""
        if self._alone is None or not self._alone.search(plain):
            return
        if self._whole is not None:
            yield from (match.span() for match in self._whole.finditer(plain))
        words: list[Word] = []
        for seen in self._seen(plain):
            if seen.may_be_certain or seen.may_be_meant:
                words = words or dictionary_words(with_common_kanji(text))
                if seen.is_person(words):
                    yield seen.begin, seen.end

    def _seen(self, plain: str) -> Iterator["_Seen"]:
        """Yield whole names that may be other words, and parts, also those within a whole name."""
        if self._together is not None:
            for match in self._together.finditer(plain):
                yield _Seen(plain, *match.span(), middle=match.end(match.lastindex or 0))
        if self._alone is not None:
            yield from (_Seen(plain, *match.span()) for match in self._alone.finditer(plain))


def _is_unmistakable(form: Form) -> bool:
    """Return True if nothing but this name is written so, wherever it stands."""
    name = "".join(form)
    if len(form) == 1:
        return len(name) >= _FEWEST_OF_ONE
    if _LATIN.fullmatch(name):
        return len(name) >= _FEWEST_OF_WHOLE_LATIN
    kana = sum(len(part) for part in form if _KANA.fullmatch(part))
    if kana == len(name):
        return kana >= _FEWEST_OF_WHOLE_KANA
    if kana:
        return len(name) >= _FEWEST_OF_MIXED and kana >= _FEWEST_KANA_OF_MIXED
    return len(name) >= _FEWEST_OF_WHOLE


def _one_of(forms: Iterable[Form]) -> re.Pattern[str] | None:
    """Return a pattern of forms; of both parts together the first is a group."""
    patterns = [_both(*form) if len(form) > 1 else _pattern(form[0]) for form in forms]
    return re.compile("|".join(patterns)) if patterns else None


def _both(first: str, second: str) -> str:
    return f"({_pattern(first)}){_GAP}{_pattern(second)}"


def _pattern(form: str) -> str:
    if _LATIN.fullmatch(form):
        return rf"(?<![a-z]){form}(?![a-z])"
    return kana_pattern(form) if _KANA.fullmatch(form) else re.escape(form)


@dataclass(frozen=True)
class _Seen:
    """A name that was seen in a text, which is in its compared form.

    `middle` is the end of the first part of a whole name; None for a part alone.
    """

    plain: str
    begin: int
    end: int
    middle: int | None = None

    @property
    def _form(self) -> str:
        return self.plain[self.begin : self.end]

    @property
    def _is_kana(self) -> bool:
        return _KANA.fullmatch(self._form) is not None

    @property
    def may_be_certain(self) -> bool:
        """True if the words of the text decide, because the name is long enough."""
        if _LATIN.fullmatch(self._form):
            return len(self._form) >= _FEWEST_LATIN
        return len(self._form) >= (_FEWEST_KANA if self._is_kana else _FEWEST_KANJI)

    @cached_property
    def _has_title(self) -> bool:
        # 奥様 and 神様 are words.
        is_word = len(self._form) == 1 and _NO_NAME.fullmatch(self._form)
        return not is_word and _TITLE.match(self.plain, self.end) is not None

    @cached_property
    def _is_called(self) -> bool:
        before, has_edge = self.plain[: self.begin], _EDGE.match(self.plain, self.end)
        called = _CALLED.search(before) or _BESIDE_MASK.search(before)
        return bool(called and has_edge)

    @cached_property
    def _is_told(self) -> bool:
        before = self.plain[: self.begin]
        if _POLITE.match(self.plain, self.end):
            return not _TELLS_WHAT.search(before) or bool(_BEFORE_TURN.fullmatch(before))
        if _BEFORE_TURN.fullmatch(before) and _BEHIND_TURN.match(self.plain, self.end):
            return True
        return _ACTS.match(self.plain, self.end) is not None

    @property
    def may_be_meant(self) -> bool:
        """True if the text around it tells a person."""
        return self._has_title or self._is_called or self._is_told

    def is_person(self, words: Sequence[Word]) -> bool:
        """Return True if it is a word of its own among these words, and names a person there."""
        inside = [word for word in words if self.begin <= word.begin and word.end <= self.end]
        if not inside or inside[0].begin != self.begin or inside[-1].end != self.end:
            return False
        if self.middle is None and _is_part_of_more(words, self.begin, self.end):
            return False
        if self.may_be_certain and self._is_certain(inside):
            return True
        return self._has_title or self._is_called or (self._is_told and self._may_be_told(inside))

    def _is_certain(self, inside: Sequence[Word]) -> bool:
        if self.middle is None or self._is_kana:
            return _names_person(inside, is_kana=self._is_kana)
        return _names_whole(inside, self.middle)

    def _may_be_told(self, inside: Sequence[Word]) -> bool:
        """Return True unless these are words such as そう, いま and 一, which です follows, too."""
        if len(inside) > 1:
            return not self._is_kana or len(self._form) >= _FEWEST_KANA_TOLD
        part = inside[0].part
        return part[:2] in _NOUNS and part[2] != _WHEN


def _names_person(inside: Sequence[Word], *, is_kana: bool) -> bool:
    """Return True if words name a person; several signs that no dictionary has do so, too."""
    if len(inside) == 1:
        return inside[0].part[2] == "人名" or _is_unknown(inside[0])
    if not is_kana:
        return True
    # So many kana stand for a name unless they are particles and endings.
    has_noun = any(word.part[0] == "名詞" for word in inside)
    return has_noun and inside[-1].end - inside[0].begin >= _FEWEST_KANA_TOLD


def _names_whole(inside: Sequence[Word], middle: int) -> bool:
    """Return True unless these are a noun and particles (金かな), or a number, or another word."""
    if any(word.part[0] in _ENDINGS for word in inside) or inside[-1].part[1] == "数詞":
        return False
    names = any(word.part[2] == "人名" or _is_unknown(word) for word in inside)
    return names or (len(inside) > 1 and any(word.end == middle for word in inside))


def _is_unknown(word: Word) -> bool:
    return word.is_unknown and word.part[0] == "名詞"


def _is_part_of_more(words: Sequence[Word], begin: int, end: int) -> bool:
    """Return True if the words on either side make another word with what stands between them."""
    before = next((word for word in words if word.end == begin), None)
    behind = next((word for word in words if word.begin == end), None)
    if before is not None and (before.text in _COMPANY or before.part[0] == "接頭辞"):
        return True
    if behind is None or behind.text in _OF_PERSON or behind.part[2] in ("人名", _WHEN):
        return False
    return behind.part[0] in ("接尾辞", "名詞") and behind.part[1] != "数詞"
