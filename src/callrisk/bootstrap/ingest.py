"""Puts the ingest process together: the reader of the stream, and what runs beside it."""

import argparse
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from hashlib import sha256
from uuid import getnode, uuid4

from prometheus_client import CollectorRegistry

from callrisk.background.file_lock import HeldError, locked
from callrisk.background.loop import Loop
from callrisk.bootstrap.aws import aws_settings, connect_api, seal_of
from callrisk.bootstrap.configured_language import configured_language
from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.metrics.exposing import MetricsOf, exposed
from callrisk.bootstrap.metrics.figures import register_figures
from callrisk.bootstrap.metrics.ingest_figures import ingest_groups
from callrisk.domain.masking import Masking
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.ingest.contact_follower import ContactFollower
from callrisk.ingest.contact_people import PeopleFinder
from callrisk.ingest.gap_filling import GapFiller
from callrisk.ingest.housekeeping import Housekeeping
from callrisk.ingest.language_watch import LOOK_EVERY_S, LanguageWatch
from callrisk.ingest.record_taker import RecordTaker
from callrisk.ingest.risk_attribute_sender import RiskAttributeSender
from callrisk.ingest.standby import RENEW_EVERY_S, Standby
from callrisk.ingest.stream import LOOK_BACK, StreamIngest
from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.settings import Settings, SettingsError
from callrisk.store.connect.checkpoints import Checkpoints
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.lookups import Lookups
from callrisk.store.connect.quarantine import Quarantine, Seal
from callrisk.store.connect.reading_lease import ReadingLease
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.intake import Contacts
from callrisk.store.retention import Retention
from callrisk.store.sending.outbox import Outbox
from callrisk.store.statements.language_in_use import LanguageInUse

logger = logging.getLogger(__name__)


def ingest(settings: Settings, options: argparse.Namespace) -> int:
    """Read the stream, and what is configured beside it, until stopped."""
    aws, engine = aws_settings(settings), opened(settings)
    language = configured_language(settings).language
    contacts = Contacts(engine, language, Masking(settings.masked_kinds))
    seal = seal_of(settings, engine)
    loops, checkpoints = loops_beside(settings, aws, contacts, seal), Checkpoints(engine)
    quarantine = Quarantine(engine, timedelta(days=settings.kept.quarantine))
    housekept = (SourceReports(engine), quarantine, Retention(engine, settings.kept), loops)
    watch = LanguageWatch(LanguageInUse(engine), language.version)
    watching = Loop("language", watch.step, LOOK_EVERY_S, (OutsideError,))
    registry = register_figures(CollectorRegistry(), ingest_groups(contacts, loops))
    metrics = exposed(registry, settings.env.metrics_port, MetricsOf.INGEST)
    if options.without_stream:
        with metrics:
            return _run_beside(loops, Housekeeping(*housekept), watching)
    stream_ingest = StreamIngest(
        aws.stream_title,
        RecordTaker(aws.stream_title, contacts, seal, aws.instance_id),
        checkpoints,
        SourceReports(engine),
    )
    reader = StreamReader(
        client("kinesis", aws),
        aws.stream,
        stream_ingest,
        stream_ingest.take,
        lambda: utc_now() - LOOK_BACK,
    )
    reader.lost = lambda: Gaps(engine).mark(utc_now())
    housekeeping = Housekeeping(
        *housekept, lambda: stream_ingest.report(reader.behind_ms, reader.problem)
    )
    with metrics, _place(settings) as place:
        lease = ReadingLease(engine, aws.stream_title, f"{place}{uuid4().hex}", place)
        standby = Standby(lease, reader.stop)

        def stop(*_: object) -> None:
            standby.stop()
            reader.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        if standby.wait_for_turn():
            stream_ingest.claim()
            besides = ", ".join(map(str, loops)) or "-"
            logger.info("reading stream %s, with %s", aws.stream_title, besides)
            renewing = Loop("lease", standby.renew, RENEW_EVERY_S, (OutsideError,))
            _run([renewing, housekeeping, watching, *loops], reader.run)
            standby.leave()
        return 1 if standby.is_lost else 0


@contextmanager
def _place(settings: Settings) -> Iterator[str]:
    """Yield what this process shares with those that ran in its place before.

    Of several on one data folder the first has its place, which the next one has once it ended; the
    others have each one of its own.
    """
    folder = settings.processed_dir
    folder.mkdir(parents=True, exist_ok=True)
    # Two machines may bear one name, such as containers that were copied.
    where = sha256(str(folder.resolve()).encode("utf-8")).hexdigest()[:12]
    own = "first"
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / "reader.lock", lambda: None, longest_s=0.0))
        except HeldError:
            own = uuid4().hex
        yield f"{socket.gethostname()}:{getnode():x}:{where}:{own}:"


def _run_beside(loops: list[Loop], housekeeping: Housekeeping, watching: Loop) -> int:
    if not loops:
        raise SettingsError(
            "することがありません。CONNECT_EVENTS_QUEUE_URL か CONNECT_INSTANCE_ID を書いて"
            "ください / nothing to do: set CONNECT_EVENTS_QUEUE_URL or CONNECT_INSTANCE_ID"
        )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())

    def wait() -> None:
        while not stopped.wait(1.0):
            pass

    _run([housekeeping, watching, *loops], wait)
    return 0


def _run(running: Sequence[Loop | Housekeeping], until: Callable[[], None]) -> None:
    for loop in running:
        loop.start()
    try:
        until()
    finally:
        for loop in running:
            loop.stop()


def loops_beside(
    settings: Settings, aws: AwsSettings, contacts: Contacts, seal: Seal
) -> list[Loop]:
    """Return the loops beside the stream, as far as they are configured."""
    steps: list[tuple[str, Callable[[], int], float]] = []
    if aws.events_queue_url:
        queue = ContactEventQueue(client("sqs", aws), aws.events_queue_url)
        follower = ContactFollower(queue, contacts, seal, aws.instance_id)
        steps.append(("contact-events", follower.step, 0.0))
    if aws.instance_id:
        engine, api = contacts.engine, connect_api(settings, aws)
        finder = PeopleFinder(api, Lookups(engine), contacts, settings.connect.agents)
        steps.append(("people", finder.step, 0.5))
        steps.append(("gaps", GapFiller(api, Gaps(engine), contacts).step, 10.0))
        if settings.writes_category:
            writer = RiskAttributeSender(api, Outbox(engine), settings.connect.risk_attribute)
            steps.append(("risk-attribute", writer.step, 0.5))
    away = (OutsideError,)
    return [Loop(name, step, pause_s, away) for name, step, pause_s in steps]
