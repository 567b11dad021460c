"""What becomes of a column: a feature, known too late, or a suggestion to paste."""

import ast
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.preparation.feature_rows import share_rows
from callrisk.pipeline.preparation.further_columns import ColumnUse
from callrisk.settings import SettingsError, load
from harness import ROOT
from harness.made_export import (
    RECORD,
    SIGNED,
    STARTED,
    Row,
    calls,
    codes,
    dataset_of,
    number,
    prepared_of,
)

METHOD = CustomerField(
    "method", "支払", FieldKind.CHOICE, "支払", "Method", choices=("口座", "カード")
)
MOVED = CustomerField("moved", "入居日", FieldKind.DATE, "入居日", "Moving in")


def per_customer(rows: list[Row], column: str, value: object) -> list[Row]:
    """The rows with a value that each customer keeps; `value` makes it of the record number."""
    return [row | {column: value(row[RECORD])} for row in rows]  # type: ignore[operator]


def test_zero_is_missing_where_config_says_so(tmp_path: Path) -> None:
    """Loudness 0 was never measured; a count of 0 was."""
    rows = [row | {"loudness": 0, "turns": 0} for row in calls(3)]
    rows[0] |= {"loudness": 61.5, "turns": 4}
    both = ("loudness", "turns")
    found = prepared_of(tmp_path, rows, post_call=both, zero_is_missing=("loudness",)).post_call

    assert np.array_equal(found["loudness"], [61.5, *[np.nan] * 5], equal_nan=True)
    assert found["turns"].tolist() == [4, 0, 0, 0, 0, 0]


def test_an_undeclared_column_that_changes_from_call_to_call_is_post_call(tmp_path: Path) -> None:
    """Numbers are kept beside the calls, words are not; both are told, neither is learnt from."""
    rows = [
        row | {"満足度": number, "応対": f"x{number}", "空": ""}
        for number, row in enumerate(calls(4))
    ]
    prepared = prepared_of(tmp_path, rows)

    assert codes(prepared) == [("undeclared_per_call", "満足度"), ("undeclared_per_call", "応対")]
    assert {"満足度"} == set(prepared.post_call)
    assert prepared.post_call["満足度"].tolist() == list(range(8))
    assert not any("満足度" in warning for warning in prepared.warnings)


def test_a_declared_column_of_the_export_is_a_feature(tmp_path: Path) -> None:
    """A number, a choice and a date, each as of its call, and a word about live calls."""
    rows = per_customer(calls(30), "年収", lambda record: record % 7)
    rows = per_customer(rows, "支払", lambda record: ["口座", "カード"][record % 2])
    rows = per_customer(rows, "入居日", lambda record: f"2024/{1 + record % 12}/1")
    prepared = prepared_of(tmp_path, rows, [number("income", "年収"), METHOD, MOVED])
    dataset = dataset_of(prepared)
    row = int(np.flatnonzero(dataset.latest)[0])
    call = prepared.calls[dataset.call[row]]
    of = dict(zip(dataset.names, dataset.x[row].tolist(), strict=True))
    record = int(call.customer_id)

    assert of["income"] == record % 7
    assert of["method=カード"] == record % 2
    assert call.began_at is not None
    day = np.datetime64(f"2024-{1 + record % 12:02d}-01")
    assert of["moved"] == (np.datetime64(call.began_at.date()) - day).astype(int)
    assert not prepared.left_out
    assert any("年収, 支払, 入居日: found in the call export only" in w for w in prepared.warnings)


def test_the_customers_table_comes_before_the_export(tmp_path: Path) -> None:
    """A column that stands in both is read from the table, and suggested once."""
    rows = per_customer(calls(30), "年収", lambda _record: 1)
    table = [{RECORD: 1001 + n, "年収": n / 2} for n in range(30)]
    dataset = dataset_of(prepared_of(tmp_path, rows, [number("income", "年収")], table))
    undeclared = prepared_of(tmp_path, rows, (), table)

    assert len(np.unique(dataset.x[:, dataset.names.index("income")])) == 30
    assert len(pasted(undeclared.warnings)) == 1


