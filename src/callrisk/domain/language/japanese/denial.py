"""Denials of money trouble that name no means: お金に困っているわけじゃない says little by itself.

Such a denial answers a worry that was voiced before. Out of the blue it is mostly the way to
another topic, where 貯金がある or 余裕で払える tells something of the customer's means.
"""

import re

from callrisk.domain.language.signs import NEGATED, OUTER, SIGNS

_TROUBLE = (
    "困|こまっ|きつ|キツ|厳し|きびし|苦し|心配|不安|負担|無理(?!なく)|カツカツ|かつかつ|ピンチ"
    "|しんど|やば|悩"
)
_DENIED = re.compile(f"(?:{_TROUBLE})[^{SIGNS}]{{0,14}}[{NEGATED}{OUTER}]")
_MEANS = re.compile(
    "余裕|貯|蓄|収入|給料|給与|月給|年金|ボーナス(?!払)|賞与|家賃|退職金|保険|残高|口座|余っ|余り"
    f"|残っ|安定|十分|じゅうぶん|足り|払え(?![{SIGNS}]|よう)|払って|入っ|入り|入る|出ます|出て|売上"
    "|売り上|売れ|好調|黒字|順調|[十百千万円]|金はあ|金があ|用意|準備|稼|働|仕事|昇給|昇格|楽"
    "|現金|手元|通帳|財布"
)


def only_denies(text: str) -> bool:
    """Return True if an analysed turn denies trouble and names nothing to pay with."""
    return _DENIED.search(text) is not None and _MEANS.search(text) is None
