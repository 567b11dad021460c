"""The weights and dictionaries that the first turn of a call would wait for, loaded ahead of it."""

from callrisk.domain.advice.need import heard_need
from callrisk.domain.masking import Masking
from callrisk.domain.segment import ParticipantRole, Segment

# Somebody tells a name, so that every part of the masking is asked.
_ASKED, _TOLD = "お名前をお願いします", "高橋です。支払いは来週になります"


def load_ahead() -> None:
    """Hear a turn as the first one will be heard, which takes half a second, later ones 10 ms."""
    asked = Segment("asked", 0, ParticipantRole.AGENT, _ASKED)
    told = Segment("told", 1, ParticipantRole.CUSTOMER, _TOLD)
    # A masking of its own: what it hides is nobody's and is not counted.
    Masking().masked_after(told, [asked])
    heard_need(_ASKED, _TOLD)
