"""Figures of ended calls by agent, team, day and week, of those whom the asker may see."""

from collections import defaultdict
from datetime import date, timedelta

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.operation.call_figures import CallSums, call_figures, renamed
from callrisk.domain.time import utc_now
from callrisk.store.facts.operation_queries import SumsBy
from callrisk.web.access.guards import needs, reachable_agents
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
    return CallStatsAnswer.of(by, period, call_figures(_keyed(sums, by)))


def _keyed(sums: list[CallSums], by: StatsBy) -> list[CallSums]:
    """Return the sums by what was asked for; agents of no team have none."""
    if by is StatsBy.TEAM:
        return renamed(sums, app_state().accounts.persons.teams_of_agents())
    if by is StatsBy.WEEK:
        weeks: dict[str, list[str]] = defaultdict(list)
        for key in {one.key for one in sums}:
            day = date.fromisoformat(key)
            weeks[key].append((day - timedelta(days=day.weekday())).isoformat())
        return renamed(sums, weeks)
    return sums
