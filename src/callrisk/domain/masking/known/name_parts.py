"""The parts of a person's name as a record holds it: family name, given name, their readings."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from callrisk.domain.masking.known.spelling import compared, with_common_kanji
from callrisk.domain.masking.tagging.words import Word, dictionary_words

_IN_BRACKETS = re.compile(r"[（(\[](?P<kana>[^（()）\[\]]*)[）)\]]?")
_TITLE = re.compile(r"[\s\u3000]*(?:様|さま|殿|さん|氏)\Z")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー\s\u3000・]+")
_BLANKS = re.compile(r"[\s\u3000・,，]+")
# Such a record is of no person: nothing but the whole name is told of it.
_COMPANY = re.compile(
    r"会社|\([株有]\)|法人|組合|協会|商店|商会|工業|産業|電機|建設|製作所|銀行|病院|学校|センター|サービス"
)
# What is written where nobody knows the name.
_NOBODY = re.compile(
    "(?:氏名)?(?:不明|未登録|未入力|未設定|非公開|匿名|なし|無し|てすと|個人|本人|お?客様?|[-?？ー]+|"
    "none|null|unknown|test|n/a)",
    re.IGNORECASE,
)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class NameParts:
    """Two parts of a name, each in all forms in which it is written; the second may be missing.

    All forms are compared ones (`spelling`), so that kana are hiragana.
    """

    first: tuple[str, ...]
    second: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, kana: str = "") -> Self:
        """Return the parts of a name, with readings from the record or else the dictionary."""
        text = unicodedata.normalize("NFC", name)[:_LONGEST].strip()
        if _COMPANY.search(unicodedata.normalize("NFKC", text)):
            return cls((compared(text),))
        bracketed = _IN_BRACKETS.search(text)
        if bracketed and _KANA.fullmatch(bracketed["kana"]):
            kana = kana or bracketed["kana"]
        text = _TITLE.sub("", _IN_BRACKETS.sub(" ", text).strip())
        if _NOBODY.fullmatch(compared(text)):
            return cls(())
        parts = _parts(with_common_kanji(text))
        told = [
            part
            for part in _BLANKS.split(compared(kana[:_LONGEST]).strip())
            if _KANA.fullmatch(part)
        ]
        readings = [told[n : n + 1] if len(told) == len(parts) else [] for n in range(len(parts))]
        forms = [_forms(part, known) for part, known in zip(parts, readings, strict=True)]
        return cls(*forms)


def _parts(text: str) -> list[str]:
    """Return family and given name of a name, or the name alone where they cannot be told."""
    parts = [part for part in _BLANKS.split(text) if part]
    if len(parts) == 1:
        return _told_by_dictionary(parts[0])
    # What stands between the first name and the last one is no name of a call.
    return [parts[0], parts[-1]] if parts else [""]


def _told_by_dictionary(name: str) -> list[str]:
    words = dictionary_words(name)
    families = [word for word in words if word.part[2:] == ("人名", "姓")]
    if len(words) > 1 and families[:1] == words[:1]:
        return [name[: words[0].end], name[words[0].end :]]
    return [name]


def _forms(part: str, readings: list[str]) -> tuple[str, ...]:
    """Return a part of a name as it is written, and in kana."""
    heard = readings or [_reading(dictionary_words(part))]
    return tuple(dict.fromkeys(form for form in (compared(part), *heard) if _is_name(form)))


def _is_name(form: str) -> bool:
    """Return True for letters, be it one kanji; an initial or a number names nobody."""
    return form.isalpha() and (len(form) > 1 or not re.match("[a-zぁ-ん]", form))


def _reading(words: list[Word]) -> str:
    reading = compared("".join(word.reading for word in words))
    return reading if _KANA.fullmatch(reading) else ""
