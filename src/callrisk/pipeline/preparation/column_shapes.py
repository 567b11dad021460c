"""The shape of a column by its values and name: an id, a date in disguise, personal data.

All arrays have one entry an independent customer, so that a person with two records counts once.
"""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
from scipy.stats import rankdata, spearmanr

from callrisk.domain.arrays import Flags, Floats
from callrisk.pipeline.preparation.further_columns import ColumnKind

_NEARLY_ALL = 0.99
# Few values are all different by chance, and few make a sequence by chance.
_FEWEST = 30
_ID_NAME = re.compile(
    r"番号|コード|№|[a-z]ID(?![a-z])|[a-z]Id$|(?i:(?:^|[^a-z])(?:id|no|code)(?:$|[^a-z]))"
)
_ID_NAME_UNIQUE = 0.9
# Up to three contracts of one customer bear one number, in the order of the records.
_SHARED_UNIQUE = 0.3
_DENSE = 3
_ID_DIGITS, _SURELY_ID_DIGITS = 5, 8
_RECORD_CORRELATION = 0.95
# Numbers given out at random fill their range; amounts crowd somewhere in it.
_UNEVEN = 0.2
# Amounts of money are mostly round; of ids every tenth ends in 0.
_ROUND = 0.3
_PERSON = re.compile(
    r"氏名|名前|フリガナ|ふりがな|カナ|電話|携帯|メール|住所"
    r"|(?i:(?:^|[^a-z])(?:name|mail|email|phone|tel|address)$)"
)
_PROTECTED = re.compile(
    r"性別|年齢|年代|生年|誕生日|国籍|出身|本籍|宗教|信条|人種|民族|障害|障がい|病歴|健康|婚姻|配偶|未婚|既婚|妊娠|組合"
    r"|(?i:(?:^|[^a-z])(?:sex|gender|age|birth\w*|nationality|religion|race|ethnic\w*|marital\w*"
    r"|disab\w*|pregnan\w*)(?:$|[^a-z]))"
)
_CODE = re.compile(r"[\w.:-]*\d[\w.:-]*", re.ASCII)


def record_ranks(customer_ids: Sequence[str]) -> Floats:
    """Return the ranks of the record numbers: as numbers if all are numeric, else as text."""
    if all(customer_id.isdecimal() for customer_id in customer_ids):
        return np.asarray(rankdata([float(customer_id) for customer_id in customer_ids]))
    return np.asarray(rankdata(np.unique(np.array(customer_ids), return_inverse=True)[1]))


def looks_like_id(name: str, kind: ColumnKind, values: Floats, records: Floats) -> bool:
    """Return True if a column numbers customers instead of describing them.

    `records` are the ranks of the record numbers; only `values` may be missing (NaN).
    """
    known = ~np.isnan(values)
    numbers = values[known]
    if len(numbers) < _FEWEST:
        return False
    unique = len(np.unique(numbers)) / len(numbers)
    if kind in (ColumnKind.TEXT, ColumnKind.CHOICE):
        return unique >= _ID_NAME_UNIQUE and is_id_name(name)
    if kind is not ColumnKind.NUMBER or unique < _SHARED_UNIQUE or (numbers % 1 != 0).any():
        return False
    follows = abs(spearmanr(numbers, records[known]).statistic) >= _RECORD_CORRELATION
    if unique < _ID_NAME_UNIQUE:
        return is_id_name(name) and bool(follows)
    return is_id_name(name) or follows or (unique >= _NEARLY_ALL and _is_numbering(numbers))


def is_id_name(name: str) -> bool:
    """Return True if the name of a column speaks of an id, number or code."""
    return bool(_ID_NAME.search(name))


def _is_numbering(numbers: Floats) -> bool:
    low, high = float(numbers.min()), float(numbers.max())
    if high - low <= _DENSE * len(numbers):
        return True
    digits = len(str(int(low))) if low > 0 else 0
    if digits < _ID_DIGITS or digits != len(str(int(high))):
        return False
    if _is_round(numbers):
        return False
    return digits >= _SURELY_ID_DIGITS or _unevenness(numbers) < _UNEVEN


def _unevenness(numbers: Floats) -> float:
    """Return the Kolmogorov-Smirnov distance from a uniform spread between lowest and highest."""
    ordered = np.sort(numbers)
    even = (ordered - ordered[0]) / (ordered[-1] - ordered[0])
    return float(np.abs(even - np.linspace(0, 1, len(ordered))).max())


# The widest ranges in which such numbers are dates: whole days, months, then 2000 to 2040 as Excel
# counts days, and 2000 to 2033 as seconds since 1970: contract numbers such as 2025000123 are more.
_DAYS, _MONTHS = (1900_01_01, 2100_12_31), (1990_01, 2040_12)
_EXCEL_DAYS, _EPOCH = (36_526, 51_136), (946_684_800, 2_000_000_000)
_YEAR_OF_MONTHS = 12
# A flag with two values is no date.
_FEWEST_DATES = 3


def looks_like_date(kind: ColumnKind, values: Floats) -> bool:
    """Return True if plain numbers are dates: yyyymmdd, yyyymm, Excel days, seconds since 1970."""
    numbers = values[~np.isnan(values)]
    if kind is not ColumnKind.NUMBER or len(np.unique(numbers)) < _FEWEST_DATES:
        return False
    checks = (_is_day_number, _is_month_number, _is_excel_day, _is_epoch)
    return any(check(numbers) for check in checks)


def _nearly_all(holds: Flags) -> bool:
    return float(holds.mean()) >= _NEARLY_ALL


def _between(numbers: Floats, bounds: tuple[int, int]) -> Flags:
    return (numbers >= bounds[0]) & (numbers <= bounds[1])


def _is_day_number(numbers: Floats) -> bool:
    if not _nearly_all(_between(numbers, _DAYS) & (numbers % 1 == 0)):
        return False
    return _nearly_all(np.array([_is_day(int(value)) for value in numbers]))


def _is_day(value: int) -> bool:
    try:
        date(value // 10000, value // 100 % 100, value % 100)
    except ValueError:
        return False
    return True


def _is_month_number(numbers: Floats) -> bool:
    month = numbers % 100
    inside = _between(numbers, _MONTHS) & (numbers % 1 == 0)
    return _nearly_all(inside & (month >= 1) & (month <= _YEAR_OF_MONTHS))


def _is_excel_day(numbers: Floats) -> bool:
    # Rents and fees lie in the same range, but are round.
    return _nearly_all(_between(numbers, _EXCEL_DAYS)) and not _is_round(numbers)


def _is_epoch(numbers: Floats) -> bool:
    low, high = _EPOCH
    bounds = ((low, high), (1000 * low, 1000 * high))
    return any(_nearly_all(_between(numbers, limits)) for limits in bounds) and not _is_round(
        numbers
    )


def _is_round(numbers: Floats) -> bool:
    return float((numbers % 10 == 0).mean()) > _ROUND


def looks_personal(name: str) -> bool:
    """Return True if the name of a column speaks of a person's name, number or address."""
    return bool(_PERSON.search(name))


def is_protected(name: str) -> bool:
    """Return True if the name of a column speaks of sex, age, origin, belief, health or family."""
    return bool(_PROTECTED.search(name))


def looks_like_code(texts: Sequence[str], values: Floats) -> bool:
    """Return True if texts are codes such as A-00123, nearly all of them different."""
    known = values[~np.isnan(values)]
    is_unique = len(np.unique(known)) >= _ID_NAME_UNIQUE * len(known)
    return is_unique and all(_CODE.fullmatch(text) for text in texts)
