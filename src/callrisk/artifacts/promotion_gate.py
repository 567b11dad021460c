"""The promotion gate: the rules by which a challenger version may replace the champion."""

import math
from dataclasses import dataclass

from callrisk.domain.evaluation import Alarm, Interval, Skill
from callrisk.domain.wording import Text


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """The figures of a version that the gate compares; `demo`: it was trained on generated data."""

    verdict: Skill
    auc: Interval
    brier_skill: Interval
    alarms: tuple[Alarm, ...]
    demo: bool


_ANYTHING = Interval(math.nan, -math.inf, math.inf)
# Of a champion that cannot be read nothing is known: it may be one of real data, and no better
# than any other.
UNKNOWN = VersionFigures(Skill.UNPROVEN, _ANYTHING, _ANYTHING, (), demo=False)

_NOT_DEMONSTRATED = Text(
    "予測力が実証されていません（判定: 未検証）",
    "Its skill is not demonstrated (verdict: unproven)",
)
_DEMO_FOR_REAL = Text(
    "架空のデータによる DEMO モデルを、実データのモデルの代わりにはできません",
    "A DEMO model of fictional data never takes the place of a model of real data",
)
_DEMO_FOR_UNKNOWN = Text(
    "使用中のはずのモデルが読めません。実データのモデルかもしれないため、"
    "DEMO モデルでは置き換えません（はじめからやり直すには models/champion.json を消してください）",
    "The serving model cannot be read and may be one of real data, so a DEMO model does not take "
    "its place (to begin anew, delete models/champion.json)",
)


def reasons_not_to_promote(new: VersionFigures, old: VersionFigures | None) -> list[Text]:
    """Return the reasons why `new` may not replace `old`, None when nothing serves.

    Empty if it may.

    The first model serves, and any model of real data replaces a DEMO one, unproven if need be: it
    says so wherever its scores are shown.

    Not clearly worse means here that the Brier skill does not lie below the lower bound of the
    champion's, each measured out of fold on the customers of its own training. A paired comparison
    on the same customers would tell finer differences apart, but the customers at hand are those
    that the champion learnt from: it would beat every honest challenger on its own training data.
    """
    if old is None or (old.demo and not new.demo):
        return []
    if new.demo and not old.demo:
        return [_DEMO_FOR_UNKNOWN if old is UNKNOWN else _DEMO_FOR_REAL]
    reasons = [] if new.verdict is Skill.DEMONSTRATED else [_NOT_DEMONSTRATED]
    reasons += [Text(alarm.message, alarm.message_en) for alarm in new.alarms if alarm.blocking]
    # Written so that a figure that is no number counts as worse.
    if not new.brier_skill.value >= old.brier_skill.low:
        reasons.append(_worse(new.brier_skill, old.brier_skill))
    return reasons


def needs_a_person(old: VersionFigures | None) -> bool:
    """Return True if a person must confirm the promotion: a model of real data serves."""
    return old is not None and not old.demo


def _worse(new: Interval, old: Interval) -> Text:
    return Text(
        f"Brier スキル {new.value:+.3f} が、使用中のモデルの 95 % 区間の下限 {old.low:+.3f} に"
        "届きません",
        f"Its Brier skill {new.value:+.3f} lies below {old.low:+.3f}, the lower bound of the "
        "serving model's",
    )
