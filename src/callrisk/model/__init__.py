"""The risk model: `RiskModel`, the members of its ensemble, and the points scale of its score."""

from callrisk.model.risk_model import FORMAT, RiskModel, Scores

__all__ = ["FORMAT", "RiskModel", "Scores"]
