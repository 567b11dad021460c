"""The messages of run.py: each in Japanese, then in English."""

from __future__ import annotations


class UserError(Exception):
    """An error that the user can correct, with a message in Japanese and one in English."""


def say(japanese: str, english: str) -> None:
    """Print a message in Japanese and English."""
    print(f"{japanese}\n{english}", flush=True)
