"""The live server: the Flask application with its socket server, and the threads beside it."""

import logging
import mimetypes
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from apiflask import APIFlask
from flask import Response
from flask_cors import CORS
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from callrisk import __version__
from callrisk.background.signals import wait_for_signal
from callrisk.domain.event_types import EventType
from callrisk.live.first_use import load_ahead
from callrisk.live.servers.role import Role
from callrisk.people.auditing import Anchors
from callrisk.replay.demo import end_leftovers
from callrisk.store.database import close_database
from callrisk.store.store_away import STORE_AWAY_ERRORS
from callrisk.web import (
    contract,
    idempotency,
    outside,
    problems,
    request_watch,
    sockets,
    store_outage,
)
from callrisk.web.access import audit_hook, guards
from callrisk.web.access.access_pages import access_pages
from callrisk.web.access.admin_pages import admin_pages
from callrisk.web.access.app_visitors import AppVisitors
from callrisk.web.access.audit_page import audit_page
from callrisk.web.access.openid_pages import openid_pages
from callrisk.web.access.session_routes import session_routes
from callrisk.web.access.socket_access import SocketAccess
from callrisk.web.access.wallboard_pages import wallboard_pages
from callrisk.web.access.webhook_pages import webhook_pages
from callrisk.web.app_state import AppState
from callrisk.web.limits import limited_routes
from callrisk.web.pages import FRAMED_BY, pages
from callrisk.web.routes import BLUEPRINTS
from callrisk.web.serving import packed_files
from callrisk.web.serving.web_server import WebServer
from callrisk.web.wallboard_push import WallboardPush
from callrisk.web.webhooks import webhooks
from callrisk.wire.health import CheckResult, SourcesChanged
from callrisk.wire.visitor_address import VisitorSeal

logger = logging.getLogger(__name__)

_LARGEST_BODY = 1 << 20
_OF_ACCESS = (
    access_pages, openid_pages, admin_pages, wallboard_pages, audit_page, session_routes,
    webhook_pages,
)  # fmt: skip
_CHECK_SOURCES_EVERY_S = 1.0
# A thread that takes longer is left behind; the database loses nothing by it.
_ENDS_WITHIN_S = 1.5


@dataclass(frozen=True, slots=True)
class Server:
    """The application with its socket server; `start` starts the threads."""

    app: APIFlask
    socketio: SocketIO
    state: AppState
    wallboard: WallboardPush
    access: SocketAccess
    replay_calls: int
    role: Role = Role.ALL
    anchors: Anchors | None = None
    # What runs as long as the server serves, such as the answers to those who watch over it.
    beside: AbstractContextManager[object] = field(default_factory=nullcontext)
    stopped: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin what the role asks for; in development replay recorded calls."""
        state, role = self.state, self.role
        if role.follows:
            self._follow()
        if role.does_jobs:
            state.language.start()
            state.upkeep.start()
            state.jobs.start()
            state.webhooks.sender.start()
        if role.answers:
            self._begin("sources", self._push_source_changes)
            self._begin("wallboard", partial(self.wallboard.run, self.stopped))
            self._begin("sessions", partial(self.access.run, self.stopped))
            if self.anchors is not None:
                log = state.accounts.auditor.log
                self._begin("anchors", partial(self.anchors.run, log, self.stopped))
        if role is Role.ALL and state.replay is not None and state.replay.available:
            state.replay.run(self.replay_calls)

    def _follow(self) -> None:
        if self.role is Role.ALL:
            end_leftovers(self.state.queries, self.state.live)
        if self.state.crm is not None:
            self.state.crm.start()
        self._begin("live-calls", self.state.live.run)

    def _begin(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self.threads.append(thread)

    def serve(self, host: str, port: int) -> None:
        """Start, and answer requests until a signal says that it is enough, or only wait for it.

        OSError for a port in use: then nothing was started.
        """
        with self._listening(host, port) as listening, self.beside:
            if self.role.answers or self.role.follows:
                self._begin("first-use", load_ahead)
            self.start()
            try:
                if isinstance(listening, socket.socket):
                    WebServer(self.app).run([listening])
                else:
                    wait_for_signal()
            finally:
                self.stop()

    def _listening(self, host: str, port: int) -> AbstractContextManager[socket.socket | None]:
        return socket.create_server((host, port)) if self.role.answers else nullcontext()

    def stop(self) -> None:
        """End what `start` began, after the step at hand, and close the database."""
        self.stopped.set()
        if self.state.replay is not None:
            self.state.replay.stop()
        if self.state.crm is not None:
            self.state.crm.stop()
        self.state.language.stop()
        self.state.upkeep.stop()
        self.state.live.stop()
        self.state.jobs.stop()
        self.state.webhooks.sender.stop()
        for thread in self.threads:
            thread.join(_ENDS_WITHIN_S)
        close_database(self.state.store.engine)

    def _push_source_changes(self) -> None:
        """Push within two seconds that a source of calls falls behind or recovers."""
        pushed: dict[str, CheckResult] = {}
        while not self.stopped.wait(_CHECK_SOURCES_EVERY_S):
            try:
                checks = self.state.source_checks()
            except STORE_AWAY_ERRORS:
                # Whoever asks is told, and the log has a line of each thread that needs the store.
                continue
            except Exception:
                logger.exception("cannot see how the sources are")
                continue
            if checks != pushed:
                pushed = checks
                changed = SourcesChanged(checks=checks).rendered()
                self.socketio.emit(str(EventType.SOURCES_CHANGED), changed)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The settings of the web server.

    Pages of `allowed_origins` may use it beside its own; `trusted_hosts` are further names of it.
    """

    root: Path
    secret_key: str
    port: int
    allowed_origins: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    is_secure: bool = False
    answered: request_watch.Answered = request_watch.nobody
    # What the apps sign the addresses of their visitors with; without it they are not believed.
    visitors: VisitorSeal | None = None
    # Of the ring, for the names of persons in logs; without it they hang on the secret key.
    log_key: bytes | None = field(default=None, repr=False)
    # Further origins whose pages may hold the touch page in a frame; our own origin always may.
    framed_by: tuple[str, ...] = ()

    @property
    def outside(self) -> outside.Outside:
        """Which hosts and origins are ours."""
        return outside.Outside(self.trusted_hosts, self.allowed_origins)


