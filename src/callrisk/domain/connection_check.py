"""One point of a check of a connection, good or with the step that mends it."""

from dataclasses import dataclass

from callrisk.domain.wording import Text


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """One point; `ok` is None where there is nothing to check."""

    name: str
    ok: bool | None
    text: Text
