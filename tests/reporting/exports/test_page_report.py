"""A page as it leaves the app: the same rows in each form, Japanese whole, nothing that acts."""

import csv
import io
from datetime import date, datetime
from html.parser import HTMLParser

from openpyxl import load_workbook

from callrisk.reporting.exports.page_report import PageReport, ReportFigure
from callrisk.reporting.exports.typed_tables import TypedTable, table_of

MOMENT, DAY = datetime(2026, 11, 30, 14, 3), date(2026, 12, 10)  # noqa: DTZ001 - of clocks in Japan
NAME = "髙橋 﨑子 <script>alert(1)</script>"
TABLE = table_of(
    "通話/一覧: [11月]",
    [
        {"開始": MOMENT, "お名前": NAME, "確率": 0.125, "金額": 1_234_567, "約束の日": DAY},
        {"開始": None, "お名前": "=HYPERLINK(1)", "確率": None, "金額": -5, "約束の日": None},
    ],
    ["確率"],
)
FACTS = TypedTable(
    "条件", ["項目", "内容"], [["作成日時（日本時間）", MOMENT], ["絞り込み", "days=30"]]
)
REPORT = PageReport(
    "通話", "ja", [TABLE], FACTS, [ReportFigure("図", "<svg><title>図</title></svg>")]
)


class Tables(HTMLParser):
    """Reads the rows of tables; other tags than those of a page are counted."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        """Add to the cell that is open."""
        if self.tags and self.tags[-1] in ("td", "th") and data.strip():
            self.rows[-1][-1] += data


def test_every_form_has_the_same_rows() -> None:
    """As people read them where they are read, typed where programs read them."""
    page = Tables(REPORT.html().decode("utf-8"))
    sheet = load_workbook(io.BytesIO(REPORT.xlsx())).worksheets[0]
    read = list(csv.reader(io.StringIO(REPORT.csv().decode("utf-8-sig"))))
    shown = [
        ["2026/11/30 14:03", NAME, "12.5%", "1,234,567", "2026/12/10"],
        ["–", "=HYPERLINK(1)", "–", "-5", "–"],
    ]

    assert page.rows[:2] == [["作成日時（日本時間）", "2026/11/30 14:03"], ["絞り込み", "days=30"]]
    assert page.rows[2:] == [list(TABLE.headings), *shown]
    assert (sheet.title, sheet["A2"].value, sheet["B2"].value) == (
        "通話 一覧   11月 ", MOMENT, NAME,
    )  # fmt: skip
    assert (sheet["B3"].data_type, sheet["B3"].value) == ("s", "=HYPERLINK(1)")
    assert (read[1][1], read[2][1]) == (NAME, "'=HYPERLINK(1)")


def test_a_page_to_print_has_nothing_that_acts() -> None:
    """No script of data, nothing from outside; the figures are inside."""
    text = REPORT.html().decode("utf-8")

    assert not {"script", "link", "img", "iframe"} & set(Tables(text).tags)
    assert "http" not in text
    assert "<svg><title>図</title></svg>" in text


def test_a_table_without_rows_has_one_heading() -> None:
    """In every form."""
    empty = PageReport("空", "en", [table_of("空", [])], FACTS)

    assert '<th scope="col">–</th>' in empty.html().decode("utf-8")
    assert load_workbook(io.BytesIO(empty.xlsx())).worksheets[0]["A1"].value == "–"
