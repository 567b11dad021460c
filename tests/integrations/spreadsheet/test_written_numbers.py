"""Numbers are read as people write them in Japan; what has two readings names both."""

import pytest

from callrisk.integrations.spreadsheet.written_numbers import (
    Decimals,
    UnclearNumberError,
    number_in,
    scale_in,
    unit_of,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1234", 1234), ("1,234", 1234), ("1,234,567.5", 1234567.5), (".5", 0.5), ("007", 7),
        ("¥12,000", 12000), ("￥12,000", 12000), ("\\12,000", 12000), ("12,000円", 12000),
        ("¥12,000-", 12000), ("JPY 500", 500), ("'15000", 15000),
        ("¥ 12,000 -", 12000), ("￥12,000ー", 12000),
        ("-¥1,200", -1200), ("¥-1,200", -1200),
        ("△1,200", -1200), ("▲1,200", -1200), ("△ 1,200", -1200), ("(1,200)", -1200),
        ("（１，２００）", -1200), ("−1200", -1200), ("－１２００", -1200), ("+5", 5),
        ("1.2万", 12000), ("3千円", 3000), ("5百万円", 5_000_000), ("12万5千円", 125_000),
        ("1億2,000万円", 120_000_000), ("1万2000", 12000), ("12%", 0.12), ("１２．５％", 0.125),
        ("3年", 3), ("6ヶ月", 6), ("2回", 2), ("1.2E+05", 120_000),
    ],
)  # fmt: skip
def test_a_number_is_read(written: str, value: float) -> None:
    """Whatever its sign, currency, width and unit."""
    assert number_in(written).value == value


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("1,5", ("15", "1.5")), ("12,34", ("1234", "12.34")), ("1,2345", ("12345", "1.2345")),
        ("1200-", ("-1200", "1200 and something missing")), ("ー1200", ("-1200", "1200")),
        ("1e39", ("a number below 1,000,000,000,000,000",)),
    ],
)  # fmt: skip
def test_two_readings_are_both_named(written: str, readings: tuple[str, ...]) -> None:
    """Nothing is guessed where a comma, a dash or a size may mean something else."""
    with pytest.raises(UnclearNumberError) as caught:
        number_in(written)

    assert caught.value.readings == readings


@pytest.mark.parametrize(
    "written",
    ["", "10²", "①", "½", "nan", "inf", "1_000", "0x10", "約50万", "10~20", "1年6か月", "1 234",
     "1.234,56", "1.234.567", "1.2万3千", "2万3万", "3万5億", "△", "△-5", "(-5)", "十万", "¥5%",
     "12,000円/月", "2024-04-01", "1" * 60],
)  # fmt: skip
def test_what_is_no_number_is_refused(written: str) -> None:
    """Among it what only looks like digits, ranges, and separators of other countries."""
    with pytest.raises(UnclearNumberError):
        number_in(written)


@pytest.mark.parametrize(
    ("written", "decimals", "value"),
    [("1,5", ",", 1.5), ("1.234,5", ",", 1234.5), ("1.5", "?", 1.5), ("1,234,567", "?", 1234567)],
)
def test_a_decimal_comma_is_a_setting(written: str, decimals: Decimals, value: float) -> None:
    """And unclear by itself in files with semicolons between the fields."""
    assert number_in(written, decimals).value == value


@pytest.mark.parametrize("written", ["1,234", "1.234", "1,5"])
def test_one_separator_is_unclear_beside_semicolons(written: str) -> None:
    """1,234 is a thousand in Japan, and one and a bit where such files come from."""
    with pytest.raises(UnclearNumberError):
        number_in(written, "?")


def test_units_have_one_spelling() -> None:
    """ヶ月, カ月 and か月 are one unit; a scale in brackets is seen in a heading."""
    assert {unit_of(written) for written in ("ヶ月", "カ月", "か月", "ｶ月")} == {"か月"}
    assert (unit_of("才"), number_in("35才").unit) == ("歳", "歳")
    assert (scale_in("年収（万円）"), scale_in("金額(単位：千円)"), scale_in("金額")) == (
        "万円", "千円", "",
    )  # fmt: skip
