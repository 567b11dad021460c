"""Amounts, dates, times, lengths and counts, cut out of a shape because they identify no one.

Every pattern begins at a digit of known value, so a masked number is never cut out. The conditions
on the surroundings of a pattern are the same whether a digit there is masked or not.
"""

import re

from callrisk.domain.masking.counters import MONEY, POSITIONAL, UNIT
from callrisk.domain.masking.shapes import DIGIT, FIRST, REST
from callrisk.domain.segment import MASK

CUT = "\ue001"
_FREE = f"(?<!{DIGIT})"
_END = f"(?!{DIGIT})"

_MONTH, _DAY = "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
_FORMATTED = re.compile(
    "|".join(
        (
            # Tyres: 195/65R15.
            rf"{_FREE}[12][0-9]{{2}}/[2-8][0-9](?=\s?z?r\s?[0-9]{{2}}(?![0-9]))",
            rf"(?<![-/.]){_FREE}(?:19|20)[0-9]{{2}}([-/.・]){_MONTH}\1{_DAY}(?![-/.]?{DIGIT})",
            rf"(?<![-/.]){_FREE}(?:19|20)[0-9]{{2}}[-/.]{_MONTH}(?![-/.]?{DIGIT})",
            rf"(?<![-/]){_FREE}[0-9]{{2}}/{_MONTH}/{_DAY}(?![-/]?{DIGIT})",
            rf"(?<![-/]){_FREE}{_MONTH}/{_DAY}(?![-/]?{DIGIT})",
            rf"{_FREE}[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?{_END}",
            rf"(?<![-/]){_FREE}{_MONTH}/{_DAY}/(?:19|20)[0-9]{{2}}(?![-/]?{DIGIT})",
            rf"(?<![a-z])[rhs]\s?[0-9]{{1,2}}[./]{_MONTH}[./]{_DAY}(?![./]?{DIGIT})",
            rf"(?<!,){_FREE}[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?!,?{DIGIT})",
        )
    )
)
_COMPACT_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")

_LISTED = f"(?<!{DIGIT}[、・,]){_FREE}"
# One digit, however many characters say it: ニー, and its value where a pattern begins.
_DIGIT = f"(?:[0-9{MASK}]{REST}*+)"
_KNOWN, _NOT_ZERO = f"(?:[0-9]{REST}*+)", f"(?:[1-9]{REST}*+)"
_QUANTITY = re.compile(
    "|".join(
        (
            rf"[¥$]\s?{_KNOWN}{_DIGIT}{{0,12}}",
            rf"(?<![十百千万億兆]){_FREE}(?:[0-9]{{1,4}}+(?:\.[0-9]{{1,2}}+)?+\s?)?+{POSITIONAL}"
            rf"(?:\s?[0-9]{{1,4}}+\s?{POSITIONAL}|[0-9]{{1,4}}+|{POSITIONAL})*+{_END}",
            rf"{_FREE}(?:{_NOT_ZERO}{_DIGIT}{{0,9}}[-~〜])?{_NOT_ZERO}{_DIGIT}{{0,12}}+\s?(?:{MONEY})",
            # 2000、3000、4000円: one unit for a list, whose numbers are of one length or short.
            rf"{_LISTED}(?:{_NOT_ZERO}{_DIGIT}{{4}}[、・])++{_NOT_ZERO}{_DIGIT}{{4}}{UNIT}",
            rf"{_LISTED}(?:{_NOT_ZERO}{_DIGIT}{{3}}[、・])++{_NOT_ZERO}{_DIGIT}{{3}}{UNIT}",
            rf"{_LISTED}(?:{_NOT_ZERO}{_DIGIT}{{2}}[、・])++{_NOT_ZERO}{_DIGIT}{{2}}{UNIT}",
            # Instalments grow, 60、120回; 682、10月 is the end of an account and a date.
            rf"{_LISTED}(?:{_NOT_ZERO}{_DIGIT}?+[、・,])++(?:{_NOT_ZERO}{_DIGIT}{{2}}[、・])*+"
            rf"{_NOT_ZERO}{_DIGIT}{{0,2}}{UNIT}",
            # Six digits at most: an account of seven may stand before any word.
            rf"{_FREE}(?:{_KNOWN}{_DIGIT}{{0,5}}[~〜])?{_KNOWN}{_DIGIT}{{0,5}}+(?:\.{_DIGIT}{{1,4}})?\s?{UNIT}",
            rf"{_FREE}{_KNOWN}{_DIGIT}?+番",
            # Numbers that everybody knows: the police, the fire brigade, consumer protection.
            rf"{_FREE}1(?:04|1[0789]|71|88|89)番",
            rf"{_FREE}{_KNOWN}{_DIGIT}{{0,3}}+号",
            rf"(?:令和|平成|昭和|西暦|第)\s?{_KNOWN}{_DIGIT}{{0,3}}{_END}",
        )
    )
)
_AMOUNT_BEFORE = re.compile(
    "(?:額|料金?|代金?|価格|値段|残高|合計|総額|年収|月収|月々?|毎月|頭金|家賃|税込|税抜|ぼーなす)"
    r"(?:は|が|で|、|:|\s|約|だいたい|およそ)*+\Z"
)
_DATE_BEFORE = re.compile(
    "(?:生年月日|誕生日|生まれ(?:た[のひ日]|年)?|(?:契約|支払い?|入金|振込|引き?落とし|納付|"
    "申込み?|開始|終了|"
    "更新|完済|納品|発送)日|期日|期限|日付|日にち)(?:は|が|で|の|西暦|です|ね|、|:|\\s|えーと|"
    "えっと)*+\\Z"
)
_AMOUNT_REACH, _DATE_REACH = 12, 16
_DATE_DIGITS = 8
_LONGEST_AMOUNT = 9
_ONE_DIGIT = re.compile(DIGIT)


def without_formatted(shape: str) -> str:
    """Return the shape without written dates, times and amounts in groups of three."""
    return _FORMATTED.sub(_cut, shape)


def without_quantities(shape: str) -> str:
    """Return the shape without numbers that carry a unit or a place value."""
    return _QUANTITY.sub(_cut, shape)


def is_date(plain: str, run: re.Match[str]) -> bool:
    """Return True if a run is a date of eight digits, or the word before it names a date."""
    if _COMPACT_DATE.fullmatch(run[0]):
        return True
    window = plain[max(0, run.start() - _DATE_REACH) : run.start()]
    # A masked run is no day: what was hidden once stays in the company of numbers.
    is_known = run[0][0] != MASK and len(FIRST.findall(run[0])) <= _DATE_DIGITS
    return bool(is_known and _DATE_BEFORE.search(window))


def is_amount(plain: str, run: re.Match[str]) -> bool:
    """Return True if the word directly before a run says that it is money."""
    window = plain[max(0, run.start() - _AMOUNT_REACH) : run.start()]
    starts = re.match(f"[1-9]{DIGIT}*+\\Z", run[0])
    return bool(starts and len(run[0]) <= _LONGEST_AMOUNT and _AMOUNT_BEFORE.search(window))


def _cut(match: re.Match[str]) -> str:
    return _ONE_DIGIT.sub(CUT, match[0])
