"""An assessment as it is kept: integers, figures, and references to what was said; no words of it.

What people read is made of it by `shown_assessment`, when it is pushed and whenever it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from callrisk.domain.assessment import AssessmentState, MoodShare, Quality, Recommendation
from callrisk.domain.features.contract import Feature
from callrisk.domain.language.concerns import Concerns
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score.account import Moved, ToldAccount
from callrisk.domain.wording import Text


@dataclass(frozen=True, slots=True)
class AssessmentSetup:
    """What the assessments by one model share: its facts, and the names of kinds of statement.

    `typical` has one value a feature; `hears` says whether what is said moves points.
    """

    version: str
    skill: str
    base_rate: float
    points_to_double: float
    high_times: float
    demo: bool
    hears: bool
    features: tuple[Feature, ...]
    typical: tuple[float | None, ...]
    kinds: Mapping[str, Text]


def kinds_of(concerns: Concerns) -> dict[str, Text]:
    """Return the names of the kinds of statement in a table of concerns."""
    return {str(intent): Text(row.label, row.label_en) for intent, row in concerns.items()}


@dataclass(frozen=True, slots=True)
class KeptAssessment:
    """One assessment of a call.

    `values` are those of the features with known points, and of the choices beside them. `moods`
    has for each statement of the account its mood, and whether it is open. `change` are the lines
    of the change since the assessment before.
    """

    at: datetime
    elapsed_s: float
    state: AssessmentState
    category: RiskCategory
    probability: float
    interval: tuple[int, int]
    told: ToldAccount
    values: tuple[tuple[str, float | None], ...]
    has_record: bool
    moods: tuple[tuple[str, bool], ...]
    change: tuple[Moved, ...]
    recommendations: tuple[Recommendation, ...]
    sentiment: Mapping[str, MoodShare]
    quality: Quality

    @property
    def is_high(self) -> bool:
        """True for a verdict of high: a supervisor should look at the call now."""
        return self.verdict is RiskCategory.HIGH

    @property
    def verdict(self) -> RiskCategory | None:
        """The category, or None while listening."""
        return None if self.state is AssessmentState.LISTENING else self.category
