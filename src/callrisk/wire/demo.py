"""The replay of recorded calls."""

from callrisk.wire.base import Wire


class DemoState(Wire):
    """The state of the replay: calls that play, recordings there are, and whether it goes on."""

    playing: int
    automatic: bool
    available: int


class DemoStarted(Wire):
    """A recorded call that began to play."""

    call_id: str


class DemoStopped(Wire):
    """The number of calls that were ended."""

    stopped: int
