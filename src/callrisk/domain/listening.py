"""The listening rule: no verdict before 45 seconds and 60 characters of the customer were heard."""

from callrisk.domain.call import CallTotals

# The listening phase: 45 seconds, or 10 turns where there are no times, and 60 characters of the
# customer. Until both are reached there is no verdict.
LISTENING_MS = 45_000
LISTENING_TURNS = 10
LISTENING_CUSTOMER_CHARS = 60


def listening_is_over(totals: CallTotals) -> bool:
    """Return True once the listening phase is over: enough time or turns, and customer characters.

    Time is `LISTENING_MS` where turns have times, and `LISTENING_TURNS` turns where they have none.
    """
    if totals.timed_turns:
        long_enough = totals.elapsed_ms >= LISTENING_MS
    else:
        long_enough = totals.turns >= LISTENING_TURNS
    return long_enough and totals.customer_chars >= LISTENING_CUSTOMER_CHARS
