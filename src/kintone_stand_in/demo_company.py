"""The stand-in of the demo: sample customers and an empty results app, both marked DEMO."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from kintone_stand_in.fields import Field
from kintone_stand_in.form import SYSTEM_CODES
from kintone_stand_in.kintone_app import App
from kintone_stand_in.stand_in import StandIn

CUSTOMERS_APP, RESULTS_APP = 1, 2
# Whoever runs the demo may know these; they open nothing but invented records on this computer.
CUSTOMERS_TOKEN, RESULTS_TOKEN = "demo-customers-token", "demo-results-token"
_KEY = "レコード番号"
_NUMBERS = {"契約金額", "過去の延滞回数", "契約期間", "勤続年数"}
_CHOICES = {"支払方法", "年収帯", "プラン"}
RESULT_FIELDS = {
    "event_key": Field("SINGLE_LINE_TEXT", label="イベントキー", unique=True, required=True),
    "call_id": Field("SINGLE_LINE_TEXT", label="通話ID"),
    "customer_id": Field("SINGLE_LINE_TEXT", label="顧客番号"),
    "agent_id": Field("SINGLE_LINE_TEXT", label="担当者"),
    "risk_score": Field("NUMBER", label="リスクスコア", min_value=0, max_value=100),
    "risk_category": Field("SINGLE_LINE_TEXT", label="リスク区分"),
    "risk_label": Field("SINGLE_LINE_TEXT", label="リスク表示"),
    "top_reasons": Field("MULTI_LINE_TEXT", label="主な理由"),
    "model_version": Field("SINGLE_LINE_TEXT", label="モデル版"),
    "skill": Field("SINGLE_LINE_TEXT", label="モデルの実力"),
    "scored_at": Field("DATETIME", label="判定日時"),
    "outcome": Field("SINGLE_LINE_TEXT", label="通話結果コード"),
    "outcome_label": Field("SINGLE_LINE_TEXT", label="通話結果"),
    "promise_date": Field("DATE", label="支払約束日"),
    "promise_amount": Field("NUMBER", label="支払約束額", min_value=0),
    "memo": Field("MULTI_LINE_TEXT", label="メモ"),
}


def demo(customers_csv: Path) -> StandIn:
    """Return a stand-in with one record per row of the table as app 1 and results as app 2."""
    with customers_csv.open(encoding="utf-8-sig", newline="") as stream:
        columns, *rows = csv.reader(stream)
    fields = dict(_fields(columns, rows))
    # A table that was pulled from Kintone has the system fields, too; every app gets its own.
    fields = {code: it for code, it in fields.items() if code not in SYSTEM_CODES - {_KEY}}
    customers = App(
        app_id=CUSTOMERS_APP, name="顧客 DEMO", fields=fields, token=CUSTOMERS_TOKEN,
        permissions=frozenset({"view"}),
    )  # fmt: skip
    for row in rows:
        cells = zip(columns, row, strict=True)
        customers.add({code: cell for code, cell in cells if code in fields})
    results = App(
        app_id=RESULTS_APP, name="リスク判定結果 DEMO", fields=RESULT_FIELDS, token=RESULTS_TOKEN
    )
    return StandIn([customers, results])


def _fields(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, Field]]:
    """Yield a field for each column; a drop-down offers the values of its rows."""
    for place, column in enumerate(columns):
        options = tuple(sorted({row[place] for row in rows if row[place]}))
        if column in _CHOICES and options:
            yield column, Field("DROP_DOWN", label=column, options=options)
        elif column in _NUMBERS:
            yield column, Field("NUMBER", label=column)
        else:
            yield column, Field("SINGLE_LINE_TEXT", label=column, unique=column == _KEY)
