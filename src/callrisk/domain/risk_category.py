"""The risk categories High, Medium and Low, applied to a score by its thresholds."""

from dataclasses import dataclass
from enum import StrEnum


class RiskCategory(StrEnum):
    """The three risk categories; a higher score is riskier."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @classmethod
    def of(cls, score: int, thresholds: "Thresholds") -> "RiskCategory":
        """Return the category of a rounded score.

        A threshold itself belongs to the higher category.
        """
        if score >= thresholds.high_risk:
            return cls.HIGH
        return cls.MEDIUM if score >= thresholds.medium_risk else cls.LOW


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest scores that count as high and as medium risk."""

    high_risk: int
    medium_risk: int