class RowNumber(IntegerConverter):
    """A number in a path, no larger than any that a database keeps."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def make_flask(
    web: WebSettings, state: AppState, socketio: SocketIO, wallboard: WallboardPush,
    access: SocketAccess,
) -> APIFlask:  # fmt: skip
    """Return the application; its routes, pages and sockets use `state`.

    RuntimeError for a route that the policy does not name.
    """
    app = APIFlask(
        __name__, title="callrisk", version=__version__, docs_path=None,
        template_folder=str(web.root / "templates"), static_folder=str(web.root / "static"),
    )  # fmt: skip
    # A Windows registry may call scripts plain text, which browsers told not to guess refuse.
    mimetypes.add_type("text/javascript", ".js")
    app.url_map.converters["int"] = RowNumber
    app.secret_key = web.secret_key
    if web.visitors is not None:
        app.wsgi_app = AppVisitors(  # type: ignore[method-assign]
            app.wsgi_app, web.visitors, is_secure=web.is_secure
        )
    if web.trusted_proxies:
        count = web.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    if web.is_secure:
        app.after_request(_demand_https)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    # The document is made once; with the host of whoever asks first it would be wrong for others.
    app.servers = [{"url": "/"}]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if web.allowed_origins:
        CORS(app, resources={"/api/*": {"origins": list(web.allowed_origins)}})
    app.extensions["callrisk"] = state
    app.config[FRAMED_BY] = web.framed_by
    request_watch.register(app, web.answered, is_behind_proxy=bool(web.trusted_proxies))
    request_watch.name_persons_by(app, web.log_key or web.secret_key.encode())
    problems.register(app)
    store_outage.register(app)
    outside.register(app, web.outside)
    limited_routes.register(app, state.limits)
    guards.register(app, state.requesters)
    audit_hook.register(app, state.accounts.auditor)
    contract.register(app)
    packed_files.register(app)
    idempotency.register(app)
    for blueprint in (pages, *_OF_ACCESS, *BLUEPRINTS, webhooks):
        app.register_blueprint(blueprint)
    guards.check_all_views(app)
    sockets.register(socketio, state.queries, wallboard, access)
    sockets.attach(socketio, app, web.outside)
    return app


def _demand_https(response: Response) -> Response:
    """Have browsers reach the server over https alone for a year."""
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
