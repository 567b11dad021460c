"""One moment of a call, with everything that the choice of advice depends on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from callrisk.domain.customer import Customer
from callrisk.domain.language import Statement
from callrisk.domain.language.japanese.text import plain_text
from callrisk.domain.language.said import NOTHING, Said
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.segment import Segment


class CallKind(StrEnum):
    """The purpose of a call: selling, confirming a contract, or reminding of a payment."""

    SALES = "sales"
    CONFIRMATION = "confirmation"
    REMINDER = "reminder"


class Verdict(StrEnum):
    """The answer of an agent to an advice."""

    DONE = "done"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer of an agent to an advice: when, in seconds of the call, None if unknown.

    `heard` is the number of times its cause had been heard by then (`matching.times_heard`).
    """

    verdict: Verdict
    at_s: float | None = None
    heard: int = 0


@dataclass(frozen=True, slots=True)
class CallMoment:
    """A call as far as it has come.

    `turns` are its latest turns in the order of speech; words further back are not seen.
    `suppressed` are the statements that do not count, by the id of their turn, in the same order.
    `category` is None while listening and without a model; `feedback` is by the id of a play.
    """

    said: Said = NOTHING
    suppressed: tuple[tuple[str, Statement], ...] = ()
    turns: tuple[Segment, ...] = ()
    elapsed_s: float = 0.0
    kind: CallKind | None = None
    customer: Customer | None = None
    category: RiskCategory | None = None
    feedback: Mapping[str, Feedback] = field(default_factory=dict)


# The first turns of an agent, in which the purpose of a call is told.
OPENING_TURNS = 8
# The openings of all live calls are remembered.
_MOST_TURNS = 50_000
# The opening sentences of each kind of call, in plain text, in the order in which they decide.
_OPENINGS = {
    CallKind.REMINDER: re.compile(
        "(?:お?支払い?|ご?入金|お?振込み?|ご?決済)[^。]{0,12}確認(?:が|は)?(?:取れ|でき|いただけ)"
        "?[^。]{0,6}(?:ません|なかっ|ない)"
        "|引き?落とし?[^。]{0,8}(?:できず|できませ|できなか|され(?:ず|てい?な|ておりま|ませ)|かかりま|不能)"
        "|未納|未払い?|滞納|延滞|お支払い期日を?過ぎ|お支払い期限を?過ぎ|ご入金のお?願い|お支払いのお?願い"
        "|お支払いの件|ご入金の件|お支払いが[^。]{0,6}(?:遅れ|済んで|まだ)"
    ),
    CallKind.CONFIRMATION: re.compile(
        "ご?契約内容[^。]{0,8}確認|ご?契約[^。]{0,6}(?:最終)?(?:の)?ご?確認|審査[^。]{0,8}通[りっ]"
        "|納車[^。]{0,10}(?:確認|日程|ご連絡|ご案内)|ご?登録内容[^。]{0,6}確認"
        "|お?申し?込み?(?:の)?内容[^。]{0,6}確認"
    ),
    CallKind.SALES: re.compile(
        "お?問い?合わ?せ|お?申し?込み?|お?見積も?り?|資料(?:の)?ご?請求|ご検討|ご希望のお車|キャンペーン"
        "|ご興味|プランのご案内|サブスクの件"
    ),
}


def kind_of_call(agent_texts: Sequence[str]) -> CallKind | None:
    """Return the kind of a call by the first turns of its agent; None if they do not tell.

    The first turn that tells decides.
    """
    kinds = map(_kind_told, agent_texts[:OPENING_TURNS])
    return next((kind for kind in kinds if kind), None)


@lru_cache(_MOST_TURNS)
def _kind_told(agent_text: str) -> CallKind | None:
    """Return the kind of call that one turn of the agent tells, None if it tells none."""
    plain = plain_text(agent_text).text
    return next((kind for kind, opening in _OPENINGS.items() if opening.search(plain)), None)
