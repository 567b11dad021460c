"""All records as a table: whole or not at all, and from where it stopped."""

import os
import shutil
import time
from pathlib import Path
from types import ModuleType

import pytest

from callrisk.crm.pulled_ids import id_faults
from callrisk.crm.pulling import pull
from callrisk.data_folder import customer_table, pulled_table
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.spreadsheet.customer_table import (
    CustomerFormat,
    ExcludedColumns,
    read_customer_table,
    read_customers,
)
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.settings import Settings, load
from harness.kintone.crm_bench import CUSTOMERS, FORM, desk_of, many, start_server
from harness.small_world import World, new_root
from kintone_stand_in import App, Field, StandIn, demo

RECORDS = 1_203


def pull_in_part(desk: CustomersApp, path: Path) -> None:
    """A pull that somebody stops behind its second page."""

    def stopped(rows: int) -> None:
        if rows >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(desk, path, {}, stopped)


def test_a_pulled_table_reads_as_the_live_records(world: World, tmp_path: Path) -> None:
    """The same Customer from the table and from Kintone itself."""
    settings, path = world.settings, tmp_path / "顧客_Kintone.csv"
    with many(RECORDS) as kintone:
        desk = desk_of(kintone, settings)
        told: list[int] = []
        assert pull(desk, path, {}, told.append) == RECORDS
        live = {one: desk.by_id(one, 5.0)[0].customer for one in ("1001", "1002", "2203")}
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    table = read_customers(path, columns)
    assert len(table) == RECORDS
    assert told == [500, 1000, RECORDS]
    for one, customer in live.items():
        assert table[one].values == customer.values
        assert table[one].name == customer.name


def test_an_interrupted_pull_goes_on_where_it_stopped(world: World, tmp_path: Path) -> None:
    """Nothing twice, nothing missing, and the old table serves until the new one is whole."""
    path = tmp_path / "顧客_Kintone.csv"
    path.write_text("old", encoding="utf-8")
    with many(RECORDS) as kintone:
        desk = desk_of(kintone, world.settings)
        pull_in_part(desk, path)
        assert path.read_text(encoding="utf-8") == "old"
        # A torn write behind the last page that was noted.
        with path.with_suffix(".part").open("ab") as part:
            part.write(b"9999,half a")
        kintone.forget_requests()
        assert pull(desk, path, {}) == RECORDS
        assert kintone.count("records.json") == 2
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == len(set(rows)) == RECORDS + 1
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name]


