"""The work of the ingest process beside taking calls in, with or without a stream."""

from collections.abc import Callable, Sequence

from callrisk.background.loop import Loop
from callrisk.domain.time import utc_now
from callrisk.ingest.stream import STREAM_SOURCE
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.retention import Retention

_DELETE_EVERY_S = 60
# The name of the source that stands for all loops beside the stream.
_CONNECT_SOURCE = "connect"


class Housekeeping:
    """Reports the sources once a second and deletes what is kept no longer once a minute."""

    def __init__(
        self, reports: SourceReports, quarantine: Quarantine, retention: Retention,
        loops: Sequence[Loop], report_stream: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self._reports = reports
        self._quarantine = quarantine
        self._retention = retention
        self._loops = loops
        self._report_stream = report_stream
        self._seconds = 0
        self._loop = Loop("housekeeping", self.step, 1.0)

    def start(self) -> None:
        """Begin."""
        # What another way of running reported once would look like a reader that fell silent.
        if self._report_stream is None:
            self._reports.forget(STREAM_SOURCE)
        if not self._loops:
            self._reports.forget(_CONNECT_SOURCE)
        self._loop.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._loop.stop()

    def step(self) -> int:
        """Report the sources; once a minute delete what is kept no longer."""
        if self._report_stream is not None:
            self._report_stream()
        if self._loops:
            self._report_connect()
        if self._seconds % _DELETE_EVERY_S == 0:
            self._quarantine.expire(utc_now())
            self._retention.delete_provisional(utc_now())
            self._retention.delete_drafts(utc_now())
            self._retention.delete_early_contacts(utc_now())
            self._retention.delete_sent(utc_now())
        self._seconds += 1
        return 0

    def _report_connect(self) -> None:
        problem = next(
            (f"{loop.name}: {loop.problem}" for loop in self._loops if loop.problem), None
        )
        self._reports.report(SourceState(_CONNECT_SOURCE, utc_now(), None, problem, {}))
