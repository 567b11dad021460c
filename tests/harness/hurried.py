"""The product's retry policy with short waits: the same attempts in the same order, sooner."""

from callrisk.background.retry import RetryTable, RetryTimings
from callrisk.crm.directory import WritingPace

_SOON = RetryTimings(0.1, 0.4)
HURRIED = RetryTable(
    crm_request=RetryTimings(0.05, 0.2, attempts=5, jitter=True),
    crm_pause=RetryTimings(0.1, 0.4),
    crm_lookup=RetryTimings(0.3, 0.3, permanent=RetryTimings(0.6, 0.6)),
    crm_fields=_SOON,
    result_write=RetryTimings(0.1, 0.4, permanent=_SOON),
)
HURRIED_PACE = WritingPace(rest_s=0.3, check_s=0.6)
