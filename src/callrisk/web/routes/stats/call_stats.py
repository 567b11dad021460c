"""Figures of ended calls by agent, team, day and week, of those whom the asker may see."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.operation.call_figures import CallSums, call_figures, renamed
from callrisk.domain.time import utc_now
from callrisk.store.facts.operation_queries import SumsBy
from callrisk.web.access.guards import needs, reachable_agents, subject
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.wire.stats.call_stats import CallStatsAnswer, CallStatsAsked, StatsBy

call_stats = APIBlueprint("call_stats", __name__, url_prefix="/api/stats", tag="calls")


@call_stats.get("/calls")
@answers(CallStatsAnswer)
@takes(CallStatsAsked)
@needs(Operation.READ_CALLS)
def read_call_stats(query_data: CallStatsAsked) -> CallStatsAnswer:
    """Return shares and means of ended calls, adjusted for the calls that each was given."""
    by = query_data.by
    period = query_data.period(utc_now().astimezone(JST).date())
    sums = app_state().operation.sums(
        SumsBy.AGENT if by in (StatsBy.AGENT, StatsBy.TEAM) else SumsBy.DAY, *period,
        demo=query_data.demo == "true", agent_ids=reachable_agents(),
    )  # fmt: skip
    # Calls of agents of no team are in none of its rows, those of agents of several in each.
    figures = replace(call_figures(_keyed(sums, by)), all=call_figures(sums).all)
    return CallStatsAnswer.of(by, period, figures)


def _teams() -> Mapping[str, Collection[str]]:
    """Return the teams of each agent id, of those that the asker is told of.

    An agent in reach may work in a further team too, of which the asker would see these calls only.
    """
    teams = app_state().accounts.persons.teams_of_agents()
    if reachable_agents() is None:
        return teams
    own = {team for name in subject().agent_ids for team in teams.get(name, ())}
    return {name: own.intersection(of_agent) for name, of_agent in teams.items()}


def _keyed(sums: list[CallSums], by: StatsBy) -> list[CallSums]:
    """Return the sums by what was asked for; agents of no team have none."""
    if by is StatsBy.TEAM:
        return renamed(sums, _teams())
    if by is StatsBy.WEEK:
        weeks: dict[str, list[str]] = defaultdict(list)
        for key in {one.key for one in sums}:
            day = date.fromisoformat(key)
            weeks[key].append((day - timedelta(days=day.weekday())).isoformat())
        return renamed(sums, weeks)
    return sums
