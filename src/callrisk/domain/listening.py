"""The listening rule: no verdict before enough was heard, or something was said about paying."""

from callrisk.domain.call import CallTotals

# The listening phase: 45 seconds, or 10 turns where there are no times, and 60 characters of the
# customer. It ends earlier with the first statement about paying.
LISTENING_MS = 45_000
LISTENING_TURNS = 10
LISTENING_CUSTOMER_CHARS = 60


def listening_is_over(totals: CallTotals) -> bool:
    """Return True once the listening phase is over.

    That is with the first statement about paying, or after enough time or turns and characters of
    the customer. Time is `LISTENING_MS` where turns have times, `LISTENING_TURNS` turns where not.
    """
    if totals.said_statements:
        return True
    if totals.timed_turns:
        long_enough = totals.elapsed_ms >= LISTENING_MS
    else:
        long_enough = totals.turns >= LISTENING_TURNS
    return long_enough and totals.customer_chars >= LISTENING_CUSTOMER_CHARS
