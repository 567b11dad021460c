"""The two small apps of the tests, and the time that they go by."""

from datetime import UTC, datetime

from kintone_stand_in import Field

CUSTOMER_FIELDS = {
    "レコード番号": Field("SINGLE_LINE_TEXT", label="番号", unique=True),
    "氏名": Field("SINGLE_LINE_TEXT", max_length=20),
    "契約金額": Field("NUMBER", min_value=-10, max_value=1_000_000),
    "支払方法": Field("DROP_DOWN", options=("口座振替", "銀行振込")),
    "連絡": Field("CHECK_BOX", options=("電話", "手紙", "訪問")),
    "区分": Field("RADIO_BUTTON", options=("個人", "法人")),
    "契約日": Field("DATE"),
    "最終通話": Field("DATETIME"),
    "メモ": Field("MULTI_LINE_TEXT"),
    "頁": Field("LINK", unique=True),
    "会員番号": Field("NUMBER", unique=True),
}
RESULT_FIELDS = {
    "event_key": Field("SINGLE_LINE_TEXT", unique=True, required=True),
    "risk_score": Field("NUMBER"),
}


class Clock:
    """The time that both apps go by; a test sets it on."""

    def __init__(self):
        self.now = datetime(2026, 4, 1, 9, 30, 45, tzinfo=UTC)

    def __call__(self):
        return self.now
