"""Planted calendars, ids, disguised dates and leaks are found, and honest columns are not."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import Alarm
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.skill.column_alarms import column_alarms
from callrisk.pipeline.skill.independent_customers import units_of
from callrisk.pipeline.skill.single_features import single_feature_alarms
from harness.made_export import (
    LABEL,
    RECORD,
    SIGNED,
    STARTED,
    Row,
    calls,
    dataset_of,
    number,
    prepared_of,
)
from harness.small_world import World

CUSTOMERS = 120


def alarms(dataset: Dataset) -> list[Alarm]:
    """All alarms about columns."""
    units = units_of(dataset)
    return column_alarms(dataset, units) + single_feature_alarms(dataset, units)


def codes(dataset: Dataset) -> set[tuple[str, str | None]]:
    """Their codes and columns."""
    return {(alarm.code, alarm.feature) for alarm in alarms(dataset)}


def with_columns(rows: Sequence[Row], **columns: object) -> list[Row]:
    """The rows with further columns, made of each customer's first row and random numbers."""
    rng = np.random.default_rng(len(rows))
    kept: dict[tuple[str, int], object] = {}
    found = []
    for row in rows:
        more = {}
        for name, make in columns.items():
            key = (name, row[RECORD])
            if key not in kept:
                kept[key] = make(row, rng)  # type: ignore[operator]
            more[name] = kept[key]
        found.append(row | more)
    return found


def signed(row: Row) -> date:
    """The contract date of a row."""
    return date.fromisoformat(row[SIGNED])


CALENDARS = {
    "ノイズ": lambda row, rng: signed(row).toordinal() + rng.normal(0, 25),
    "月": lambda row, _: signed(row).month,
    "年月": lambda row, _: f"{signed(row):%Y-%m}",
    # A number for each month, in no order of time.
    "期": lambda row, _: 5 * signed(row).month % 13,
    "月名": lambda row, _: f"{signed(row).month}月",
    "経過日数": lambda row, _: (date(2025, 12, 31) - signed(row)).days,
    "後半": lambda row, _: "後" if signed(row).month > 3 else "前",
}
HONEST = {
    "年齢": lambda _, rng: int(rng.integers(20, 80)),
    "月額": lambda _, rng: int(rng.integers(300, 500)) * 100,
    "残高": lambda _, rng: int(rng.lognormal(12, 1)),
    "年収": lambda _, rng: int(rng.lognormal(15.2, 0.3)),
    "回数": lambda _, rng: int(rng.poisson(1)),
    "割合": lambda _, rng: rng.random(),
    "地域": lambda _, rng: "東西南北"[rng.integers(4)],
    "紹介": lambda _, rng: "あり" if rng.random() < 0.1 else "",
}


@pytest.mark.parametrize("seed", range(12))
def test_every_planted_calendar_is_found(seed: int, tmp_path: Path) -> None:
    """Noisy numbers, months by number and by name, days since, halves of the year."""
    rows = with_columns(calls(CUSTOMERS, seed, 1), **CALENDARS, **HONEST)
    found = codes(dataset_of(prepared_of(tmp_path, rows)))

    assert {("calendar_feature", name) for name in CALENDARS} == {
        one for one in found if one[0] != "single_feature"
    }
    assert not {name for _, name in found} & HONEST.keys()


def test_without_contract_dates_the_calls_tell_the_calendar(tmp_path: Path) -> None:
    """The date of the latest call stands in, and a calendar in the model only warns."""
    rows = with_columns(calls(CUSTOMERS), **{"経過日数": CALENDARS["経過日数"]})
    rows = [{name: cell for name, cell in row.items() if name != SIGNED} for row in rows]
    dataset = dataset_of(prepared_of(tmp_path, rows, [number("since", "経過日数")]))
    (found,) = [one for one in alarms(dataset) if one.code == "calendar_feature"]

    assert (found.feature, found.blocking) == ("since", False)
    assert "not in the model" not in found.message_en


IDS = {
    "会員番号": lambda row, _: 3 * row[RECORD],
    "通し": lambda row, _: 20_001 + (row[RECORD] * 61) % CUSTOMERS,
    "契約": lambda row, _: int(np.random.default_rng(row[RECORD]).integers(10**7, 10**8)),
    "順": lambda row, _: row[RECORD] * 1_000.0 + 3,
    "支店": lambda row, _: 2024000000 + 1_000_000 * (row[RECORD] % 2) + row[RECORD],
}
DATES = {
    "申込日": lambda _, rng: 20250100 + int(rng.integers(1, 29)),
    "申込月": lambda _, rng: 202400 + int(rng.integers(1, 13)),
    "シリアル": lambda _, rng: 45_000 + int(rng.integers(0, 365)),
    "秒": lambda _, rng: 1_735_689_600 + int(rng.integers(0, 10**7)),
}


