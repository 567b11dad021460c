"""The history of a customer's earlier calls as of the begin of a call."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from callrisk.domain.call import CallTotals

# Fewer customer turns mean that the customer was not reached: voicemail, ring-outs.
REACHED_TURNS = 5


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """One earlier call: its begin and its totals.

    `is_heard` is False where the words are kept no longer: what was said is missing then, and not
    nothing.
    """

    call_id: str
    began_at: datetime
    totals: CallTotals
    is_heard: bool = True


@dataclass(frozen=True, slots=True)
class CallHistory:
    """Running sums over the calls that began before this one.

    Those of concerns and promises are over the calls that reached the customer and whose words are
    kept, None where there are only others; concerns in hundredths of a weight, `concern_latest` of
    the last such call, None before the first.
    """

    earlier_calls: int = 0
    reached_calls: int = 0
    concern: int | None = 0
    concern_latest: int | None = None
    concern_turns: int | None = 0
    promising_calls: int | None = 0


HISTORY_FIELDS = tuple(field.name for field in fields(CallHistory))


def history_before(moment: datetime, calls: Iterable[EarlierCall]) -> CallHistory:
    """Return the history as of `moment`; calls that began then or later do not count."""
    earlier = [call for call in calls if call.began_at < moment]
    reached = [call for call in earlier if call.totals.customer_turns >= REACHED_TURNS]
    if not reached:
        return CallHistory(earlier_calls=len(earlier))
    heard = [call for call in reached if call.is_heard]
    if not heard:
        return CallHistory(len(earlier), len(reached), None, None, None, None)
    latest = max(heard, key=lambda call: (call.began_at, call.call_id))
    return CallHistory(
        earlier_calls=len(earlier),
        reached_calls=len(reached),
        concern=sum(call.totals.said_concern for call in heard),
        concern_latest=latest.totals.said_concern,
        concern_turns=sum(call.totals.said_concern_turns for call in heard),
        promising_calls=sum(call.totals.said_promise > 0 for call in heard),
    )
