"""The user of an app: the person of the session, or anybody in development."""

import contextlib
import html
from dataclasses import dataclass
from http import HTTPStatus

import streamlit as st

from callrisk.dashboards.access.app_access import AppAccess, watch_of
from callrisk.dashboards.server_away import show_reconnecting
from callrisk.dashboards.texts import language, say
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.people import PersonsSession, SessionAnswer
from callrisk.wire.visitor_address import forwarded_address

_SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The user of an app at a live server; `session` is None in development without a login."""

    address: str
    session: SessionAnswer | None = None
    person: PersonsSession | None = None

    @property
    def api(self) -> LiveApi:
        """A connection to the live server, as this person."""
        return LiveApi(self.address, person=self.person, language=language())


def visitor_of(access: AppAccess) -> Visitor | None:
    """Return who runs the script; None, with a sentence on the page, for who may not.

    The middleware has let the page in; the script asks again, since it alone reads what is on disk.
    """
    if not access.demands_login:
        return Visitor(access.api)
    token = access.token(dict(st.context.cookies))
    try:
        session = _session(access, token)
    except LiveApiError as error:
        _show_refusal(access, error)
        return None
    _forget_others(session.subject_id)
    person = access.person(token, session.csrf_token or "", _address(access))
    visitor = Visitor(access.api, session, person)
    if watch_of(access.api, access.cookie).is_due_use(token):
        # What follows says so, if the server is away.
        with contextlib.suppress(LiveApiError):
            visitor.api.use_session()
    return visitor


def _address(access: AppAccess) -> str:
    """Return where the browser of this page is; empty for this machine."""
    if not access.proxies:
        return st.context.ip_address or ""
    forwarded = st.context.headers.get_all("X-Forwarded-For")
    return forwarded_address(",".join(forwarded), access.proxies)


def show_visitor(access: AppAccess, visitor: Visitor) -> None:
    """Draw the person's name, which leads to the own account and the way out."""
    if visitor.session is None:
        return
    link = access.account(st.context.headers.get("Host") or "", language())
    name, title = html.escape(visitor.session.name), html.escape(say("access.account"))
    st.html(
        f'<a class="account" href="{html.escape(link)}" target="_self" title="{title}">{name}</a>'
    )


def _session(access: AppAccess, token: str) -> SessionAnswer:
    if not token:
        raise LiveApiError("no session", HTTPStatus.UNAUTHORIZED)
    session = watch_of(access.api, access.cookie).known(token)
    if access.operation not in session.operations:
        raise LiveApiError("the role may not", HTTPStatus.FORBIDDEN)
    return session


def _show_refusal(access: AppAccess, error: LiveApiError) -> None:
    is_refused = error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    if not is_refused:
        show_reconnecting()
        return
    st.session_state.clear()
    st.error(say("access.denied"), icon=":material/lock:")


def _forget_others(subject_id: str) -> None:
    """Drop what another person did on this page before, should Streamlit go on with it."""
    if st.session_state.get(_SUBJECT, subject_id) != subject_id:
        st.session_state.clear()
    st.session_state[_SUBJECT] = subject_id
