"""The guards before both Streamlit apps, and the settings that their scripts are given."""

import atexit
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry

from callrisk.bootstrap.keys.configured_ring import KnownRing
from callrisk.bootstrap.logs.wished_logs import wished_log_file, wished_logs
from callrisk.bootstrap.metrics.exposing import MetricsOf, exposed
from callrisk.bootstrap.metrics.figures import register_figures
from callrisk.bootstrap.process import begin_process, keep_files_private
from callrisk.dashboards.access.app_access import AppAccess
from callrisk.dashboards.access.login_guard import login_guards
from callrisk.dashboards.browser_guard import Stack, guards, serve_below, serve_static_files
from callrisk.dashboards.data_tables.table_drafts import Uploads
from callrisk.dashboards.data_tables.upload_route import Routes, upload_routes
from callrisk.dashboards.error_details import show_traces
from callrisk.dashboards.tablet.quiet_errors import quiet_errors
from callrisk.domain.access.policy_table import Operation
from callrisk.people.signing_keys import visitor_keys
from callrisk.settings import Settings, SettingsError, load_to_serve
from callrisk.wire.people import session_cookie
from callrisk.wire.visitor_address import VisitorSeal


@dataclass(frozen=True, slots=True)
class AppKind:
    """An app: its path below the one origin of production, and the operation that opens it."""

    path: str
    operation: Operation
    metrics: MetricsOf
    log: str


MANAGER = AppKind("/manager", Operation.READ_ANALYTICS, MetricsOf.MANAGER, "manager.log")
TABLET = AppKind("/tablet", Operation.WORK_ON_CALLS, MetricsOf.TABLET, "tablet.log")


def middleware_of(root: Path, kind: AppKind) -> Stack:
    """Return what stands before an app; end the process with one line if a setting forbids it."""
    keep_files_private()
    try:
        settings = load_to_serve(root)
        access = access_to(settings, kind)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from error
    begin_process(wished_log_file(settings, kind.log), wished_logs(settings))
    registry = register_figures(CollectorRegistry(), {})
    metrics = ExitStack()
    metrics.enter_context(exposed(registry, settings.env.metrics_port, kind.metrics))
    atexit.register(metrics.close)
    if access.path:
        serve_below(access.path)
    known = settings.env.known_hosts
    if kind is not TABLET:
        return [*guards(known), *login_guards(access)]
    serve_static_files()
    return [*guards(known, _frames(access)), *login_guards(access), *quiet_errors()]


def routes_of(root: Path, kind: AppKind) -> Routes:
    """Return the routes of an app beside its pages: where tables are handed in."""
    settings = load_to_serve(root)
    uploads = Uploads(settings.raw_dir, settings.env.largest_upload_mb)
    return upload_routes(access_to(settings, kind).path, uploads)


def _frames(access: AppAccess) -> tuple[str, ...]:
    """Return the origins whose pages the tablet holds: the live server's where it is another."""
    if access.path:
        return ()
    return f"http://localhost:{access.api_port}", f"http://127.0.0.1:{access.api_port}"


def settings_of_script(root: Path) -> Settings:
    """Return the settings for one run of an app's script; SettingsError if it may not run."""
    settings = load_to_serve(root)
    show_traces(wanted=settings.shows_traces)
    return settings


def access_to(settings: Settings, kind: AppKind) -> AppAccess:
    """Return what an app demands of whoever opens it; SettingsError where the ring is away."""
    port = settings.env.api_port
    return AppAccess(
        api=f"http://127.0.0.1:{port}",
        demands_login=settings.demands_login,
        operation=kind.operation,
        cookie=session_cookie(settings.is_production),
        path=kind.path if settings.is_production else "",
        api_port=port,
        proxies=settings.env.trusted_proxies,
        seal=_seal_of(settings.root) if settings.demands_login else None,
    )


@cache
def _seal_of(root: Path) -> VisitorSeal:
    """Return what signs the addresses of visitors: one for a process, as KMS may keep the ring."""
    settings = load_to_serve(root)
    ring = KnownRing(settings)
    return VisitorSeal(visitor_keys(ring.now, settings.env.flask_secret_key.get_secret_value()))
