"""The house: live customer-risk scoring for call centres, one room per module."""

__version__ = "0.1.0"
