"""An assessment made by hand, as it is kept."""

from datetime import UTC, datetime

from callrisk.domain.assessment import AssessmentState, MoodShare, Quality, Recommendation
from callrisk.domain.features.contract import Block, Feature, Needs
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score.account import SaidPoints, ToldAccount
from callrisk.domain.score.kept_assessment import AssessmentSetup, KeptAssessment
from callrisk.domain.score.score_changes import strongest_changes
from callrisk.domain.wording import Text

NOON = datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)
REFUSED = SaidPoints("s1", 3, 7, "refusal", 20)
TOLD = ToldAccount("v1", 80, 50, (("amount", 12), ("trade=shop", -2)), (REFUSED,), 0)
BEFORE = ToldAccount("v1", 58, 50, (("amount", 10), ("trade=shop", -2)), (), 0)
SETUP = AssessmentSetup(
    version="v1", skill="demonstrated", base_rate=0.21, points_to_double=12.5, high_times=3.03,
    demo=False, hears=True, typical=(300.0, 0.0, 1.0),
    kinds={"refusal": Text("支払いの拒否", "Refusal")},
    features=(
        Feature("amount", Block.CUSTOMER, Needs.RECORD, "契約金額", "Amount", "円", " yen", 1),
        Feature("trade=shop", Block.CUSTOMER, Needs.RECORD, "業種：小売", "Trade: shop"),
        Feature("trade=farm", Block.CUSTOMER, Needs.RECORD, "業種：農業", "Trade: farm"),
    ),
)  # fmt: skip
ADVISED = (
    Recommendation("calm", "聞く", "Listen", "はい", "Yes", 1, "怒り", "Anger", "s1"),
    Recommendation("date", "日を聞く", "Ask a day", "いつ", "When", 2),
)


def kept(at: datetime = NOON) -> KeptAssessment:
    """A verdict of high after a refusal, of a caller with a record."""
    share = MoodShare(1, 2, 3, 4, -1.5)
    return KeptAssessment(
        at=at, elapsed_s=9.0, state=AssessmentState.LIVE, category=RiskCategory.HIGH,
        probability=0.6123, interval=(71, 88), told=TOLD,
        values=(("amount", 500.0), ("trade=shop", 1.0)), has_record=True,
        moods=(("asserted", True),), change=strongest_changes(BEFORE, TOLD),
        recommendations=ADVISED, sentiment={"agent": share, "customer": share},
        quality=Quality(7, 4, 80, 0.4, None, 2.5, False, ("sentiment",)),
    )  # fmt: skip
