"""Puts the live server together: database, model, calls in progress, CRM, web application."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import getnode, uuid4

from prometheus_client import CollectorRegistry

from callrisk.background.retry import RETRIES, RetryTable
from callrisk.bootstrap.configured_language import HeldLanguage, configured_language
from callrisk.bootstrap.crm import configured_access
from callrisk.bootstrap.customer_tables.customers_table import known_customers
from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.login.configured_provider import login_ways
from callrisk.bootstrap.metrics.disk_figures import disk_room, folders_of
from callrisk.bootstrap.metrics.exposing import MetricsOf, exposed
from callrisk.bootstrap.metrics.figures import register_figures
from callrisk.bootstrap.metrics.live_metrics import LiveMetrics
from callrisk.bootstrap.metrics.server_figures import server_groups
from callrisk.bootstrap.verify_audit_command import anchor_keys, audit_folder
from callrisk.crm.directory import CrmAccess
from callrisk.crm.records import Customers
from callrisk.crm.service import Crm
from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.customer import SearchState
from callrisk.domain.event_types import EventType
from callrisk.domain.jobs.stored_job import SCORE, TRAIN
from callrisk.domain.masking import Masking
from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.receiver_address import AllowedPlaces, networks_of
from callrisk.ingest.source_health import Sources
from callrisk.integrations.recordings import recordings
from callrisk.integrations.webhooks.webhook_post import WebhookPost
from callrisk.live.call_intake import CallIntake
from callrisk.live.call_rows import CallRows
from callrisk.live.follower import LiveCalls
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.live.servers.job_runner import JobRunner
from callrisk.live.servers.ownership import Leased, Nothing
from callrisk.live.servers.pipeline_runs import PipelineRuns
from callrisk.live.servers.role import Role
from callrisk.live.servers.server_language import ServerLanguage
from callrisk.live.servers.upkeep import Upkeep
from callrisk.live.webhooks.webhook_sender import WebhookSender
from callrisk.live.webhooks.webhook_service import WebhookService
from callrisk.people.accounts import Accounts
from callrisk.people.auditing import Anchors, Auditor
from callrisk.people.sessions import Sessions
from callrisk.people.signing_keys import visitor_keys
from callrisk.replay.demo import DemoReplay
from callrisk.settings import Settings
from callrisk.store.calls import Store
from callrisk.store.ciphers.key_ring import KeyPurpose
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.contacting.contact_store import ContactStore
from callrisk.store.customer_segments.segment_store import SegmentStore
from callrisk.store.earlier_calls import import_earlier_calls
from callrisk.store.facts.customer_queries import CustomerQueries
from callrisk.store.facts.day_queries import DayQueries
from callrisk.store.facts.operation_queries import OperationQueries
from callrisk.store.facts.usual_queries import UsualQueries
from callrisk.store.jobs.asked_jobs import AskedJobs
from callrisk.store.jobs.job_claims import JobClaims
from callrisk.store.keeping.customer_data import CustomerData
from callrisk.store.leases import Leases
from callrisk.store.people.audit_log import AuditLog
from callrisk.store.people.people_store import PeopleStore
from callrisk.store.queries import Queries
from callrisk.store.search.call_search import CallSearch
from callrisk.store.search.saved_searches import SavedSearches
from callrisk.store.search.search_cursors import SearchCursors
from callrisk.store.watching.database_errors import count_errors
from callrisk.store.webhooks.webhook_store import WebhookStore
from callrisk.store.working.correction_queries import CorrectionQueries
from callrisk.store.working.escalation_queries import EscalationQueries
from callrisk.web import sockets
from callrisk.web.access.call_followers import CallFollowers
from callrisk.web.access.requesters import Requesters
from callrisk.web.access.socket_access import SocketAccess
from callrisk.web.app import Server, WebSettings, make_flask
from callrisk.web.app_state import AppState
from callrisk.web.limits.rate_limits import Rate, RateLimits
from callrisk.web.wallboard_push import WallboardPush
from callrisk.wire.visitor_address import VisitorSeal

_METRICS_OF = {
    Role.ALL: MetricsOf.SERVER, Role.WEB: MetricsOf.SERVER, Role.ASSESS: MetricsOf.ASSESS,
    Role.JOBS: MetricsOf.JOBS,
}  # fmt: skip

# Pushes an event of this type and payload to the screens of an agent.
Push = Callable[[EventType, Payload, str], None]


def create_app(
    settings: Settings, crm: CrmAccess | None = None, retries: RetryTable = RETRIES,
    language: HeldLanguage | None = None, role: Role = Role.ALL,
) -> Server:  # fmt: skip
    """Return the server; DatabaseError when the database cannot be opened.

    Without `crm` the one that the settings name is used, if there is one; so is `language`.
    """
    socketio, env = sockets.make_socketio(), settings.env
    access = crm or configured_access(settings, retries)
    held = language or configured_language(settings)
    watch = LiveMetrics(CollectorRegistry(), utc_now)
    parts = _Parts(access, retries, held, watch)
    followers = CallFollowers(socketio)
    state = _state(settings, partial(sockets.push_to_owners, socketio, followers), parts, role)
    keys, secret = state.accounts.auditor.log.subjects.keys, env.flask_secret_key.get_secret_value()
    visitors = visitor_keys(lambda: keys.ring, secret, keys.ring_as_kept)
    web = WebSettings(
        settings.root, secret, env.api_port, env.allowed_origins, env.known_hosts,
        env.trusted_proxies, settings.is_production, watch.answered, VisitorSeal(visitors),
        _log_key(state.accounts), _framed_by(settings),
    )  # fmt: skip
    wallboard = WallboardPush(socketio, state.rows, followers.readers)
    sockets_access = SocketAccess(
        followers, state.requesters, state.queries, web.outside, state.accounts.auditor
    )
    app = make_flask(web, state, socketio, wallboard, sockets_access)
    anchors = Anchors(
        audit_folder(settings), f"{role}-{env.api_port}",
        anchor_keys(settings, state.accounts.auditor.log),
    )  # fmt: skip
    errors = count_errors(state.store.engine)
    groups = server_groups(state, errors, lambda: sockets_access.count, follows=role.follows)
    register_figures(watch.registry, {**groups, "disk": partial(disk_room, folders_of(settings))})
    return Server(
        app, socketio, state, wallboard, sockets_access, env.replay_calls, role, anchors,
        exposed(watch.registry, env.metrics_port, _METRICS_OF[role]),
    )  # fmt: skip


def _framed_by(settings: Settings) -> tuple[str, ...]:
    """Return the origins of the tablet app; in production it has that of the server."""
    if settings.is_production:
        return ()
    port = settings.env.tablet_port
    return f"http://localhost:{port}", f"http://127.0.0.1:{port}"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a server that its settings do not name."""

    access: CrmAccess | None
    retries: RetryTable
    held: HeldLanguage
    watch: LiveMetrics


