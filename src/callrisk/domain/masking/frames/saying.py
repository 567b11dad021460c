"""A turn in the three forms in which frames are sought: as written, plain, and its shape."""

import re
from dataclasses import dataclass
from typing import Self

from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import DIGIT
from callrisk.domain.masking.things import OTHER_NUMBER

Span = tuple[int, int]

# A figure of a date: digits, or kanji with places, or 元 of a first year.
FIGURE = rf"(?:(?:{DIGIT}|[〇零一二三四五六七八九十百千元\ue002]){{1,12}}+)"
# What callers put between the parts of a date or an address.
PAUSE = r"(?:[\s、,・…]|の|えー?っ?と|えーと|ええ?ー?|あのー?|んー|たしか|で(?=[\s、])){0,6}+"
# A figure in whatever words: beside a unit or another figure only, さんじゅう and ごがつ.
ANY_FIGURE = (
    rf"(?:(?:{DIGIT}|[〇零一二三四五六七八九十百千元\ue002]|ぜろ|まる|れい(?!わ)|いち|に[いー]?|さん|"
    r"よん|よ(?=ねん)|し(?=がつ)|しち|ご|ろく|なな|はち|きゅう|く(?=がつ|ねん)|じゅう|じゅっ|[ひびぴ]ゃく|"
    r"せん|がん(?=ねん))ー?){1,16}+"
)
_NUMBER_OF = re.compile(
    f"(?P<thing>{OTHER_NUMBER})|(?:電話|携帯|連絡先|口座|かーど|郵便|暗証)番号|住所|生年月日|生まれ|有効期限"
)
_THING_REACH = 14
_MAY_DECLINE = re.compile("結構|けっこう|不要|ません|なくて")
_DECLINED = re.compile(
    r"[^、。]{0,40}(?:は(?:もう|今は|ここでは|今回は|特に|この場では)?(?:結構|けっこう)|"
    r"(?:不要|要りません|いりません|必要(?:は)?(?:ござい|あり)ません|伺(?:い|って(?:い|おり))ません|"
    r"聞きません|お聞きしません|なくても?(?:大丈夫|結構|けっこう|いい|よろし|構いません|かまいません)))[^、。]*+"
)


def without_declined(question: str) -> str:
    """Return a turn in its plain form without what it says is not asked for."""
    return _DECLINED.sub("", question) if _MAY_DECLINE.search(question) else question


@dataclass(frozen=True, slots=True)
class Saying:
    """A turn: its text, its plain form, and its shape, all of one length."""

    text: str
    plain: str
    shape: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the forms of a text; without digits its shape is the plain form."""
        plain = plain_form(text)
        return cls(text, plain, shape_of(text) if may_hold_digits(text) else plain)

    def tells_thing(self, begin: int, end: int) -> bool:
        """Return True if the word for a number of a thing stands in or right before a span."""
        words = [*_NUMBER_OF.finditer(self.plain, max(0, begin - _THING_REACH), end)]
        return bool(words) and words[-1]["thing"] is not None

    def has_before(self, word: re.Pattern[str], begin: int, reach: int) -> bool:
        """Return True if a word stands at most so many characters before a place."""
        return word.search(self.plain, max(0, begin - reach), begin) is not None

    def has_behind(self, word: re.Pattern[str], end: int, reach: int) -> bool:
        """Return True if a word begins at most so many characters behind a place."""
        return word.search(self.plain, end, end + reach) is not None
