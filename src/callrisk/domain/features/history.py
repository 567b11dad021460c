"""The history of a customer's earlier calls as of the begin of a call."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from callrisk.domain.call import CallTotals

# Fewer customer turns mean that the customer was not reached: voicemail, ring-outs.
REACHED_TURNS = 5


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """One earlier call: its begin and its totals."""

    call_id: str
    began_at: datetime
    totals: CallTotals


@dataclass(frozen=True, slots=True)
class CallHistory:
    """Running sums over the calls that began before this one; counts and characters."""

    earlier_calls: int = 0
    reached_calls: int = 0
    agent_chars: int = 0
    customer_chars: int = 0
    customer_payment_worry: int = 0
    customer_hesitation: int = 0
    customer_promise: int = 0
    customer_evasion: int = 0


HISTORY_FIELDS = tuple(field.name for field in fields(CallHistory))
_SUMMED = HISTORY_FIELDS[2:]


def history_before(moment: datetime, calls: Iterable[EarlierCall]) -> CallHistory:
    """Return the history as of `moment`; calls that began then or later do not count."""
    earlier = [call for call in calls if call.began_at < moment]
    if not earlier:
        return CallHistory()
    return CallHistory(
        earlier_calls=len(earlier),
        reached_calls=sum(call.totals.customer_turns >= REACHED_TURNS for call in earlier),
        **{name: sum(getattr(call.totals, name) for call in earlier) for name in _SUMMED},
    )
