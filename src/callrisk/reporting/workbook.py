"""The scores of a run as an Excel workbook: one sheet of customers, one of the run's facts."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from callrisk.domain.evaluation import Skill
from callrisk.reporting.exports.typed_tables import typed_cell
from callrisk.reporting.facts import VERDICT, VERDICT_MEANING, facts_of
from callrisk.reporting.run_results import Results

WorkbookValue = str | int | float

# (Japanese heading, width) of each column of risk_scores; a reason and its points are a pair.
_HEADINGS: dict[str, tuple[str, float]] = {
    "customer_id": ("レコード番号", 14),
    "risk_score": ("リスクスコア", 22),
    "risk_category": ("区分（英）", 11),
    "risk_label": ("区分", 15),
    "probability": ("未払いの確率", 22),
    "label": ("実際", 10),
    "out_of_fold": ("学習外の採点", 13),
    "skill": ("モデルの実証", 14),
    "call_id": ("最新の通話", 38),
    "call_began_at": ("通話開始（UTC）", 22),
    "start_points": ("話す前の水準", 13),
    "other_points": ("その他の点", 12),
    "cap_points": ("0〜100点に収めた分", 16),
    "outside_training": ("学習時にない値", 46),
}
_HEAD = PatternFill("solid", fgColor="E8E8FA")
_WARN = PatternFill("solid", fgColor="FCF2DF")
_SAID_BY_THE_MODEL = {"risk_score", "risk_label", "probability"}
_PERCENT = "0.0%"


def scores_xlsx(
    columns: Sequence[str], rows: Sequence[Sequence[WorkbookValue]], skill: Skill
) -> bytes:
    """Return the sheet of customers alone, of scores that no evaluation goes with."""
    book = Workbook(write_only=True)
    _customers_sheet(book, columns, rows, skill)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx_bytes(
    columns: Sequence[str], rows: Sequence[Sequence[WorkbookValue]], results: Results
) -> bytes:
    """Return both sheets; every text is a text cell, so nothing in it becomes a formula."""
    book = Workbook(write_only=True)
    _customers_sheet(book, columns, rows, results.evaluation.verdict)
    _facts_sheet(book, results)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _customers_sheet(
    book: Workbook, columns: Sequence[str], rows: Sequence[Sequence[WorkbookValue]], skill: Skill
) -> None:
    """Add the sheet of customers to a workbook."""
    sheet = book.create_sheet("リスクスコア")
    sheet.freeze_panes = "B2"
    headings = [_heading(column) for column in columns]
    for number, (_, width) in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.append([_marked(sheet, column, skill) for column in columns])
    percent = columns.index("probability")
    for row in rows:
        cells = [typed_cell(sheet, value) for value in row]
        cells[percent].number_format = _PERCENT
        sheet.append(cells)


def _marked(sheet: WriteOnlyWorksheet, column: str, skill: Skill) -> Cell:
    """Return the head of a column, with a warning where an unproven model speaks."""
    text, _ = _heading(column)
    if column not in _SAID_BY_THE_MODEL or skill is not Skill.UNPROVEN:
        return _head(sheet, text)
    cell = _head(sheet, f"{text}（{VERDICT[skill].ja}）")
    cell.comment = Comment(VERDICT_MEANING[skill].ja, "callrisk", height=110, width=280)
    cell.fill = _WARN
    return cell


def _heading(column: str) -> tuple[str, float]:
    if column in _HEADINGS:
        return _HEADINGS[column]
    number = column.removeprefix("reason_").removesuffix("_points")
    return (f"理由{number}の点", 10) if column.endswith("_points") else (f"理由{number}", 46)


def _facts_sheet(book: Workbook, results: Results) -> None:
    sheet = book.create_sheet("この結果について")
    for letter, width in (("A", 34), ("B", 60), ("C", 34)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_head(sheet, text) for text in ("項目", "内容", "Item")])
    for fact in facts_of(results):
        cells = [typed_cell(sheet, text) for text in (fact.name.ja, fact.value.ja, fact.name.en)]
        cells[1].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)


def _head(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = typed_cell(sheet, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(vertical="center")
    return cell
