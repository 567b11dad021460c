"""Words for a day or a moment by which somebody could pay, in Japanese."""

import re

# A day or a moment by which somebody will pay.
_DATE = re.compile(
    "[0-9０-９一二三四五六七八九十]+(?:日|時|月)|今日|本日|明日|あした|明後日|あさって|昨夜|今夜|今晩|今週|来週|再来週|週明け|週末"
    "|月末|月初|今月中|来月|月曜|火曜|水曜|木曜|金曜|土曜|日曜|給料日|給料が|給料入|年金|ボーナス|賞与|夕方|午前|午後|朝一|お昼"
    "|仕事帰り|帰りに|今から|これから|すぐに|すぐ払|いますぐ|今すぐ|ついたち|みっか|いつか|とおか|はつか|晦日|末日|末に|末には|末まで"
)


def names_date(text: str) -> bool:
    """Return True if a text names a day or a moment by which somebody could pay."""
    return _DATE.search(text) is not None
