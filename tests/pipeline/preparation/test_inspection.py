"""A look at a file shows how it would be read, and entries that config.py takes as they are."""

import ast
from pathlib import Path

import pytest

from callrisk.bootstrap import pipeline_command
from callrisk.domain.tables.inspected_table import Inspection
from callrisk.pipeline.file_formats import customer_format, export_format
from callrisk.pipeline.preparation.inspection import inspect
from callrisk.settings import load
from harness import ROOT
from harness.made_export import LABEL, RECORD, Row, calls, prepared_of, written
from harness.small_world import new_root

PREFECTURES = [
    f"{name}県"
    for name in "青森岩手宮城秋山形福島茨栃木群馬埼千葉神奈川新潟富石井梨長野岐静愛知三重"
]


def rows() -> list[Row]:
    """Calls with further columns of all kinds, written in the ways of offices."""
    found = calls(200)
    for number, row in enumerate(found):
        place = row[RECORD] - 1001
        row |= {
            "家賃": "高い" if number in (6, 9) else ("¥12,000" if place % 2 else "85,000円"),
            "入居": "R6.4.1" if place % 2 else "2024/5/1(水)",
            "性別": "男女"[place % 2],
            "都道府県": PREFECTURES[place % len(PREFECTURES)],
            "備考": f"{place}回目のお問い合わせ",
            "担当者名": "架空",
        }
    return found


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """How such a file would be read."""
    settings = load(ROOT)
    path = written(tmp_path_factory.mktemp("raw") / "calls.csv", rows())
    return inspect(path, export_format(settings), customer_format(settings))


def test_columns_have_kinds_forms_and_refused_cells(inspection: Inspection) -> None:
    """Counted by kind, the first refused cell named."""
    columns = {column.name: column for column in inspection.columns}
    rent, moved = columns["家賃"], columns["入居"]

    assert (inspection.rows, inspection.header_row) == (400, 1)
    assert (columns[LABEL].role, columns[RECORD].role) == ("label", "customer_id")
    assert (rent.kind, rent.refused, rent.letter) == ("number", 2, "G")
    assert rent.first_refused is not None
    assert rent.first_refused.en.startswith("row 8: found '高い'")
    assert rent.first_refused.ja == "8 行目「家賃」は「高い」で、数値ではありません"
    assert "as ¥" in rent.read
    assert "as 円" in rent.read
    assert (moved.kind, moved.read) == ("date", "200 as weekday, 200 as 和暦")
    assert columns["都道府県"].kind == "choice"


def test_entries_can_be_pasted(inspection: Inspection, tmp_path: Path) -> None:
    """config.py takes them; protected columns are marked, others left out with the reason."""
    root = new_root(tmp_path / "home")
    block = "CUSTOMER_FIELDS += [\n" + "\n".join(inspection.entries) + "\n]\n"
    ast.parse(block)
    with (root / "config.py").open("a", encoding="utf-8") as file:
        file.write(block)
    fields = {field.column: field for field in load(root).customer_fields}

    assert {"家賃", "入居", "性別", "都道府県"} <= fields.keys()
    assert len(fields["都道府県"].choices) == len(set(PREFECTURES))
    assert any(line.startswith("# 性別: a protected") for line in inspection.entries)
    assert any(line.startswith("# 備考: free text") for line in inspection.entries)


def test_columns_of_an_export_are_guessed_by_their_headings(tmp_path: Path) -> None:
    """Where config.py names others; guessed ones are marked."""
    names = {LABEL: "支払状況", RECORD: "顧客番号", "content_list": "文字起こし"}
    renamed = [{names.get(name, name): cell for name, cell in row.items()} for row in calls(10)]
    settings = load(ROOT)
    path = written(tmp_path / "calls.csv", renamed)
    parts = inspect(path, export_format(settings), customer_format(settings)).export_columns
    found = {one.part: (one.column, one.is_guessed) for one in parts}

    assert found["label"] == ("支払状況", True)
    assert found["customer_id"] == ("顧客番号", True)
    assert found["transcript"] == ("文字起こし", True)
    assert found["contact_id"] == ("コンタクト_id", False)


def test_the_command_prints_it_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sheets, header, columns and the block for config.py; and one line for a bad file."""
    home = new_root(tmp_path / "home")
    path = written(tmp_path / "calls.csv", rows())
    before = sorted(home.rglob("*"))

    assert pipeline_command.main(["--inspect", str(path)], home) == 0
    shown = capsys.readouterr().out
    assert "header in row 1, 400 rows" in shown
    assert 'column "家賃": 2 cells' in shown
    assert "EXPORT_COLUMNS = {" in shown
    assert "CUSTOMER_FIELDS += [" in shown
    assert sorted(home.rglob("*")) == before
    assert pipeline_command.main(["--inspect", str(tmp_path / "none.csv")], home) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_many_columns_get_one_note(tmp_path: Path) -> None:
    """And one alarm; protected ones are apart."""
    found = calls(30)
    for number, row in enumerate(found):
        row |= {f"c{column}": f"{row[RECORD] % (column + 2)}" for column in range(28)}
        row |= {f"t{column}": number % (column + 3) for column in range(20)}
        row |= {"性別": "男女"[row[RECORD] % 2]}
    prepared = prepared_of(tmp_path, found)
    notes = [note for note in prepared.warnings if "not learnt from" in note]

    assert len(notes) == 2
    assert notes[0].startswith("28 columns are not declared")
    assert "protected characteristic" in notes[1]
    assert [alarm.code for alarm in prepared.alarms] == ["undeclared_per_call"]