def test_a_declared_column_that_changes_is_left_out_unless_it_is_live(tmp_path: Path) -> None:
    """The alarm says what to do; with live the value of each call counts at that call."""
    rows = [row | {"残高": n % 9} for n, row in enumerate(calls(30))]
    late = prepared_of(tmp_path, rows, [number("balance", "残高")])
    live = prepared_of(tmp_path, rows, [number("balance", "残高", live=True)])
    dataset = dataset_of(live)

    assert codes(late) == [("post_call_feature", "balance")]
    assert "live: True" in late.alarms[0].message_en
    assert late.left_out == {"balance"}
    assert "balance" not in dataset_of(late).names
    assert late.post_call["残高"].tolist() == [n % 9 for n in range(60)]
    assert not codes(live)
    balance = dataset.x[:, dataset.names.index("balance")]
    assert balance.tolist() == [n % 9 for n in dataset.call]


def test_a_known_post_call_column_is_never_a_feature(tmp_path: Path) -> None:
    """Whatever a field claims, and even if it does not change."""
    rows = per_customer(calls(30), "loudness", lambda record: record % 7)
    field = number("loudness", "loudness", live=True)
    prepared = prepared_of(tmp_path, rows, [field], post_call=("loudness",))

    assert codes(prepared) == [("post_call_feature", "loudness")]
    assert "loudness" not in dataset_of(prepared).names


def test_a_value_that_is_no_choice_is_missing_and_named(tmp_path: Path) -> None:
    """Not an error: a list in config.py is soon out of date."""
    rows = per_customer(calls(30), "支払", lambda r: ["口座", "カード", "手形"][r % 3])
    prepared = prepared_of(tmp_path, rows, [METHOD])
    column = dataset_of(prepared).x[:, dataset_of(prepared).names.index("method=口座")]

    assert any('"手形" not among the choices of "method"' in w for w in prepared.warnings)
    assert 0.2 < float(np.isnan(column).mean()) < 0.5


def test_bad_cells_of_the_customers_table_are_named_together(tmp_path: Path) -> None:
    """Words in a column of numbers, in two rows."""
    table: list[Row] = [{RECORD: 1001, "年収": "高い"}, {RECORD: 1002, "年収": "低い"}]
    with pytest.raises(DataError) as caught:
        prepared_of(tmp_path, calls(3), [number("income", "年収")], table)

    assert "row 2, column \"年収\": found '高い', expected a number" in str(caught.value)
    assert "row 3, column \"年収\": found '低い'" in str(caught.value)


def pasted(prepared_warnings: tuple[str, ...]) -> list[dict[str, object]]:
    """The suggestions, read as Python reads config.py."""
    lines = [one for one in prepared_warnings if "paste into CUSTOMER_FIELDS" in one]
    return [ast.literal_eval(line[line.index("{") :])[0] for line in lines]


def test_a_suggestion_can_be_pasted_as_it_is(tmp_path: Path) -> None:
    """Kinds are guessed, names are unique, and config.py accepts what is proposed."""
    rows = per_customer(calls(60), "年収", lambda record: 10.5 * (record % 50))
    rows = per_customer(rows, "plan", lambda record: ["S", "M", "L"][record % 3])
    rows = per_customer(rows, "入居日", lambda record: f"2020-01-{1 + record % 28:02d}")
    table = [{RECORD: 1001 + n, "地域": "東西南北"[n % 4]} for n in range(60)]
    proposed = pasted(prepared_of(tmp_path, rows, table=table).warnings)
    shutil.copy(ROOT / "config.py", tmp_path / "config.py")
    with (tmp_path / "config.py").open("a", encoding="utf-8") as file:
        file.write(f"CUSTOMER_FIELDS += {proposed!r}\n")
    fields = {field.name: field for field in load(tmp_path).customer_fields}

    assert [one["kind"] for one in proposed] == ["number", "choice", "date", "choice"]
    assert [one["name"] for one in proposed] == ["field_1", "plan", "field_2", "field_3"]
    assert fields["plan"].choices == ("L", "M", "S")
    assert fields["field_3"].column == "地域"