def test_the_command_pulls_a_table_that_the_sample_is_joined_with(
    world: World, main_py: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a Kintone on this machine holds is DEMO; training and the stand-in find it."""
    root, sample = new_root(tmp_path / "設置 場所"), customer_table(world.settings.raw_dir)
    assert sample is not None
    (root / "data" / "raw").mkdir(parents=True)
    shutil.copy(next(sample.parent.glob("通話*")), root / "data" / "raw")
    with demo(sample) as kintone:
        monkeypatch.setenv("KINTONE_BASE_URL", kintone.url)
        monkeypatch.setenv("KINTONE_APP_ID", str(CUSTOMERS))
        monkeypatch.setenv("KINTONE_API_TOKEN", kintone.apps[CUSTOMERS].token)
        assert main_py.main(["--pull"], root) == 0
        settings = load(root)
        pulled = customer_table(settings.raw_dir)
    assert pulled == settings.raw_dir / "顧客_Kintone_DEMO.csv"
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    original, table = read_customers(sample, columns), read_customers(pulled, columns)
    assert {one: it.values for one, it in table.items()} == {
        one: it.values for one, it in original.items()
    }
    with demo(pulled) as again:
        assert len(again.apps[CUSTOMERS]) == len(original)

    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("FLASK_SECRET_KEY", "a-secret-for-this-test-only-0123456789")
    settings = load(root)
    path = pulled_table(settings.raw_dir, settings.pulled_from, settings.crm_is_demo)
    assert path.name == "顧客_Kintone.csv"


def test_a_table_that_cannot_be_used_stops_no_server_that_asks_kintone(
    untabled: Settings, kintone: StandIn
) -> None:
    """An id that stands twice in the table of last night is Kintone's matter."""
    path = untabled.raw_dir / "顧客_DEMO.csv"
    path.write_text("レコード番号,氏名\n1001,仮名\n1001,仮名\n", encoding="utf-8")
    try:
        server = start_server(untabled, kintone, "twice")
        server.stop()
    finally:
        path.unlink()


def test_what_was_read_days_ago_is_read_again(world: World, tmp_path: Path) -> None:
    """Records may have changed since."""
    path = tmp_path / "顧客_Kintone.csv"
    with many(RECORDS) as kintone:
        desk = desk_of(kintone, world.settings)
        pull_in_part(desk, path)
        long_ago = time.time() - 2 * 86_400
        os.utime(path.with_suffix(".progress"), (long_ago, long_ago))
        kintone.forget_requests()
        assert pull(desk, path, {}) == RECORDS
        assert kintone.count("records.json") == 4


def test_a_table_of_other_columns_is_not_gone_on_with(world: World, tmp_path: Path) -> None:
    """What config.py calls a column changed meanwhile: one header would stand above two tables."""
    path = tmp_path / "顧客_Kintone.csv"
    with many(RECORDS) as kintone:
        desk = desk_of(kintone, world.settings)
        pull_in_part(desk, path)
        assert pull(desk, path, {"名前": "氏名"}) == RECORDS
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert "名前" in rows[0]
    assert len(rows) == RECORDS + 1


def test_a_kintone_that_goes_away_leaves_the_old_table(world: World, tmp_path: Path) -> None:
    """One error, and the next pull begins where this one ended."""
    path = tmp_path / "顧客_Kintone.csv"
    with many(RECORDS) as kintone:
        desk = desk_of(kintone, world.settings)
        desk.codes()
        kintone.faults.set("drop", path="records.json")
        with pytest.raises(KintoneError):
            pull(desk, path, {})
    assert not path.exists()


def test_a_field_that_is_called_like_a_mapped_column_is_left_out(
    world: World, tmp_path: Path
) -> None:
    """The record number of every app, and an old telephone field, beside those that are meant."""
    form = {
        "顧客番号": Field("SINGLE_LINE_TEXT"), "TEL": Field("SINGLE_LINE_TEXT"),
        "電話番号": Field("SINGLE_LINE_TEXT"), "氏名": Field("SINGLE_LINE_TEXT"),
    }  # fmt: skip
    app = App(CUSTOMERS, "顧客", form, "token-of-customers")
    app.add({"顧客番号": "9001", "TEL": "090-0000-0001", "電話番号": "old", "氏名": "仮名"})
    mapped = {"レコード番号": "顧客番号", "電話番号": "TEL", "氏名": "氏名", "別名": "氏名"}
    path = tmp_path / "顧客_Kintone.csv"
    with StandIn([app]) as kintone:
        pull(desk_of(kintone, world.settings), path, mapped)
    header, row = (line.split(",") for line in path.read_text("utf-8-sig").splitlines())
    pulled = dict(zip(header, row, strict=True))
    assert len(header) == len(set(header)) == len(pulled)
    assert (pulled["レコード番号"], pulled["電話番号"]) == ("9001", "090-0000-0001")
    assert pulled["氏名"] == pulled["別名"] == "仮名"


def test_ids_that_stand_twice_or_nowhere_are_told_by_the_pull(world: World, tmp_path: Path) -> None:
    """The training leaves those records out, so whoever pulls hears of them."""
    form = FORM | {"レコード番号": Field("SINGLE_LINE_TEXT")}
    app = App(CUSTOMERS, "顧客", form, "token-of-customers")
    for one in ("1001", "1002", "１００１", None, "1003", "1004", "1005"):
        app.add({"レコード番号": one, "氏名": "仮名"})
    path = tmp_path / "顧客_Kintone.csv"
    with StandIn([app]) as kintone:
        assert pull(desk_of(kintone, world.settings), path, {}) == 7
    faults = id_faults(path, "レコード番号")
    assert (faults.repeated, faults.blank) == (("1001",), 1)
    assert [("1001" in text.ja, "1001" in text.en) for text in faults.texts()] == [
        (True, True), (False, False),
    ]  # fmt: skip
    columns = CustomerFormat("レコード番号", "氏名", "電話番号", ())
    table = read_customer_table(path, columns, ExcludedColumns())
    assert sorted(table.records) == ["1002", "1003", "1004", "1005"]
    assert (table.left_out.blank, table.left_out.repeated) == (1, 2)
    assert all(len(column.values) == len(table.records) for column in table.further)
    assert len(table.left_out.warnings()) == 2


def test_a_column_of_ids_that_tells_nobody_apart_is_refused(tmp_path: Path) -> None:
    """Left out would be nearly everybody."""
    path = tmp_path / "顧客.csv"
    path.write_text("顧客区分,氏名\n個人,a\n個人,b\n法人,c\n", encoding="utf-8")
    columns = CustomerFormat("顧客区分", "氏名", "", ())
    with pytest.raises(DataError, match=r"2 share one.*顧客番号が空の行"):
        read_customer_table(path, columns, ExcludedColumns())
