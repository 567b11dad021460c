"""The command writes the files of a sample, and one clear line when a request is impossible."""

import csv
import gc
import json
import os
import sys
from datetime import datetime

import openpyxl
import pytest

from callrisk.sample.__main__ import main
from callrisk.sample.export.export_rows import CALL_COLUMNS, CUSTOMER_COLUMNS

EXPORT = "通話データと未払いフラグ_DEMO"
SMALL = ["--calls", "120", "--customers", "40", "--recorded", "3"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a small request leaves behind."""
    out = tmp_path_factory.mktemp("見本 データ")
    assert main(["--out", str(out), *SMALL]) == 0
    return out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")
def test_a_sample_is_for_who_made_it_alone(tmp_path):
    """As all that the programs write into the folder of the tables, whatever is usual there."""
    usual = os.umask(0o022)
    try:
        assert main(["--out", str(tmp_path / "raw"), *SMALL]) == 0
    finally:
        os.umask(usual)
    made = [tmp_path / "raw", *(tmp_path / "raw").rglob("*")]

    assert len(made) > 3
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def rows_of_csv(file):
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_the_workbook_has_the_export_first_and_says_that_it_is_a_demo(folder):
    """The first sheet is the export under its real name; the second is marked DEMO."""
    book = openpyxl.load_workbook(folder / f"{EXPORT}.xlsx")
    rows = list(book.worksheets[0].iter_rows(values_only=True))

    assert book.sheetnames == ["通話データと未払いFLAG", "DEMO"]
    assert rows[0] == CALL_COLUMNS
    assert len(rows) == 121
    assert isinstance(rows[1][CALL_COLUMNS.index("開始タイムスタンプjst")], datetime)
    assert "DEMO" in book["DEMO"]["A1"].value


def test_the_customers_table_opens_in_a_japanese_excel(folder):
    """UTF-8 with a byte order mark, one line a record, in the order of the numbers."""
    header, *rows = rows_of_csv(folder / "顧客_DEMO.csv")

    assert tuple(header) == CUSTOMER_COLUMNS
    assert [row[0] for row in rows] == [str(number) for number in range(1001, 1041)]


def test_csv_and_workbook_tell_the_same(folder, tmp_path):
    """The format is a matter of taste."""
    assert main(["--out", str(tmp_path), *SMALL, "--format", "csv"]) == 0
    header, *rows = rows_of_csv(tmp_path / f"{EXPORT}.csv")
    book = openpyxl.load_workbook(folder / f"{EXPORT}.xlsx")
    sheet = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))

    assert tuple(header) == CALL_COLUMNS
    for name in ("コンタクト_id", "content_list", "未払FLAG", "成約日date"):
        place = CALL_COLUMNS.index(name)
        assert [row[place] for row in rows] == [str(row[place]).split(" ")[0] for row in sheet]
    talk = CALL_COLUMNS.index("agent_talktime")
    assert [float(row[talk]) for row in rows] == [row[talk] for row in sheet]


def test_recorded_calls_are_lines_of_json_after_a_line_that_says_what_they_are(folder):
    """One file a call, named by its number and customer."""
    files = sorted((folder / "recorded_calls").iterdir())

    assert len(files) == 3
    for number, file in enumerate(files, start=1):
        first, *events = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        meta = first["meta"]
        assert file.name == f"{number:02d}_{meta['customer_id']}.jsonl"
        assert meta["demo"] is True
        assert meta["agent_id"].startswith("demo-agent-")
        assert meta["title"]
        assert meta["duration_ms"] == events[-1]["arrival_ms"]
        assert {event["event"]["ContactId"] for event in events} == {meta["contact_id"]}


def test_recordings_of_an_earlier_sample_make_room(tmp_path):
    """A smaller sample leaves no recording of a customer that it does not have."""
    assert main(["--out", str(tmp_path), *SMALL]) == 0
    assert main(["--out", str(tmp_path), *SMALL, "--seed", "9", "--recorded", "2"]) == 0

    assert len(list((tmp_path / "recorded_calls").iterdir())) == 2


def test_the_truth_is_written_only_where_it_was_asked_for(folder, tmp_path):
    """A usual run leaves no answer beside the questions."""
    assert not list(folder.rglob("*truth*"))

    truth = tmp_path / "aside" / "truth_DEMO.json"
    assert main(["--out", str(tmp_path / "out"), *SMALL, "--truth", str(truth)]) == 0
    known = json.loads(truth.read_text(encoding="utf-8"))
    assert (known["demo"], known["seed"], len(known["customers"])) == (True, 20261122, 40)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--customers", "10"], "--customers is 10; at least 24 are needed"),
        (["--calls", "30", "--customers", "40"], "every customer has at least one call"),
        (["--auc", "0.4"], "--auc is 0.4; it must lie between 0.5 and 1"),
        (["--auc", "0.999"], "--auc is 0.999; with these customers it is at most"),
        (["--seed", "-1"], "--seed is -1; it must not be negative"),
        (["--recorded", "300"], "--recorded is 300; it must lie between 0 and half of"),
        (["--calls", "2000000", "--customers", "1000"], "use --format csv"),
    ],
)
def test_an_impossible_wish_is_refused_in_one_line(options, said, tmp_path, capsys):
    """Exit status 1, what was requested, what is possible, and nothing written."""
    assert main(["--out", str(tmp_path / "out"), *options]) == 1

    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_one_line_too(tmp_path, capsys):
    """The error of the file system is passed on, without a traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert main(["--out", str(tmp_path / "file" / "out"), *SMALL]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_table_that_cannot_be_written_is_one_line_and_no_half_of_it(
    tmp_path, capsys, monkeypatch
):
    """As on a full disk; the library that writes it has nothing to say beside that line."""
    beside = []
    monkeypatch.setattr(sys, "unraisablehook", beside.append)
    (tmp_path / f"{EXPORT}.xlsx").mkdir()

    assert main(["--out", str(tmp_path), *SMALL]) == 1
    gc.collect()
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert beside == []
