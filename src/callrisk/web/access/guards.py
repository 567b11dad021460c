"""The policy at every route: an operation of the table, or an explicit "anybody"."""

from collections.abc import Callable, Set
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from apiflask import APIFlask
from flask import Response, current_app, g, redirect, request

from callrisk.domain.access.person import Subject
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.wording import Text
from callrisk.people.sessions import Known
from callrisk.web.access.requesters import Requesters
from callrisk.web.limits.limited_routes import limit_of
from callrisk.web.refusal_words import refuse
from callrisk.web.request_watch import name_person

View = TypeVar("View", bound=Callable[..., Any])

LOGIN_PATH, ACCOUNT_PATH = "/login", "/account"
_OPERATIONS, _IS_PAGE, _IS_OPEN = "_operations", "_is_page", "_is_open"
# Views that are not ours: files without a word of anybody, and the description of the routes.
_OPEN_ENDPOINTS = frozenset({"static"})
_FOREIGN_VIEWS = {"openapi.spec": (Operation.READ_HEALTH,)}
_NO_TOKEN = Text(
    "X-CSRF-Token がないか、このログインのものではありません。画面を再読み込みしてください。",
    "X-CSRF-Token is missing or not that of this session; load the page anew.",
)
_FOREIGN_AGENT = Text(
    "agent_id: {agent_id} はあなたのものではありません。ほかのオペレーターを指定できるのは、"
    "calls:act_as の範囲を持つキーだけです。",
    "agent_id: {agent_id} is none of yours; a key with the scope calls:act_as may name other "
    "agents.",
)
_NO_LOGIN = Text(
    "先にログインするか、Authorization でキーを送ってください。",
    "Log in first, or send a key in Authorization.",
)
_NO_RIGHTS = Text(
    "この操作の権限がありません。管理者に確認してください。",
    "Your role may not do this. Ask an administrator.",
)
_NEW_PASSWORD = Text("先に新しいパスワードを決めてください。", "Choose a new password first.")


def needs(*operations: Operation, is_page: bool = False) -> Callable[[View], View]:
    """Let only those call a view who may do one of the operations.

    Who is not logged in and asks for a page is sent to the login.
    """

    def decorate(view: View) -> View:
        setattr(view, _OPERATIONS, operations)
        setattr(view, _IS_PAGE, is_page)
        return view

    return decorate


def open_to_all(view: View) -> View:
    """Let anybody call a view; it checks by itself what it must."""
    setattr(view, _IS_OPEN, True)
    return view


def register(app: APIFlask, requesters: Requesters) -> None:
    """Ask the policy before each request."""

    @app.before_request
    def check_request() -> Response | None:
        # What a browser asks before a request of another origin tells nothing and has no session.
        if request.endpoint is None or request.method == "OPTIONS":
            return None
        if _is_open(request.endpoint):
            return limit_of(None)
        known = requesters.known(request)
        if known is None:
            return limit_of(None) or _to_login()
        name_person(known.subject.subject_id)
        return limit_of(known) or check_policy(known)

    def check_policy(known: Known) -> Response | None:
        if not requesters.may_write(request, known):
            refuse(HTTPStatus.FORBIDDEN, _NO_TOKEN)
        g.known, g.operation = known, _allowed(known.subject)
        if g.operation is None:
            return _denied(known.subject)
        requesters.note_use(request, known, g.operation)
        return None


def check_all_views(app: APIFlask) -> None:
    """Raise RuntimeError for a route without an entry in the policy."""
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules()}:
        if not _is_open(endpoint, app) and not _operations(endpoint, app):
            raise RuntimeError(f"the route {endpoint} has no operation of the policy")


def operations_of(endpoint: str, app: APIFlask) -> tuple[Operation, ...]:
    """Return the operations that open a route; empty for one that is open to all."""
    return () if _is_open(endpoint, app) else _operations(endpoint, app)


def known_requester() -> Known:
    """Return who asks, of a request that passed the policy."""
    known: Known = g.known
    return known


def subject() -> Subject:
    """Return who asks, as the policy sees it."""
    return known_requester().subject


def reachable_agents() -> Set[str] | None:
    """Return the agents whose calls this request may see or change; None for all."""
    operation: Operation = g.operation
    return subject().agents(operation)


def may_reach(agent_id: str) -> bool:
    """Return True if this request may see or change the calls of an agent."""
    agents = reachable_agents()
    return agents is None or agent_id in agents


def must_act_as(agent_id: str | None) -> None:
    """Refuse a request that names an agent who is somebody else."""
    if agent_id is not None and not subject().may_act_as(agent_id):
        refuse(HTTPStatus.FORBIDDEN, _FOREIGN_AGENT, agent_id=agent_id)


def _is_open(endpoint: str, app: APIFlask | None = None) -> bool:
    views = (app or current_app).view_functions
    return endpoint in _OPEN_ENDPOINTS or getattr(views[endpoint], _IS_OPEN, False)


def _operations(endpoint: str, app: APIFlask | None = None) -> tuple[Operation, ...]:
    view = (app or current_app).view_functions[endpoint]
    found: tuple[Operation, ...] = getattr(view, _OPERATIONS, ())
    return found or _FOREIGN_VIEWS.get(endpoint, ())


def _allowed(asks: Subject) -> Operation | None:
    """Return the operation of this route with which the subject gets furthest."""
    allowed = [one for one in _operations(request.endpoint or "") if asks.may(one)]
    return max(allowed, key=asks.reach, default=None)


def _is_page() -> bool:
    view = current_app.view_functions[request.endpoint or ""]
    return bool(getattr(view, _IS_PAGE, False))


def _to_login() -> Response:
    if not _is_page():
        refuse(HTTPStatus.UNAUTHORIZED, _NO_LOGIN)
    return _redirect(f"{LOGIN_PATH}?{urlencode({'next': request.full_path.rstrip('?')})}")


def _denied(asks: Subject) -> Response:
    if not _is_page() or not asks.may(Operation.USE_OWN_SESSION):
        refuse(HTTPStatus.FORBIDDEN, _NEW_PASSWORD if asks.must_change_password else _NO_RIGHTS)
    # To where anybody who is logged in may be: the own account, with links to what is open.
    if not asks.must_change_password:
        return _redirect(f"{ACCOUNT_PATH}?denied")
    return _redirect(to_new_password(request.full_path.rstrip("?")))


def to_new_password(wanted: str) -> str:
    """Return the path where a new password is chosen, which then goes on to what was wanted."""
    return ACCOUNT_PATH if wanted == "/" else f"{ACCOUNT_PATH}?{urlencode({'next': wanted})}"


def _redirect(to: str) -> Response:
    answer = redirect(to, HTTPStatus.SEE_OTHER)
    assert isinstance(answer, Response)  # noqa: S101 - for the reader of types
    return answer
