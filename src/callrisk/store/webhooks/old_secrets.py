"""Secrets that were replaced and still sign beside the newest one: the text that stands sealed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OldSecret:
    """A secret, and until when it signs."""

    secret: str = field(repr=False)
    until: datetime


def old_secrets_of(text: str, until: datetime) -> list[OldSecret]:
    """Return the secrets of a text, the newest first; `until` ends one that names no moment."""
    lines = (line.partition(" ") for line in text.splitlines())
    return [
        OldSecret(secret, datetime.fromisoformat(moment) if moment else until)
        for secret, _, moment in lines
    ]


def text_of(secrets: Iterable[OldSecret]) -> str:
    """Return the text of secrets, a line each."""
    return "\n".join(f"{one.secret} {one.until.isoformat()}" for one in secrets)
