"""Puts the parts together: the database, the model, the calls in progress, the doors."""

import csv
import hashlib
import logging
import mimetypes
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask_cors import CORS
from flask_socketio import SocketIO

from callrisk import __version__
from callrisk.background.retry import RETRIES, RetryTable
from callrisk.bootstrap.kintone import configured_access
from callrisk.crm.directory import CrmAccess
from callrisk.crm.records import Customers
from callrisk.crm.service import Crm
from callrisk.domain.call import TEXT_FIELDS, CallTotals
from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.customer import Customer
from callrisk.domain.event_types import EventType
from callrisk.ingest.source_health import Sources
from callrisk.integrations.recordings import recordings
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.replay.demo import Replay, end_leftovers
from callrisk.settings import Settings
from callrisk.store.calls import PastCall, Store
from callrisk.store.connect.checkpoints import Checkpoints
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from callrisk.web import problems, sockets
from callrisk.web.api import api
from callrisk.web.app_state import AppState
from callrisk.web.pages import pages
from callrisk.web.webhooks import webhooks

logger = logging.getLogger(__name__)

_IMPORT = "earlier_calls"
_LARGEST_BODY = 1 << 20
_WATCH_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Server:
    """The application with its socket server; `start` sets the threads going."""

    app: APIFlask
    socketio: SocketIO
    parts: AppState
    replay_calls: int
    stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Follow the log, and in development replay recorded calls."""
        parts = self.parts
        end_leftovers(parts.queries, parts.live)
        if parts.crm is not None:
            parts.crm.start()
        threading.Thread(target=parts.live.run, name="live-calls", daemon=True).start()
        threading.Thread(target=self._watch_sources, name="sources", daemon=True).start()
        if parts.replay is not None and parts.replay.available:
            parts.replay.run(self.replay_calls)

    def stop(self) -> None:
        """End what `start` began."""
        self.stopped.set()
        if self.parts.replay is not None:
            self.parts.replay.stop()
        if self.parts.crm is not None:
            self.parts.crm.stop()
        self.parts.live.stop()

    def _watch_sources(self) -> None:
        """Tell every page within two seconds when a source of calls falls behind or recovers."""
        told: dict[str, Any] = {}
        while not self.stopped.wait(_WATCH_EVERY):
            try:
                checks = self.parts.source_checks()
            except Exception:
                logger.exception("cannot see how the sources are")
                continue
            if checks != told:
                told = checks
                self.socketio.emit(EventType.SOURCES_CHANGED, {"checks": checks})


def create_app(
    settings: Settings, crm: CrmAccess | None = None, retries: RetryTable = RETRIES
) -> Server:
    """Build the server; DatabaseError when the database cannot be opened.

    Without `crm` the one of the settings is asked, if there is one.
    """
    app = APIFlask(
        __name__, title="callrisk", version=__version__, docs_path=None,
        template_folder=str(settings.root / "templates"),
        static_folder=str(settings.root / "static"),
    )  # fmt: skip
    # A Windows registry may call scripts plain text, which browsers told not to guess refuse.
    mimetypes.add_type("text/javascript", ".js")
    app.secret_key = settings.env.flask_secret_key.get_secret_value()
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    origins = [*_own_origins(settings.env.api_port), *settings.env.allowed_origins]
    if settings.env.allowed_origins:
        CORS(app, resources={"/api/*": {"origins": list(settings.env.allowed_origins)}})
    # Named, or engineio would take whatever asynchronous library happens to be installed; an empty
    # list of origins would let everyone in.
    socketio = SocketIO(
        app, async_mode="threading", cors_allowed_origins=origins, ping_interval=10, ping_timeout=5,
        max_http_buffer_size=1 << 16,
    )  # fmt: skip
    access = crm or configured_access(settings, retries)
    parts = _parts(settings, socketio, access, retries)
    app.extensions["callrisk"] = parts
    problems.register(app)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    app.register_blueprint(webhooks)
    sockets.register(socketio, parts.queries)
    return Server(app, socketio, parts, settings.env.replay_calls)


def _parts(
    settings: Settings, socketio: SocketIO, access: CrmAccess | None, retries: RetryTable
) -> AppState:
    engine = open_database(settings.database_url)
    store, queries = Store(engine), Queries(engine)
    _take_over_earlier_calls(settings.processed_dir / "earlier_calls.csv", store, queries)
    customers = _customers(settings, queries, access)
    crm = None if access is None else Crm(access, customers, store, retries)
    champion = ServedChampion(settings.models_dir, allow_demo=not settings.is_production)

    def publish(event: LoggedEvent, agent_id: str) -> None:
        sockets.push(socketio, event.type, customers.shown(event), agent_id)
        if crm is not None and event.type == EventType.CALL_STARTED:
            crm.joining.ask(event.call_id)
        elif crm is not None and event.type == EventType.CALL_ENDED:
            crm.joining.over(event.call_id)

    live = LiveCalls(
        store, champion, customers.find, publish,
        LivePolicy(
            tells_telephony=settings.writes_category,
            tells_crm=access is not None and access.sink is not None,
            tells_crm_of_demo=access is not None and access.demo,
        ),
    )  # fmt: skip
    hearing = CallIntake(store, live)
    replay = None
    if not settings.is_production:
        recorded = recordings(settings.raw_dir / "recorded_calls")
        replay = Replay(recorded, hearing, live, settings.env.replay_speed)
    return AppState(
        store, queries, champion, live, hearing, customers, replay, Sources(Checkpoints(engine)),
        crm, settings.thresholds, settings.env.app_env,
    )  # fmt: skip


def _own_origins(port: int) -> tuple[str, ...]:
    return (f"http://localhost:{port}", f"http://127.0.0.1:{port}")


def _customers(settings: Settings, queries: Queries, crm: CrmAccess | None) -> Customers:
    """The newest customers table of data/raw: until the CRM has answered, or in its place."""
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    records: dict[str, Customer] = {}
    path = settings.customer_table
    if crm is not None:
        pulled = settings.pulled_table
        path = pulled if pulled.is_file() else path
        # Nobody generated stands in for a real customer, and no real one for a generated one.
        path = path if path is not None and settings.is_demo(path) == crm.demo else None
    if path is not None and (crm is not None or not settings.is_production):
        as_of = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        try:
            found = read_customers(path, columns)
        except DataError as error:
            if crm is None:
                raise
            # The CRM will be asked about every call; nobody waits for a better table.
            logger.warning("starting without the customers table: %s", error)
            found = {}
        records = {one: replace(record, as_of=as_of) for one, record in found.items()}
    demo = (path is not None and settings.is_demo(path)) or (crm is not None and crm.demo)
    name = None if crm is None else crm.directory.name
    return Customers(records, settings.customer_fields, queries, demo, name)


def _take_over_earlier_calls(path: Path, store: Store, queries: Queries) -> None:
    if not path.is_file():
        return
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if queries.imported(_IMPORT) != sha256:
        store.replace_earlier_calls(_IMPORT, sha256, _past_calls(path))
        logger.info("took over the earlier calls of %s", path.name)


def _past_calls(path: Path) -> Iterator[PastCall]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            contract = row["contract_date"]
            yield PastCall(
                row["customer_id"],
                row["call_id"],
                datetime.fromisoformat(row["began_at"]),
                date.fromisoformat(contract) if contract else None,
                CallTotals(**{name: int(row[name]) for name in TEXT_FIELDS}),
            )
