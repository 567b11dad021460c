"""The grammar of numbers as people write them in Japanese tables; what is unclear is an error.

A number is `[sign] [¥] [sign] digits [unit]`, in half or full width. Signs: - − △ ▲ +, or brackets
around all of it. Digits: 1234, 1,234, 1.5, 1.2E+05, or with 兆 億 万 千 百 behind each part. Units:
円, %, and counters such as 年, か月, 回. Nothing is guessed: what has two readings names both.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

# Full-width letters, digits and signs; not what only looks like a digit, as ² or ①.
ONE_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20, 0xA0: 0x20, 0xFFE5: 0xA5, 0x5C: 0xA5, 0xFF3C: 0xA5,
    **dict.fromkeys((0x2212, 0x2010, 0x2011, 0x2013, 0xFE63), 0x2D),
    **dict.fromkeys((0x200B, 0xFEFF, 0x200E, 0x200F, 0xAD)),
}  # fmt: skip
# A float32, in which models learn, and a cell of Excel both lose digits beyond.
_LARGEST = Decimal(10) ** 15

Decimals = Literal[".", ",", "?"]

_LONGEST = 40
_WIDE = re.compile("[０-９，．％]")
_MULTIPLES = {
    "兆": 10**12, "億": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4,
    "千": 10**3, "百": 10**2,
}  # fmt: skip
# Spellings of one unit, under the one that is shown.
_UNITS = {
    "円": ("円", "円也", "yen", "jpy"),
    "%": ("%", "パーセント"),
    "か月": ("か月", "カ月", "ヶ月", "ヵ月", "ケ月", "ｶ月", "箇月", "個月", "か月間", "ヶ月間"),
    "年": ("年", "年間", "ヵ年", "か年"),
    "日": ("日", "日間"),
    "週": ("週", "週間"),
    "歳": ("歳", "才"),
    "人": ("人", "名"),
    "回": ("回", "度"),
    "時間": ("時間",),
    "分": ("分", "分間"),
    "秒": ("秒", "秒間"),
    **{unit: (unit,) for unit in ("件", "台", "個", "点", "本", "社", "口", "枚", "通", "世帯")},
}
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
KNOWN_UNITS = frozenset((*_UNITS, "千円", "百万円", "万円", "億円"))
_SCALES = {"千円": "千円", "百万円": "百万円", "万円": "万円", "億円": "億円"}

_SIGN = r"[-+△▲]"
_SHAPE = re.compile(
    rf"(?P<first>{_SIGN})?\s*(?P<yen>¥|JPY)?\s*(?P<second>{_SIGN})?\s*"
    rf"(?P<digits>[0-9.,]+(?:[eE][-+]?[0-9]{{1,3}})?(?:\s*(?:兆|億|万|千|百|十)+[0-9.,]*)*)\s*"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True))})?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PART = re.compile(r"([0-9.,]+)((?:兆|億|千万|百万|十万|万|千|百)?)")


class UnclearNumberError(ValueError):
    """No number, or one with two readings; `readings` are these as text, none for no number."""

    def __init__(self, *readings: str) -> None:
        super().__init__(" or ".join(readings))
        self.readings = readings


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number, the forms in which it was written (¥, 万, △ …), and its unit."""

    value: float
    forms: tuple[str, ...] = ()
    unit: str = ""


def unit_of(written: str) -> str:
    """Return the one spelling of a unit, か月 for ヶ月; the text itself for others."""
    text = written.translate(ONE_WIDTH).strip().casefold()
    return _UNIT_OF.get(text, text)


def scale_in(heading: str) -> str:
    """Return 千円, 万円 and the like if a heading ends in it in brackets, else nothing."""
    found = re.search(
        r"\(\s*(?:単位[:]?)?\s*(千円|百万円|万円|億円)\s*\)", heading.translate(ONE_WIDTH)
    )
    return _SCALES[found[1]] if found else ""


# 0.4, 79.5 and 1234.567: no thousands, no day and month, no year and month, no clock.
_SURE_DECIMALS = re.compile(
    r"-?(?!(?:19|20)[0-9]{2}[.,][0-9]{1,2}$)(?:"
    r"(?:0|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,})([.,])(?:[0-9]{1,2}|[0-9]{4,})"
    r"|(?:0|[1-9][0-9]{3,})([.,])[0-9]{3})"
)
_FEWEST_DECIMALS = 3


def decimals_in(lines: Iterable[Sequence[object]]) -> Decimals:
    """Return the decimal sign that cells of a text file show, "?" where they show none or two."""
    signs: Counter[str] = Counter()
    for cells in lines:
        for cell in cells:
            found = _SURE_DECIMALS.fullmatch(cell) if isinstance(cell, str) else None
            signs.update(filter(None, found.groups()) if found else ())
    if len(signs) != 1 or signs.total() < _FEWEST_DECIMALS:
        return "?"
    return "." if "." in signs else ","


_IN_BRACKETS = re.compile(r"(.+?)[(\[【〔](?:単位:?)?([^()\[\]【】〔〕]+)[)\]】〕]", re.DOTALL)
# What else stands in brackets behind a heading, and makes it no other one.
_ASIDES = frozenset(("税込", "税込み", "税抜", "税抜き", "税別", "必須", "任意"))