@pytest.mark.parametrize(
    ("column", "code"), [*((n, "id_feature") for n in IDS), *((n, "date_feature") for n in DATES)]
)
def test_ids_and_disguised_dates_are_found(column: str, code: str, tmp_path: Path) -> None:
    """In the model they block the verdict; elsewhere they are only told."""
    rows = with_columns(calls(CUSTOMERS), **{column: (IDS | DATES)[column]})
    outside = dataset_of(prepared_of(tmp_path, rows))
    inside = dataset_of(prepared_of(tmp_path, rows, [number("planted", column)]))
    by_name = {one.feature: one for one in alarms(outside) + alarms(inside) if one.code == code}

    assert {column: False, "planted": True} == {n: by.blocking for n, by in by_name.items()}
    assert "not in the model" in by_name[column].message_en


def test_the_exports_own_columns_are_no_features(tmp_path: Path) -> None:
    """Somebody declares the record number and the contract date."""
    own = CustomerField("signed", SIGNED, FieldKind.DATE, "成約日", "Signed")
    prepared = prepared_of(tmp_path, calls(CUSTOMERS), [number("record", RECORD), own])
    found = {one.code: one for one in alarms(dataset_of(prepared))}

    assert (found["id_feature"].feature, found["id_feature"].blocking) == ("record", True)
    assert found["date_feature"].feature == "signed"


def test_a_date_after_the_call_is_told(tmp_path: Path) -> None:
    """It is missing at the moment of scoring, whatever the table says later."""
    rows = with_columns(
        calls(CUSTOMERS), 解約日=lambda row, _: f"{signed(row) + timedelta(days=30)}"
    )
    ended = CustomerField("ended", "解約日", FieldKind.DATE, "解約日", "Ended")
    dataset = dataset_of(prepared_of(tmp_path, rows, [ended]))
    units = units_of(dataset)

    assert "ended" not in dataset.names
    assert ("date_after_call", "ended") in {
        (one.code, one.feature) for one in column_alarms(dataset, units)
    }


def is_unpaid(row: Row) -> bool:
    """The label of a row."""
    return bool(row[LABEL] == "未払")


@pytest.mark.parametrize(
    ("leak", "by_missing"),
    [
        (lambda row, rng: int(is_unpaid(row)) + rng.normal(0, 0.5), False),
        (lambda row, _: "督促" if is_unpaid(row) else "正常", False),
        (lambda row, rng: int(rng.integers(1, 9)) if is_unpaid(row) else "", True),
    ],
)
def test_what_alone_tells_the_outcome_is_told(
    leak: object, by_missing: bool, tmp_path: Path
) -> None:
    """By its value or by being blank, declared or not; it warns and does not block."""
    rows = with_columns(calls(CUSTOMERS), 状態=leak, **HONEST)
    (found,) = single_feature_alarms(
        dataset := dataset_of(prepared_of(tmp_path, rows)), units_of(dataset)
    )

    assert (found.code, found.feature, found.blocking) == ("single_feature", "状態", False)
    assert ("blank" in found.message_en) == by_missing


@pytest.mark.parametrize("known", [None, True])
def test_a_feature_that_alone_tells_the_outcome_waits_for_an_answer(
    known: bool | None, tmp_path: Path
) -> None:
    """A call's length is known at its end only; nothing is demonstrated before somebody says so."""
    rows = with_columns(
        calls(CUSTOMERS),
        通話秒数=lambda row, rng: 300 * is_unpaid(row) + rng.normal(200, 80),
        **HONEST,
    )
    field = number("seconds", "通話秒数", known_before_call=known)
    dataset = dataset_of(prepared_of(tmp_path, rows, [field]))
    (found,) = single_feature_alarms(dataset, units_of(dataset))

    assert (found.feature, found.blocking) == ("seconds", known is None)
    assert ("known_before_call" in found.message) == (known is None)


def test_a_field_that_is_not_known_before_the_call_is_left_out(tmp_path: Path) -> None:
    """The answer no keeps it out of the model, with an alarm."""
    rows = with_columns(calls(CUSTOMERS), 通話秒数=lambda _, rng: rng.normal(200, 80))
    field = number("seconds", "通話秒数", known_before_call=False)
    prepared = prepared_of(tmp_path, rows, [field])

    assert prepared.left_out == {"seconds"}
    assert [
        (one.code, one.feature) for one in prepared.alarms if one.code != "duplicate_calls"
    ] == [("post_call_feature", "seconds")]


def test_a_feature_far_ahead_of_all_others_is_told(tmp_path: Path) -> None:
    """Less than too good, but more than twice as good as anything else."""
    rows = with_columns(
        calls(400, 3, 1),
        先行=lambda row, rng: 0.75 * is_unpaid(row) + rng.normal(),
        年齢=HONEST["年齢"],
    )
    found = codes(dataset_of(prepared_of(tmp_path, rows, [number("ahead", "先行")])))

    assert found == {("single_feature", "ahead")}


def test_the_plain_sample_raises_nothing(world: World) -> None:
    """Neither its declared fields nor those that wait to be declared."""
    dataset = world.dataset

    assert alarms(dataset) == []
    assert [one.code for one in dataset.prepared.alarms] == ["duplicate_calls"]
    assert STARTED not in {one.name for one in dataset.prepared.columns}
