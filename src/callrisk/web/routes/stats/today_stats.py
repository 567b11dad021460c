"""The operation of today, and the usual day beside it, of the calls that the asker may see."""

from dataclasses import replace
from datetime import datetime

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.operation.day_so_far import usual_day
from callrisk.domain.time import utc_now
from callrisk.web.access.guards import needs, reachable_agents
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.wire.sockets.wallboard import WallboardRow
from callrisk.wire.stats.today import EscalationsWaiting, TodayAnswer, TodayAsked, UsualDayAnswer

today_stats = APIBlueprint("today_stats", __name__, url_prefix="/api/stats", tag="calls")


@today_stats.get("/today")
@answers(TodayAnswer)
@takes(TodayAsked)
@needs(Operation.READ_CALLS)
def read_today(query_data: TodayAsked) -> TodayAnswer:
    """Return the calls in progress by category, the day so far, and the most urgent calls."""
    state, agents, now = app_state(), reachable_agents(), utc_now()
    demo = _demo(query_data)
    rows = [
        row
        for row in state.rows.every().rows
        if row.ended_at is None and demo in (None, row.demo)
        and (agents is None or row.agent_id in agents)
    ]  # fmt: skip
    so_far = state.days.so_far(now, demo=demo, agent_ids=agents)
    # Of calls in progress no facts are kept yet.
    open_today = sum(_began(row).astimezone(JST).date() == so_far.day for row in rows)
    waiting = state.escalations.all_waiting(agents)
    return TodayAnswer.of(
        now, rows, replace(so_far, begun=so_far.begun + open_today),
        EscalationsWaiting.of(waiting.count, waiting.since),
    )  # fmt: skip


def _demo(asked: TodayAsked) -> bool | None:
    return None if asked.demo is None else asked.demo == "true"


def _began(row: WallboardRow) -> datetime:
    return datetime.fromisoformat(row.started_at)


@today_stats.get("/usual_day")
@answers(UsualDayAnswer)
@takes(TodayAsked)
@needs(Operation.READ_CALLS)
def read_usual_day(query_data: TodayAsked) -> UsualDayAnswer:
    """Return what was usual at this time of this weekday in the eight weeks before."""
    now = utc_now()
    days = app_state().days.weekdays(now, demo=_demo(query_data), agent_ids=reachable_agents())
    return UsualDayAnswer.of(now.astimezone(JST).date().isoformat(), usual_day(days))
