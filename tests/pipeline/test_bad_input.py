"""Bad input gets one clear line with exit status 1, and nothing that stood before is touched."""

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from callrisk.domain.language import packaged
from callrisk.pipeline.phases import read_dataset
from callrisk.settings import load
from harness import ROOT
from harness.scripts import module_of
from harness.small_world import new_root

HEADER = ["未払FLAG", "レコード番号", "開始タイムスタンプjst", "コンタクト_id", "content_list"]
LABELS = ["未払", "支払済", "未払", "支払済"]
GOOD = ["支払済", 1001, "2025-01-05 10:00:00", "c-1", "(AGENT)はい\n(CUSTOMER)ええ"]
Rows = list[list[object]]


def changed(**cells: object) -> list[object]:
    """A good row with other cells, by position."""
    row = list(GOOD)
    for position, value in cells.items():
        row[int(position[1:])] = value
    return row


def workbook(path: Path, rows: Rows) -> Path:
    """An .xlsx whose first sheet holds these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "通話"
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of its own, with a model that serves."""
    root = new_root(tmp_path_factory.mktemp("home"))
    (root / "models").mkdir()
    (root / "models" / "champion.json").write_text('{"version": "before"}', encoding="utf-8")
    return root


def train(data: Path, home: Path) -> int:
    """The command in this process; its exit status."""
    command = module_of("src/main.py")
    status: int = command.main(["--quick", "--data", str(data)], home)
    return status


def everything(home: Path) -> dict[Path, bytes]:
    """All files of an installation but readings, which are taken up again."""
    files = (path for path in home.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if "readings" not in path.parts}


BAD: dict[str, tuple[Rows, tuple[str, ...]]] = {
    "missing column": ([HEADER[:4], GOOD[:4]], ("missing column content_list",)),
    "empty sheet": ([], ("empty",)),
    "header only": ([HEADER], ("no rows under the header",)),
    "unknown label": (
        [HEADER, GOOD, changed(_0="たぶん払う")],
        ("row 3", 'column "未払FLAG"', "たぶん払う", "未払 or 支払済"),
    ),
    "no date": (
        [HEADER, changed(_2="来週")],
        ("row 2", 'column "開始タイムスタンプjst"', "来週", "expected a date"),
    ),
    "blank id": ([HEADER, changed(_1=None)], ("row 2", 'column "レコード番号"', "an empty cell")),
    "one person, two labels": (
        [HEADER, GOOD, changed(_0="未払", _1=1002)],
        ("1001 (row 2: paid)", "1002 (row 3: unpaid)", "同じ人のレコードに"),
    ),
    "several bad cells": (
        [HEADER, changed(_0="たぶん", _1=None), GOOD, changed(_2="来週")],
        (
            "3 cells cannot be used",
            'row 2, column "レコード番号": found an empty cell',
            "row 2, column \"未払FLAG\": found 'たぶん'",
            "row 4, column \"開始タイムスタンプjst\": found '来週'",
        ),
    ),
    "very many bad cells": (
        [HEADER, *(changed(_0="?") for _ in range(1_234))],
        ("1,234 cells cannot be used", "row 2, 3, 4, 5, 6 and 1,229 more, column"),
    ),
    "nothing to learn from": (
        [HEADER, *(changed(_0=label, _1=n, _3=f"c-{n}") for n, label in enumerate(LABELS))],
        ("nothing differs between the customers", "違いがなく"),
    ),
    "too few to learn from": ([HEADER, GOOD], ("0 unpaid and 1 paid", "at least 2", "未払 0 人")),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_workbook_gets_one_line(
    case: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, sheet, row, column, what was found, what is expected; nothing is touched."""
    rows, expected = BAD[case]
    path = workbook(tmp_path / "通話 データ.xlsx", rows)
    before = everything(home)

    assert train(path, home) == 1
    lines = [one for one in capsys.readouterr().err.splitlines() if one.startswith("error: ")]
    assert len(lines) == 1
    assert "通話 データ.xlsx" in lines[0]
    assert all(part in lines[0] for part in expected), lines[0]
    assert before == everything(home)


def _absent(folder: Path) -> Path:
    return folder / "absent.xlsx"


def _no_workbook(folder: Path) -> Path:
    path = folder / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    return path


def _utf16(folder: Path) -> Path:
    path = folder / "utf16.csv"
    path.write_text("未払FLAG,レコード番号\n", encoding="utf-16")
    return path


@pytest.mark.parametrize("make", [_absent, _no_workbook, _utf16])
def test_an_unreadable_file_gets_one_line(
    make: Callable[[Path], Path], home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, damaged, or in an encoding that is not read."""
    path = make(tmp_path)

    assert train(path, home) == 1
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith(f"error: {path}")


def test_the_command_ends_without_a_traceback(tmp_path: Path) -> None:
    """As a user types it: exit status 1 and one line."""
    command = [sys.executable, "src/main.py", "--data", str(tmp_path / "absent.xlsx")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )

    assert done.returncode == 1
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_csv_in_the_encoding_of_windows_is_read(tmp_path: Path) -> None:
    """cp932, dates without leading zeros, ids as text: what Excel saves in Japan."""
    path = tmp_path / "通話.csv"
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(60):
            label = "未払" if n % 4 == 0 else "支払済"
            said = "払えるか不安です" if n % 4 == 0 else "ええそうです"
            words = f"(AGENT)はい\n(CUSTOMER){said}\n" * (8 + n % 5)
            writer.writerow([label, f"{1001 + n}.0", "2025/1/5 9:03", f"c-{n}", words])
    dataset = read_dataset(
        load(new_root(tmp_path / "home")), path, None, packaged(), lambda _share: None
    )

    assert dataset.group_label.tolist() == [float(n % 4 == 0) for n in range(60)]
    first = dataset.prepared.calls[0]
    assert (first.customer_id, first.call_id) == ("1001", "c-0")
    assert first.began_at == datetime(2025, 1, 5, 0, 3, tzinfo=UTC)
    assert first.totals.customer_turns == 8
