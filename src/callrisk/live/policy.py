"""The policy of a server for its calls: clocks, timeouts, and what is sent to other systems."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from callrisk.domain.call_end import EndTimeouts
from callrisk.domain.language.concerns import Concerns, packaged_concerns
from callrisk.domain.time import utc_now


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """The clocks, the timeouts, the weights of concerns, and whether results are sent.

    Results of DEMO calls are sent only to a CRM that holds generated records itself.
    """

    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    timeouts: EndTimeouts = field(default_factory=EndTimeouts)
    concerns: Concerns = field(default_factory=packaged_concerns)
    sends_category: bool = False
    sends_results: bool = False
    sends_demo_results: bool = False
