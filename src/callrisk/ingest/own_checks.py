"""How far our own side of Amazon Connect is: the reader's lag, and what lies in quarantine."""

from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.integrations.amazon.check import ConnectionCheck
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.connect.source_reports import SourceReports, SourceState

# The reader reports once a second.
_SILENT_S = 10
_NEVER_READ = Text(
    "ストリームはまだ一度も読まれていません: amazon_connect_integration.py ingest",
    "nobody has read the stream yet: amazon_connect_integration.py ingest",
)


def own_checks(reports: SourceReports, quarantine: Quarantine) -> list[ConnectionCheck]:
    """Two points beside those of `integrations.amazon.check`."""
    states = {one.name: one for one in reports.all()}
    stream, kept = states.get("stream"), quarantine.count()
    lag = ConnectionCheck("lag", None, _NEVER_READ) if stream is None else _lag(stream)
    held = Text(f"{kept} 件を 7 日間保管します", f"{kept} records, kept for 7 days")
    if kept:
        held = Text(
            f"{held.ja}。新しい版にした後は: replay --quarantine",
            f"{held.en}; after a new version: replay --quarantine",
        )
    return [lag, ConnectionCheck("quarantine", None, held)]


def _lag(stream: SourceState) -> ConnectionCheck:
    ago = int((utc_now() - stream.at).total_seconds())
    behind, problem = (stream.behind_ms or 0) / 1000, stream.problem or ""
    said = Text(
        f"{behind:.0f} 秒の遅れ（{ago} 秒前の報告） {problem}".strip(),
        f"{behind:.0f} s behind, reported {ago} s ago {problem}".strip(),
    )
    return ConnectionCheck("lag", stream.problem is None and ago < _SILENT_S, said)