def _state(settings: Settings, push: Push, parts: _Parts, role: Role) -> AppState:
    access, retries, held, watch = parts.access, parts.retries, parts.held, parts.watch
    engine = opened(settings)
    import_earlier_calls(engine, settings.processed_dir / "earlier_calls.csv")
    # A backup that was restored, or an old export, may have brought erased customers back.
    CustomerData(engine).erase_again()
    masking = Masking(settings.masked_kinds)
    store, queries = Store(engine, masking), Queries(engine)
    customers, rows = known_customers(settings, queries, access), CallRows(queries)
    place = _place(settings, role)
    crm = None if access is None else Crm(access, customers, store, retries, place)
    champion = ServedChampion(
        settings.models_dir, not settings.is_production, held.language.version
    )

    lookups = _Lookups(crm, customers, lambda: role is Role.ALL and live.ownership.servers == 1)

    def publish(event: LoggedEvent, agent_id: str) -> None:
        if role.answers:
            # First, and again when a push is tried again: an event that is given up is in the rows.
            rows.take(event)
            push(event.type, customers.shown(event), agent_id)
            watch.pushed(event)
        lookups.take(event)

    playbook = ServedPlaybook(settings.own_playbook, settings.customer_fields)
    policy = _policy(settings, access, held)
    live = LiveCalls(store, champion, customers.find, publish, policy, playbook)
    if role.assesses:
        leases = Leases(engine, f"{place}{uuid4().hex}", place)
        live.ownership = Leased(leases, utc_now, time.monotonic)
    else:
        live.ownership = Nothing()
    intake = CallIntake(store, live, held.language, masking=masking)
    people = PeopleStore(engine)
    sessions = Sessions(people, utc_now, queries.has_active_call)
    auditor = Auditor(AuditLog(engine, f"{place}{uuid4().hex[:12]}"[-64:]))
    secret = settings.env.flask_secret_key.get_secret_value()
    accounts = Accounts(people, sessions, secret, auditor, login_ways(settings))
    accounts.keep_sealed(utc_now())
    return AppState(
        store, queries, champion, live, intake, rows,
        ServerLanguage(store, held.language, held.fault, champion),
        Upkeep(store, settings.kept, accounts.keep_sealed),
        _jobs(settings, store, place), customers, _demo_replay(settings, intake, live),
        Sources(SourceReports(engine)), crm, settings.thresholds, settings.env.app_env, accounts,
        Requesters(accounts.sessions, settings.demands_login, settings.is_production),
        _limits(settings), _webhooks(settings, store, place),
        EscalationQueries(engine), CallSearch(engine), SavedSearches(engine),
        SearchCursors(engine), CorrectionQueries(engine), UsualQueries(engine),
        OperationQueries(engine), DayQueries(engine), CustomerQueries(engine),
        SegmentStore(engine), ContactStore(engine),
        settings.contact_rules, settings.outcomes,
    )  # fmt: skip


