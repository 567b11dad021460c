"""How long what is stored of a call is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepingDays:
    """Days after the end of a call: its words, and its scores with everything else of it.

    Words are kept for longer where their customer has called again since: a matter that goes on.
    `sent` are the messages to other systems, `quarantine` records that could not be read.
    """

    words: int = 90
    scores: int = 1095
    sent: int = 90
    quarantine: int = 7
