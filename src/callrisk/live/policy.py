"""The policy of a server for its calls: clocks, timeouts, and what is sent to other systems."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from callrisk.domain.time import utc_now
from callrisk.live.call_end import EndTimeouts


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """The clocks, the timeouts, and whether categories and results are sent.

    Results of DEMO calls are sent only to a CRM that holds generated records itself.
    """

    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    timeouts: EndTimeouts = field(default_factory=EndTimeouts)
    sends_category: bool = False
    sends_results: bool = False
    sends_demo_results: bool = False