def _log_key(accounts: Accounts) -> bytes | None:
    """Return what makes the names of persons in logs; None in a ring of an older version."""
    key = accounts.auditor.log.subjects.keys.ring.newest(KeyPurpose.LOG)
    return None if key is None else key.value


def _limits(settings: Settings) -> RateLimits:
    env = settings.env
    limits = {
        Rate.READING: env.limit_reading, Rate.WRITING: env.limit_writing,
        Rate.EXPORTS: env.limit_exports, Rate.SERVICES: env.limit_services,
        Rate.STRANGERS: env.limit_strangers,
    }  # fmt: skip
    return RateLimits(limits, env.redis_url.get_secret_value())


def _place(settings: Settings, role: Role) -> str:
    """Return what a process shares with those that ran in its place before.

    Two servers that share a database run on two machines, or at two ports; a process without a port
    has a place of its own.
    """
    own = settings.env.api_port if role.answers else f"{role}:{uuid4().hex}"
    # Two machines may bear one name, such as containers that were copied.
    return f"{socket.gethostname()}:{getnode():x}:{own}:"


def _jobs(settings: Settings, store: Store, place: str) -> JobRunner:
    """Return the runner of long jobs, and what it can do by kind."""
    runs = PipelineRuns(settings.root / "src" / "main.py", settings.output_dir, settings.raw_dir)
    claims = JobClaims(store.engine, f"{place}{uuid4().hex}", place)
    return JobRunner(AskedJobs(store.engine), claims, {TRAIN: runs.train, SCORE: runs.score})


def _webhooks(settings: Settings, store: Store, place: str) -> WebhookService:
    """Return the webhooks; on one's own machine in development they may lead to it."""
    allowed = AllowedPlaces(
        networks_of(settings.env.webhook_networks), own_machine=not settings.is_production
    )
    kept = WebhookStore(store.engine, f"{place}{uuid4().hex}", place)
    sender = WebhookSender(kept, WebhookPost(allowed), settings.kept.sent)
    return WebhookService(kept, sender, allowed)


def _policy(settings: Settings, access: CrmAccess | None, held: HeldLanguage) -> LivePolicy:
    return LivePolicy(
        concerns=held.language.concerns,
        sends_category=settings.writes_category,
        sends_results=access is not None and access.sink is not None,
        sends_demo_results=access is not None and access.demo,
    )


class _Lookups:
    """Has customers looked up in the CRM, by each server that shows or assesses their calls.

    A server that `is_alone` was told itself of every customer.
    """

    def __init__(self, crm: Crm | None, customers: Customers, is_alone: Callable[[], bool]) -> None:
        self._crm = crm
        self._customers = customers
        self._is_alone = is_alone
        # For whom a record that is not at hand was asked last, by call.
        self._asked: dict[str, str | None] = {}

    def take(self, event: LoggedEvent) -> None:
        """Look up a call that begins, or whose customer is another one; forget it at its end."""
        if self._crm is None:
            return
        if event.type == EventType.CALL_STARTED:
            self._crm.joining.ask(event.call_id)
        elif event.type == EventType.CUSTOMER_CHANGED and not self._is_alone():
            self._look_for(event.call_id, event.payload["customer_id"], self._crm)
        elif event.type == EventType.CALL_ENDED:
            self._asked.pop(event.call_id, None)
            self._crm.joining.over(event.call_id)

    def _look_for(self, call_id: str, customer_id: str | None, crm: Crm) -> None:
        """Ask once for a customer whom another server was told of."""
        status = self._customers.searches.status(call_id)
        is_searching = status is not None and status.state is SearchState.SEARCHING
        if customer_id is None or is_searching:
            return
        if self._customers.find(call_id, customer_id) is not None:
            return
        if self._asked.get(call_id) != customer_id:
            self._asked[call_id] = customer_id
            crm.joining.ask_again(call_id)


def _demo_replay(settings: Settings, intake: CallIntake, live: LiveCalls) -> DemoReplay | None:
    if settings.is_production:
        return None
    recorded = recordings(settings.raw_dir / "recorded_calls")
    return DemoReplay(recorded, intake, live, settings.env.replay_speed)