@pytest.mark.parametrize(
    ("column", "value", "looks"),
    [
        ("会員番号", lambda record: 70_000_000 + 13 * record, "an id"),
        ("code", lambda record: f"AB-{record}", "an id"),
        ("備考", lambda record: f"お客様は{record}回目のお問い合わせでした", "free text"),
        ("フリガナ", lambda record: f"カナ{record}", "a person's name"),
        ("申込", lambda record: 20250100 + record % 28 + 1, "a date written as a number"),
    ],
)
def test_what_is_better_left_out_is_not_suggested(
    tmp_path: Path, column: str, value: object, looks: str
) -> None:
    """Ids, free text, persons and disguised dates say so instead."""
    prepared = prepared_of(tmp_path, per_customer(calls(60), column, value))

    assert pasted(prepared.warnings) == []
    assert any(column in one and f"looks like {looks}" in one for one in prepared.warnings)


@pytest.mark.parametrize(
    ("column", "says"),
    [("未払FLAG", "tells the outcome"), ("入金日", "tells the outcome"), ("営業担当者", "IGNORED")],
)
def test_a_field_that_tells_the_outcome_is_refused(tmp_path: Path, column: str, says: str) -> None:
    """One line that names the field and the column."""
    shutil.copy(ROOT / "config.py", tmp_path / "config.py")
    with (tmp_path / "config.py").open("a", encoding="utf-8") as file:
        field = asdict(number("leak", column)) | {"kind": "number"}
        file.write(f"CUSTOMER_FIELDS += [{field!r}]\n")
    with pytest.raises(SettingsError, match=says) as caught:
        load(tmp_path)

    assert "leak" in str(caught.value)
    assert column in str(caught.value)


@pytest.mark.parametrize(
    "cell",
    ["2025-03-05", "2025/3/5", "2025年3月5日", "２０２５年３月５日", "2025-03-05T00:00:00+09:00"],
)
def test_a_date_is_read_however_it_is_written(cell: str, tmp_path: Path) -> None:
    """As a column it is days since 1970, and a suggestion calls it a date."""
    rows = per_customer(calls(30), "入居日", lambda record: cell if record % 2 else "2025-03-06")
    prepared = prepared_of(tmp_path, rows)
    (column,) = prepared.columns

    assert {20152.0, 20153.0} == set(column.values)
    assert [one["kind"] for one in pasted(prepared.warnings)] == ["date"]


def test_columns_say_what_became_of_them(tmp_path: Path) -> None:
    """The export's own columns are not among them."""
    rows = per_customer(calls(30), "年収", lambda record: record % 7)
    rows = per_customer(rows, "地域", lambda record: "東西南北"[record % 4])
    rows = [row | {"満足度": n} for n, row in enumerate(rows)]
    columns = prepared_of(tmp_path, rows, [number("income", "年収")]).columns

    assert {one.name: one.use for one in columns} == {
        "年収": ColumnUse.FEATURE, "地域": ColumnUse.UNDECLARED, "満足度": ColumnUse.POST_CALL,
    }  # fmt: skip
    assert not {SIGNED, STARTED} & {one.name for one in columns}


def test_shares_of_a_call_are_rows_like_any_other(tmp_path: Path) -> None:
    """Nothing was said at 0 %, and at 100 % the row is the end of the latest call."""
    prepared = prepared_of(tmp_path, calls(40))
    dataset = dataset_of(prepared)
    x, row, share = share_rows(prepared, dataset)
    at_end = share == 100

    assert sorted(set(share.tolist())) == [0, 25, 50, 75, 100]
    assert np.array_equal(np.flatnonzero(dataset.latest), np.unique(row))
    np.testing.assert_array_equal(x[at_end], dataset.x[row[at_end]])
    said = dataset.names.index("said_concern")
    assert not x[share == 0, said].any()
    assert x[share == 75, said].any()
