"""The login by an identity provider, the way there and the way back; and the logout."""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.access.provider_login import ProviderError
from callrisk.domain.time import utc_now
from callrisk.people.openid.login_in_progress import LASTS
from callrisk.people.openid.openid_login import CameBack, OpenIdLogin, refusal_of
from callrisk.people.openid.refused_login import Refusal, RefusedError
from callrisk.web.access.access_pages import begin_session, own_address, page, safe_path
from callrisk.web.access.access_words import WORDS, page_language
from callrisk.web.access.guards import LOGIN_PATH, known_requester, needs, open_to_all
from callrisk.web.access.openid_words import REFUSALS
from callrisk.web.app_state import app_state
from callrisk.wire.people import openid_cookie

logger = logging.getLogger(__name__)

openid_pages = Blueprint("openid_pages", __name__)

_BACK = "/login/openid/callback"
_STATUS = {
    Refusal.AWAY: HTTPStatus.BAD_GATEWAY, Refusal.WRONG: HTTPStatus.BAD_GATEWAY,
    Refusal.STATE: HTTPStatus.BAD_REQUEST, Refusal.BROKEN_OFF: HTTPStatus.BAD_REQUEST,
}  # fmt: skip


@openid_pages.get("/login/openid")
@open_to_all
def begin_openid() -> AnyResponse:
    """Lead the browser to the provider's login."""
    openid = app_state().accounts.openid
    to = safe_path(request.args.get("next", ""))
    if openid is None:
        return redirect(f"{LOGIN_PATH}?{urlencode({'next': to})}", HTTPStatus.SEE_OTHER)
    try:
        login, url = openid.begin(to, page_language(), own_address(_BACK), utc_now())
    except ProviderError as error:
        return _refused(refusal_of(error).refusal, to)
    answer = make_response(redirect(url, HTTPStatus.SEE_OTHER))
    is_secure = app_state().requesters.is_secure
    answer.set_cookie(
        openid_cookie(is_secure, login.secrets.state), openid.sealed(login),
        max_age=int(LASTS.total_seconds()), path="/", secure=is_secure, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@openid_pages.get(_BACK)
@open_to_all
def end_openid() -> AnyResponse:
    """Log in the person who comes back from the provider, or say why not."""
    openid, state = app_state().accounts.openid, request.args.get("state", "")
    if openid is None:
        return redirect(LOGIN_PATH, HTTPStatus.SEE_OTHER)
    is_secure = app_state().requesters.is_secure
    name = openid_cookie(is_secure, state)
    answer = make_response(_ended(openid, state, request.cookies.get(name, "")))
    if name in request.cookies:
        answer.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="Lax")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _ended(openid: OpenIdLogin, state: str, cookie: str) -> AnyResponse:
    now, address = utc_now(), request.remote_addr or ""
    login = openid.opened(cookie, state, address, now)
    if login is None:
        return _refused(Refusal.STATE, "/")
    # The provider does not send the language back.
    g.language = login.language
    came = CameBack(
        request.args.get("code", ""), request.args.get("error", ""), request.args.get("iss"),
        address,
    )  # fmt: skip
    try:
        entered = openid.enter(login, came, now)
    except RefusedError as error:
        return _refused(error.refusal, login.to, error.subject)
    return begin_session(entered.person, safe_path(login.to), entered.provider)


@openid_pages.post("/login/openid/backchannel-logout")
@open_to_all
def end_openid_sessions() -> Response:
    """End the sessions that the provider says, which signs it; no browser takes part."""
    openid, fault, status = app_state().accounts.openid, "", HTTPStatus.OK
    try:
        if openid is None:
            raise ProviderError("no identity provider is set up")
        address = request.remote_addr or ""
        openid.end_sessions(request.form.get("logout_token", ""), address, utc_now())
    except ProviderError as error:
        logger.warning("back-channel logout: %s", error)
        fault = str(error)
        status = HTTPStatus.SERVICE_UNAVAILABLE if error.is_away else HTTPStatus.BAD_REQUEST
    # As section 2.8 of the specification has it.
    body = {"error": "invalid_request", "error_description": fault} if fault else {}
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


@openid_pages.post("/logout")
@needs(Operation.USE_OWN_SESSION)
def log_out() -> AnyResponse:
    """End the session, on all pages and sockets of it, and lead on to the provider's logout."""
    state, session, provider = app_state(), known_requester().session, None
    if session is not None:
        if state.accounts.openid is not None:
            provider = state.accounts.openid.logout_url(session, own_address(LOGIN_PATH))
        state.accounts.sessions.end(session.session_id)
    # A page of its own, as browsers do not let a form lead to another site.
    answer = make_response(
        redirect(f"{LOGIN_PATH}?out", HTTPStatus.SEE_OTHER)
        if provider is None
        else page("logged_out.html", done=WORDS["logged_out"], provider=provider)
    )
    state.requesters.forget(answer)
    return answer


def _refused(refusal: Refusal, to: str, subject: str | None = None) -> Response:
    """Return the page that says why; an administrator may need to know the subject."""
    status = _STATUS.get(refusal, HTTPStatus.FORBIDDEN)
    shown = subject if refusal is Refusal.TAKEN else None
    return page("openid_refused.html", status, fault=REFUSALS[refusal], again=to, subject=shown)
