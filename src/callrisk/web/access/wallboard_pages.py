"""A wallboard: added by an administrator, begun in its own browser by a link that works once."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callrisk.domain.access.audit_record import Deed
from callrisk.domain.access.policy_table import Operation, Reach
from callrisk.domain.time import utc_now
from callrisk.people.administration import NewSecret
from callrisk.web.access.access_pages import own_address, page
from callrisk.web.access.access_words import WORDS
from callrisk.web.access.admin_pages import sessions_page, teams_of
from callrisk.web.access.admin_words import ADMIN_WORDS
from callrisk.web.access.guards import needs, open_to_all
from callrisk.web.app_state import app_state

wallboard_pages = Blueprint("wallboard_pages", __name__)

_LONGEST_NAME = 256


@wallboard_pages.post("/admin/wallboards")
@needs(Operation.CHANGE_PERSONS)
def add_wallboard() -> Response:
    """Make the link of a wallboard, which is shown once."""
    accounts, form = app_state().accounts, request.form
    name, teams = form.get("name", "").strip()[:_LONGEST_NAME], form.getlist("teams")
    if not name or not teams or not set(teams_of(accounts.persons.all())) >= set(teams):
        return sessions_page(fault=ADMIN_WORDS["wallboard_unfit"])
    link = accounts.sessions.offer_device(name, teams)
    return sessions_page(secret=NewSecret(own_address(f"/wallboard?link={link}"), name))


@wallboard_pages.get("/wallboard")
@open_to_all
def show_wallboard() -> AnyResponse:
    """Ask whether this browser is the one: what only looks at a link does not use it up.

    Without a link, who may see the calls of others is led to their wallboard.
    """
    link = request.args.get("link", "")
    if not link and _sees_others():
        asked = {"wall": "1", **request.args}
        return redirect(f"/?{urlencode(asked)}", HTTPStatus.SEE_OTHER)
    is_open = app_state().accounts.sessions.kept.is_offered(link, utc_now())
    return _asked(link) if is_open else _over()


@wallboard_pages.post("/wallboard")
@open_to_all
def begin_wallboard() -> AnyResponse:
    """Make this browser the wallboard of a link; whoever is logged in here is logged out."""
    state, link = app_state(), request.form.get("link", "")
    sessions, before = state.accounts.sessions, state.requesters.token(request.cookies)
    token = sessions.begin_device(link)
    begun = None if token is None else sessions.of_token(token)
    if token is None or begun is None or begun.session is None:
        return _over()
    left = sessions.of_token(before)
    if left is not None and left.session is not None:
        sessions.end(left.session.session_id)
    deed = Deed(
        begun.subject.subject_id, "begin_wallboard", f"session {begun.session.session_id}",
        request.remote_addr or "", {},
    )  # fmt: skip
    state.accounts.auditor.note(deed, utc_now())
    answer = redirect("/", HTTPStatus.SEE_OTHER)
    state.requesters.remember(answer, token)  # type: ignore[arg-type]
    return answer


def _sees_others() -> bool:
    known = app_state().requesters.known(request)
    reach = Reach.NONE if known is None else known.subject.reach(Operation.READ_CALL_ROWS)
    return reach >= Reach.TEAM


def _asked(link: str) -> Response:
    return page("wallboard.html", link=link)


def _over() -> Response:
    return page("wallboard.html", HTTPStatus.NOT_FOUND, link="", fault=WORDS["wallboard_over"])
