"""GET /api/session: who am I, and what may I do; POST says that a person is there."""

from secrets import token_urlsafe

from apiflask import APIBlueprint
from flask import request

from callrisk.domain.access.person import Means, Subject
from callrisk.domain.access.policy_table import Operation, Reach
from callrisk.web.access.guards import known_requester, needs
from callrisk.web.access.requesters import csrf_token, draft_key
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers
from callrisk.wire.base import wire_time
from callrisk.wire.people import SessionAnswer

# Everybody on this machine is one person; another start of the server makes another key.
_DEMO_DRAFTS = token_urlsafe()

session_routes = APIBlueprint("session_routes", __name__, url_prefix="/api/session", tag="people")


@session_routes.get("")
@answers(SessionAnswer)
@needs(Operation.READ_HEALTH, Operation.USE_OWN_SESSION)
def get_session() -> SessionAnswer:
    """Return who asks, the operations that are open, and what writes have to send along."""
    return _answer()


@session_routes.post("/use")
@answers(SessionAnswer)
@needs(Operation.USE_OWN_SESSION)
def use_session() -> SessionAnswer:
    """Note that a person is at the screen; a page says so at most once a minute."""
    return _answer()


def _answer() -> SessionAnswer:
    state, known = app_state(), known_requester()
    asks = known.subject
    sessions, token = state.accounts.sessions, state.requesters.token(request.cookies)
    by_cookie = asks.means in (Means.SESSION, Means.DEVICE)
    return SessionAnswer(
        subject_id=asks.subject_id,
        name=asks.name,
        means=asks.means,
        roles=sorted(asks.roles),
        agent_ids=sorted(asks.agent_ids),
        operations=[operation for operation in Operation if asks.may(operation)],
        csrf_token=csrf_token(token) if by_cookie else None,
        access_version=sessions.version,
        ends_at=None if known.session is None else wire_time(sessions.ends_at(known.session)),
        draft_key=_draft_key(asks, token),
        sees_all=asks.agents(Operation.READ_CALL_ROWS) is None,
        teams=_teams(asks),
    )


def _teams(asks: Subject) -> dict[str, list[str]]:
    """Return the agents of each team whose calls are open to somebody."""
    if asks.reach(Operation.READ_CALL_ROWS) < Reach.TEAM:
        return {}
    agents = asks.agents(Operation.READ_CALL_ROWS)
    teams: dict[str, set[str]] = {}
    for person in app_state().accounts.persons.all():
        names = person.agent_ids | {person.login}
        seen = names if agents is None else names & agents
        for team in person.teams if person.is_active and seen else ():
            teams.setdefault(team, set()).update(seen)
    return {team: sorted(teams[team]) for team in sorted(teams)}


def _draft_key(asks: Subject, token: str) -> str | None:
    """Return the key of a person's drafts; of the demonstration one that lasts as this server."""
    if asks.means is Means.SESSION:
        return draft_key(token)
    return draft_key(_DEMO_DRAFTS) if asks.means is Means.DEMO else None
