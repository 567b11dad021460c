"""The pages of the login and the own account; plain forms, which work without a script."""

import re
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from callrisk.domain.access.audit_record import Deed
from callrisk.domain.access.person import Means, Person
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.people.accounts import NewAccount
from callrisk.people.local_login import Attempt, Outcome
from callrisk.people.logins import spelled_login
from callrisk.people.password_rules import SAME_PASSWORD, fault_of, hashed
from callrisk.reporting.facts import JST
from callrisk.store.people.kept_sessions import ProviderSession
from callrisk.web.access.access_words import (
    ROLE_WORDS,
    WORDS,
    page_language,
    spoken,
    words_in,
)
from callrisk.web.access.guards import known_requester, needs, open_to_all, to_new_password
from callrisk.web.access.requesters import csrf_token
from callrisk.web.app_state import app_state

access_pages = Blueprint("access_pages", __name__)

# A path of this server, and nothing that a browser takes for another one.
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*")
_LONGEST_LABEL = 100


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
    """Return a page in the language of its reader; never kept by a browser."""
    language = page_language()
    requesters = app_state().requesters
    token = requesters.token(request.cookies)
    # The other language of the same page.
    other = {"lang": "ja" if language == "en" else "en"}
    answer = make_response(
        render_template(
            f"access/{template}", language=language, t=words_in(language),
            say=lambda text: spoken(text, language), csrf=csrf_token(token) if token else "",
            other_language=other["lang"], next=safe_path(request.values.get("next", "")), **values,
        ),
        status,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def safe_path(asked: str) -> str:
    """Return a path of this server to go on to; "/" for anything else."""
    return asked if _PATH.fullmatch(asked) and not urlsplit(asked).netloc else "/"


def own_address(path: str) -> str:
    """Return the whole address of a path, under the name that the browser used."""
    scheme = "https" if app_state().requesters.is_secure else request.scheme
    return f"{scheme}://{request.host}{path}"


@access_pages.get("/login")
@open_to_all
def show_login() -> AnyResponse:
    """The form of the login; who is logged in goes on."""
    access = app_state()
    known = access.requesters.known(request)
    if known is not None and known.session is not None:
        return redirect(safe_path(request.values.get("next", "")), HTTPStatus.SEE_OTHER)
    # A provider sends the state of a logout back.
    is_out = "out" in request.args or request.args.get("state") == "out"
    done = WORDS["logged_out"] if is_out else None
    return _login(done=done)


@access_pages.post("/login")
@open_to_all
def log_in() -> AnyResponse:
    """Log in with what was typed, or say that it was wrong."""
    state, form = app_state(), request.form
    attempt = Attempt(
        form.get("login", ""), form.get("password", ""), form.get("code", ""),
        request.remote_addr or "",
    )  # fmt: skip
    tried = state.accounts.local_login.attempt(attempt, utc_now())
    person = None if tried.person_id is None else state.accounts.persons.person(tried.person_id)
    if tried.outcome is Outcome.DONE and person is not None:
        return begin_session(person, safe_path(form.get("next", "")))
    _note_login(f"account {spelled_login(attempt.login)}", str(tried.outcome))
    status = (
        HTTPStatus.TOO_MANY_REQUESTS if tried.outcome is Outcome.CLOSED else HTTPStatus.UNAUTHORIZED
    )
    answer = _login(fault=WORDS[str(tried.outcome)], status=status)
    if tried.closed_until is not None:
        seconds = (tried.closed_until - utc_now()).total_seconds()
        answer.headers["Retry-After"] = str(max(1, round(seconds)))
    return answer


def begin_session(person: Person, to: str, provider: ProviderSession | None = None) -> AnyResponse:
    """Begin a session with a token of its own, end the one before, and go on."""
    requesters = app_state().requesters
    before = requesters.sessions.of_token(requesters.token(request.cookies))
    if before is not None and before.session is not None:
        requesters.sessions.end(before.session.session_id)
    _note_login(f"person {person.person_id}", "done")
    token = requesters.sessions.begin(person, _label(), provider)
    asks = requesters.sessions.subject_of(person)
    if asks.must_change_password:
        answer = make_response(redirect(to_new_password(to), HTTPStatus.SEE_OTHER))
        requesters.remember(answer, token)
        return answer
    home = to if to != "/" or asks.may(Operation.READ_CALL_ROWS) else "/admin"
    if home == "/admin" and not asks.may(Operation.READ_PERSONS):
        home = "/audit" if asks.may(Operation.READ_AUDIT) else "/account"
    answer = make_response(redirect(home, HTTPStatus.SEE_OTHER))
    requesters.remember(answer, token)
    return answer


def _note_login(who: str, outcome: str) -> None:
    """Note a try to log in; what was typed in vain, which may be a password, as a hash."""
    if outcome != "done":
        who = f"sha256:{sha256(who.encode()).hexdigest()[:16]}"
    deed = Deed(who, "log_in", "", request.remote_addr or "", {"outcome": outcome})
    app_state().accounts.auditor.note(deed, utc_now())


@access_pages.get("/first-admin")
@open_to_all
def show_first_admin() -> AnyResponse:
    """The form that makes the first administrator."""
    return page("first_admin.html")


@access_pages.post("/first-admin")
@open_to_all
def make_first_admin() -> AnyResponse:
    """Make an administrator with the code that the server's console showed."""
    state, form = app_state(), request.form
    new = NewAccount(form.get("login", ""), form.get("name", ""), form.get("password", ""))
    made = state.accounts.make_first_admin(
        form.get("code", ""), new, request.remote_addr or "", utc_now()
    )
    if isinstance(made, Text):
        return page("first_admin.html", HTTPStatus.UNPROCESSABLE_ENTITY, fault=made)
    return begin_session(made, "/account")


@access_pages.get("/account")
@needs(Operation.USE_OWN_SESSION, is_page=True)
def show_account() -> AnyResponse:
    """The own account."""
    return _account()


@access_pages.post("/account/password")
@needs(Operation.USE_OWN_SESSION)
def change_password() -> AnyResponse:
    """Change the own password; all other sessions of the person end."""
    state, person = app_state(), _own_person()
    if person is None:
        return _account()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if not state.accounts.local_login.confirms(person.person_id, old, utc_now()):
        return _account(fault=WORDS["wrong"], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    fault = SAME_PASSWORD if new == old else fault_of(new, (person.login, person.name))
    if fault is not None:
        return _account(fault=fault, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    state.accounts.persons.set_password(person.person_id, hashed(new), must_change=False)
    session = known_requester().session
    state.accounts.sessions.end_of_person(person.person_id, session.session_id if session else None)
    to = safe_path(request.form.get("next", ""))
    if person.must_change_password and to != "/":
        # To the page that was asked for before.
        return redirect(to, HTTPStatus.SEE_OTHER)
    return _account(done=WORDS["password_changed"])


@access_pages.post("/account/codes")
@needs(Operation.USE_OWN_SESSION)
def change_codes() -> AnyResponse:
    """Use one-time codes from now on, or no more; both ask for the password."""
    state, person, form = app_state(), _own_person(), request.form
    if person is None:
        return _account()
    if not state.accounts.local_login.confirms(person.person_id, form.get("old", ""), utc_now()):
        return _account(fault=WORDS["wrong"], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if person.has_totp:
        state.accounts.persons.set_totp(person.person_id, None)
        state.accounts.sessions.look_again()
        return _account(done=WORDS["totp_removed"])
    secret, code = form.get("secret", ""), form.get("code", "")
    if not state.accounts.codes.enrol(person.person_id, secret, code, utc_now()):
        return _account(fault=WORDS["wrong"], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    state.accounts.sessions.look_again()
    return _account(done=WORDS["totp_done"])


@access_pages.post("/account/sessions/<int:session_id>/end")
@needs(Operation.USE_OWN_SESSION)
def end_own_session(session_id: int) -> AnyResponse:
    """Log one of the own devices out."""
    state, person = app_state(), _own_person()
    mine = () if person is None else state.accounts.sessions.kept.of_person(person.person_id)
    if session_id in {session.session_id for session in mine}:
        state.accounts.sessions.end(session_id)
    return _account(done=WORDS["session_ended"])


def _login(
    fault: Text | None = None, done: Text | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    state = app_state()
    return page(
        "login.html", status, fault=fault, done=done, typed=request.form.get("login", ""),
        needs_admin=not state.accounts.has_admin(), openid=state.accounts.openid,
        passwords=state.accounts.takes_passwords, lacks_https=state.requesters.lacks_https(request),
    )  # fmt: skip


def _account(
    fault: Text | None = None, done: Text | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    state, known, person = app_state(), known_requester(), _own_person()
    asks, language = known.subject, page_language()
    sessions = [] if person is None else state.accounts.sessions.kept.of_person(person.person_id)
    enrols = person is not None and person.has_password and not person.has_totp
    return page(
        "account.html", status, fault=fault, done=done, person=person, subject=asks,
        is_demo=asks.means is Means.DEMO,
        roles=[spoken(ROLE_WORDS[role], language) for role in sorted(asks.roles)],
        sees_calls=asks.may(Operation.READ_CALL_ROWS),
        # Elsewhere the apps have ports of their own.
        sees_analytics=state.requesters.is_secure and asks.may(Operation.READ_ANALYTICS),
        works_on_calls=state.requesters.is_secure and asks.may(Operation.WORK_ON_CALLS),
        audits=asks.may(Operation.READ_AUDIT),
        administers=asks.may(Operation.READ_PERSONS), denied="denied" in request.args,
        sessions=[
            {
                "id": one.session_id, "label": one.label, "since": _moment(one.created_at),
                "used": _moment(one.used_at),
                "is_this": known.session is not None
                and one.session_id == known.session.session_id,
            }
            for one in sessions
        ],
        enrolment=state.accounts.codes.enrolment(person.login) if enrols and person else None,
    )  # fmt: skip


def _own_person() -> Person | None:
    session = known_requester().session
    if session is None or session.person_id is None:
        return None
    return app_state().accounts.persons.person(session.person_id)


def _moment(at: Any) -> str:
    return f"{at.astimezone(JST):%Y-%m-%d %H:%M}"


def _label() -> str:
    """Return what tells this session from others of the person: browser and address."""
    browser = _named_in_agent(("Edg", "Firefox", "Chrome", "Safari")).replace("Edg", "Edge")
    system = _named_in_agent(("Windows", "iPad", "iPhone", "Android", "Mac", "Linux"))
    return f"{browser} / {system} / {request.remote_addr}"[:_LONGEST_LABEL]


def _named_in_agent(names: Sequence[str]) -> str:
    return next((name for name in names if name in request.user_agent.string), "?")
