"""How the calls of a server are conducted: clocks, patience, and who is told what."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from callrisk.domain.time import utc_now
from callrisk.live.call_end import EndTimeouts


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """The clocks, how long calls are waited for, and who is told: the telephony, the CRM.

    The CRM of a company is told of no DEMO; one that stands in for it is.
    """

    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    patience: EndTimeouts = field(default_factory=EndTimeouts)
    tells_telephony: bool = False
    tells_crm: bool = False
    tells_crm_of_demo: bool = False
