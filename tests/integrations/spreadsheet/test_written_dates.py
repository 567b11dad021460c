"""Dates and times are read as people write them in Japan; what has two readings names both."""

from datetime import datetime

import pytest

from callrisk.domain.customer import JST
from callrisk.integrations.spreadsheet.written_dates import excel_moment, moment_in
from callrisk.integrations.spreadsheet.written_times import UnclearDateError, duration_in

DAY = "2024-04-01 00:00:00"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-04-01", DAY), ("2024/4/1", DAY), ("2024.4.1", DAY), ("2024年4月1日", DAY),
        ("２０２４年４月１日", DAY), ("20240401", DAY), ("令和6年4月1日", DAY), ("R6.4.1", DAY),
        ("令和 6 年 4 月 1 日", DAY),
        ("r06/04/01", DAY), ("㋿6年4月1日", DAY), ("45383", DAY), ("2024/04/01(月)", DAY),
        ("2024年4月1日（月）", DAY), ("2024/4/1 月曜日", DAY), ("2024/4/1 (Mon)", DAY),
        ("令和元年5月1日", "2019-05-01 00:00:00"), ("H31.4.30", "2019-04-30 00:00:00"),
        ("S64.1.7", "1989-01-07 00:00:00"), ("4/25/2024", "2024-04-25 00:00:00"),
        ("25/4/2024", "2024-04-25 00:00:00"), ("45383.5", "2024-04-01 12:00:00"),
        ("2024/4/1 9:03", "2024-04-01 09:03:00"), ("2024-04-01T10:00:05", "2024-04-01 10:00:05"),
        ("2024年4月1日10時00分", "2024-04-01 10:00:00"), ("2024/4/1 10時", "2024-04-01 10:00:00"),
        ("2024/4/1(月)10:00", "2024-04-01 10:00:00"), ("2024/4/1 25:10", "2024-04-02 01:10:00"),
        ("2024/4/1 午後3時5分", "2024-04-01 15:05:00"), ("2024/4/1 3:05 PM", "2024-04-01 15:05:00"),
        ("2024/4/1 12:30 AM", "2024-04-01 00:30:00"), ("2024-04-01T01:00Z", "2024-04-01 10:00:00"),
        ("2024-04-01 10:00+09:00", "2024-04-01 10:00:00"),
        ("2024-04-01 10:00 JST", "2024-04-01 10:00:00"),
        ("20240401100005", "2024-04-01 10:00:05"), ("202404011000", "2024-04-01 10:00:00"),
        ("20240401 100005", "2024-04-01 10:00:05"), ("20240401T010005Z", "2024-04-01 10:00:05"),
        ("20240401 10:00", "2024-04-01 10:00:00"), ("20240401(月)", DAY),
    ],
)  # fmt: skip
def test_a_date_is_read(written: str, moment: str) -> None:
    """Japan time, whatever the era, order, width, weekday and clock."""
    expected = datetime.fromisoformat(moment).replace(tzinfo=JST)

    assert moment_in(written).moment == expected


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("04/05/2024", ("2024-04-05", "2024-05-04")),
        ("2024/4/1(火)", ("2024-04-01 (月)", "a (火)")),
        ("2024/4/1 午後12時", ("noon", "midnight")),
        ("40401", ("2010-08-11 (day number of Excel)", "令和4年4月1日")),
        ("平成35年4月1日", ("2023-04-01, which does not lie in 平成",)),
        ("6.4.1", ("2006-04-01", "2024-04-01", "2001-06-04")),
    ],
)
def test_two_readings_are_both_named(written: str, readings: tuple[str, ...]) -> None:
    """Days before months or behind, a weekday that contradicts, an era that had ended."""
    with pytest.raises(UnclearDateError) as caught:
        moment_in(written)

    assert caught.value.readings == readings


@pytest.mark.parametrize(
    "written",
    ["", "来週", "2024-02-30", "2024年4月", "202404", "240401", "9999/12/31", "1900/1/0",
     "1711929600", "12:30", "2024/4/1 30:00", "2024/4/1 10:60", "2024/4/1 13:00 PM", "99999",
     "2024/4/1 → 5/1", "1" * 80],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: str) -> None:
    """Among it months without a day, codes, and numbers that are no days of Excel."""
    with pytest.raises(UnclearDateError):
        moment_in(written)


def test_the_order_of_day_and_month_is_a_setting() -> None:
    """Then 04/05/2024 has one reading."""
    april, may = (moment_in("04/05/2024", order).moment for order in ("mdy", "dmy"))

    assert (april.astimezone(JST).month, may.astimezone(JST).month) == (4, 5)


@pytest.mark.parametrize("number", [12_000.0, 99_999.0, 2024.4, -1.0])
def test_numbers_beyond_the_days_of_excel_are_none(number: float) -> None:
    """An amount in a column of dates is not taken for a day."""
    with pytest.raises(UnclearDateError):
        excel_moment(number)


def test_a_number_may_hold_date_and_clock() -> None:
    """As systems write a timestamp, which Excel takes for a number."""
    moment = excel_moment(20240401100005.0).moment

    assert moment == datetime(2024, 4, 1, 10, 0, 5, tzinfo=JST)


def test_durations_are_seconds() -> None:
    """25:10 may be minutes or hours."""
    assert [duration_in(each) for each in ("3分21秒", "0:03:21", "1時間")] == [201, 201, 3600]
    with pytest.raises(UnclearDateError, match="25分10秒 or 25時間10分"):
        duration_in("25:10")