def split_heading(heading: str) -> tuple[str, str]:
    """Return a heading without the unit or remark that it ends in in brackets, and the unit.

    Other words in brackets tell columns apart, 電話番号（携帯）, and stay.
    """
    text = heading.translate(ONE_WIDTH).strip()
    found = _IN_BRACKETS.fullmatch(text) if text.endswith((")", "]", "】", "〕")) else None
    if found is None:
        return heading, ""
    parts = [part.strip() for part in re.split("[・、,]", found[2].casefold())]
    units = [_known_unit(part) for part in parts if part not in _ASIDES]
    if len(units) > 1 or not all(units):
        return heading, ""
    return found[1].strip(), "".join(units)


def _known_unit(written: str) -> str:
    return _SCALES.get(written) or _UNIT_OF.get("円" if written == "¥" else written, "")


def number_in(written: str, decimals: Decimals = ".") -> WrittenNumber:
    """Return the number in a text; raise UnclearNumberError for none, or for two readings."""
    # Excel marks a number that is kept as text by an apostrophe.
    text = written.translate(ONE_WIDTH).strip().removeprefix("'")
    if len(text) > _LONGEST:
        raise UnclearNumberError
    # ¥12,000-, ¥12,000.- and ¥ 12,000 ― end as on a bill.
    text = re.sub(r"(?<=^¥)(.*[0-9])\.?\s*[-ー―—]$", r"\1", text)
    forms = ["full-width"] if _WIDE.search(written) else []
    inside = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else None
    shape = _SHAPE.fullmatch(text if inside is None else inside)
    if shape is None or (shape["first"] and shape["second"]):
        raise UnclearNumberError(*_trailing_sign(text))
    sign = shape["first"] or shape["second"] or ""
    if inside is not None and sign:
        raise UnclearNumberError
    unit = "円" if shape["yen"] else ""
    spelling = (shape["unit"] or "").casefold()
    if spelling:
        own = _UNIT_OF[spelling]
        if unit and own != unit:
            raise UnclearNumberError
        unit = own
    value, more = _value(shape["digits"].replace(" ", ""), decimals)
    forms += [*_signs(sign, inside is not None), *more]
    forms += [("¥" if shape["yen"] else unit)] if unit else []
    is_negative = inside is not None or sign in tuple("-△▲")
    value = -value if is_negative else value
    return WrittenNumber(float(value / 100 if unit == "%" else value), tuple(forms), unit)


def _signs(sign: str, in_brackets: bool) -> list[str]:
    return ["( )"] if in_brackets else ["△"] if sign in ("△", "▲") else []


def _trailing_sign(text: str) -> tuple[str, ...]:
    found = re.fullmatch(r"([0-9.,]+)-", text)
    if found:
        return (f"-{found[1]}", f"{found[1]} and something missing")
    long_vowel = re.fullmatch(r"[ー―—]\s*([0-9.,]+)", text)
    return (f"-{long_vowel[1]}", long_vowel[1]) if long_vowel else ()


def _value(digits: str, decimals: Decimals) -> tuple[Decimal, list[str]]:
    if any(multiple in digits for multiple in "兆億万千百十"):
        return _in_parts(digits, decimals), ["万"]
    value = _simple(digits, decimals)
    if abs(value) >= _LARGEST:
        raise UnclearNumberError(f"a number below {_LARGEST:,}")
    return value, ["exponent"] if _EXPONENT.fullmatch(digits) else []


def _in_parts(digits: str, decimals: Decimals) -> Decimal:
    """Return 1億2,000万 and the like; each part is smaller than the one before allows."""
    total, room, at = Decimal(0), _LARGEST, 0
    parts = list(_PART.finditer(digits))
    for number, part in enumerate(parts):
        multiple = Decimal(_MULTIPLES.get(part[2], 1))
        value = _simple(part[1], decimals) * multiple
        is_whole = "." not in part[1] or len(parts) == 1
        if part.start() != at or value >= room or not is_whole or (number and multiple >= room):
            raise UnclearNumberError
        total, room, at = total + value, multiple, part.end()
    if at != len(digits):
        raise UnclearNumberError
    return total


def _simple(digits: str, decimals: Decimals) -> Decimal:
    """Return digits with at most one kind of separator in each of its two places."""
    if decimals == ",":
        digits = digits.translate({ord(","): ".", ord("."): ","})
    has_one_separator = len(re.findall(r"[.,]", digits)) == 1
    if decimals == "?" and has_one_separator and re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", digits):
        raise UnclearNumberError(re.sub(r"[.,]", "", digits), digits.replace(",", "."))
    if decimals == "?" and has_one_separator and "," in digits:
        raise UnclearNumberError(digits.replace(",", ""), digits.replace(",", "."))
    if _PLAIN.fullmatch(digits) or _EXPONENT.fullmatch(digits):
        return Decimal(digits)
    if _GROUPED.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    if re.fullmatch(r"[0-9]+(?:,[0-9]+)+", digits) and digits.count(",") == 1:
        raise UnclearNumberError(digits.replace(",", ""), digits.replace(",", "."))
    raise UnclearNumberError
