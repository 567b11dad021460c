"""The first page: the calls of this moment, the day so far beside its usual, and the model."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.category_bar import category_bar
from callrisk.dashboards.runs import Places
from callrisk.dashboards.score_words import signed
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.shared_answers import asked_once
from callrisk.dashboards.texts import language, plain, say, told
from callrisk.domain.evaluation import Skill
from callrisk.domain.operation.day_so_far import FEWEST_DAYS
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.health import HealthAnswer
from callrisk.wire.sockets.wallboard import WallboardRow
from callrisk.wire.stats.today import (
    CallsNow,
    EscalationsWaiting,
    TodayAnswer,
    UsualDayAnswer,
    UsualFigureAnswer,
    has_verdict,
)

# How old an answer may be; what is drawn each second is then less than two seconds old.
_NOW_FRESH_S, _HEALTH_FRESH_S, _USUAL_FRESH_S = 0.6, 0.9, 60.0
_NARROWEST = 150
_COUNT, _SHARE = "{:,.0f}".format, "{:.0%}".format
Write = Callable[[float], str]


def show(places: Places) -> None:
    """Draw the page; its content is refreshed every second."""
    frame.heading("today")
    _moment(places)
    frame.link_to("call_list", say("today.to_call_list"), ":material/call:")


@st.fragment(run_every="1s")
def _moment(places: Places) -> None:
    api = places.live_api
    try:
        health = asked_once(places, "health", api.health, _HEALTH_FRESH_S)
        demo = health.demo and health.environment != "production"
        today = asked_once(places, f"today {demo}", lambda: api.today(demo=demo), _NOW_FRESH_S)
        usual = asked_once(
            places, f"usual {demo}", lambda: api.usual_day(demo=demo), _USUAL_FRESH_S
        )
    except LiveApiError as error:
        _refused(api, error)
        return
    _marks(health)
    _now(today, usual)
    _urgent(today.urgent)
    _so_far(today, usual)
    _model(health)
    st.caption(say("live.as_of", time=frame.clock(today.as_of)))


def _refused(api: LiveApi, error: LiveApiError) -> None:
    if error.unreachable:
        show_server_away(api)
    else:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")


def _marks(health: HealthAnswer) -> None:
    frame.model_mark(health)
    frame.language_mark(health)
    frame.demo_mark(health.demo)
    frame.unproven_mark(health.skill is Skill.UNPROVEN)
    for check in health.checks.values():
        if check.behind_s is not None and check.message is not None:
            st.warning(plain(told(check, "message")), icon=":material/hourglass_top:")


def _now(today: TodayAnswer, usual: UsualDayAnswer) -> None:
    now = today.now
    with st.grid(4, min_column_width=_NARROWEST):
        _figure("calls", _COUNT(now.calls), _usual_words(usual.open, today, _COUNT))
        _figure("high", _COUNT(now.high), _of_judged(now))
        _figure("alerted", _COUNT(now.alerted), say("today.of_calls", n=now.calls))
        _figure("waiting", _COUNT(today.escalations.count), _since(today.escalations, today))
    if now.calls:
        category_bar(now)
    else:
        st.caption(say("today.no_calls"))


def _figure(key: str, value: str, below: str) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(say(f"today.{key}"), value, help=say(f"today.{key}_about"))
        st.caption(below)


def _of_judged(now: CallsNow) -> str:
    judged = now.high + now.medium + now.low
    if not judged:
        return say("today.none_judged")
    return say("today.of_judged", n=judged, share=f"{now.high / judged:.0%}")


def _since(waiting: EscalationsWaiting, today: TodayAnswer) -> str:
    if waiting.since is None:
        return say("today.none_waiting")
    seconds = datetime.fromisoformat(today.as_of) - datetime.fromisoformat(waiting.since)
    return say("today.waiting_since", time=frame.duration(max(seconds.total_seconds(), 0)))


def _weekday(day: str) -> str:
    return say(f"weekday.{date.fromisoformat(day).isoweekday()}")


def _usual_words(usual: UsualFigureAnswer | None, today: TodayAnswer, write: Write) -> str:
    """Return what is usual at this time of the weekday, or that too few days tell it."""
    weekday = _weekday(today.so_far.day)
    if usual is None:
        return say("today.no_usual", weekday=weekday, n=FEWEST_DAYS)
    low, high = write(usual.low), write(usual.high)
    return say("today.usual" if low != high else "today.usual_one", weekday=weekday,
               low=low, high=high)  # fmt: skip


def _urgent(rows: list[WallboardRow]) -> None:
    if not rows:
        return
    st.subheader(say("today.urgent"), anchor=False)
    st.dataframe(
        [_row(row) for row in rows], hide_index=True, key="urgent_table",
        column_config={
            say("live.score"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            )
        },
    )  # fmt: skip


def _row(row: WallboardRow) -> dict[str, object]:
    flags = {"escalated": row.escalated, "alerted": row.alerted, "demo": row.demo}
    marks = [say(f"live.is_{name}") for name, is_set in flags.items() if is_set]
    lasts = datetime.now(UTC) - datetime.fromisoformat(row.started_at)
    judged = has_verdict(row)
    return {
        say("live.score"): row.risk_score if judged else None,
        say("live.state"): _state(row) if judged else say(f"today.{_unjudged(row)}"),
        say("today.change"): signed(row.change_points or 0) if judged else "–",
        say("live.marks"): " · ".join(marks),
        say("live.customer"): row.customer_id or "–",
        say("live.agent"): row.agent_id or say("live.no_agent"),
        say("live.duration"): frame.duration(max(lasts.total_seconds(), 0)),
    }


def _state(row: WallboardRow) -> str:
    return str(row.risk_label_en if language() == "en" else row.risk_label)


def _unjudged(row: WallboardRow) -> str:
    return "unscored" if row.risk_score is None else "listening"


def _so_far(today: TodayAnswer, usual: UsualDayAnswer) -> None:
    so_far = today.so_far
    st.subheader(say("today.so_far", weekday=_weekday(so_far.day)), anchor=False)
    high = so_far.high / so_far.scored if so_far.scored else None
    shown = (
        ("begun", _COUNT(so_far.begun), usual.begun, _COUNT),
        ("ended", _COUNT(so_far.ended), usual.ended, _COUNT),
        ("ended_high", "–" if high is None else _SHARE(high), usual.high_share, _SHARE),
        ("escalated", _COUNT(so_far.escalated), usual.escalated, _COUNT),
    )
    with st.grid(4, min_column_width=_NARROWEST):
        for key, value, of_day, write in shown:
            _figure(key, value, _usual_words(of_day, today, write))
    st.caption(say("today.so_far_about", days=usual.days))


def _model(health: HealthAnswer) -> None:
    st.subheader(say("today.model"), anchor=False)
    with st.grid(2, min_column_width=300):
        with st.container(border=True, height="stretch"):
            if health.model_version is None or health.skill is None:
                st.markdown(f"**{say('live.no_model')}**")
                frame.link_to("training", say("training.title"), ":material/model_training:")
            else:
                st.markdown(f"**{say(f'today.model_{health.skill}')}**")
                st.caption(plain(health.model_version))
                frame.link_to("overview", say("overview.title"), ":material/verified:")
        with st.container(border=True, height="stretch"):
            _sources(health)


def _sources(health: HealthAnswer) -> None:
    """Draw how far each source of calls is behind."""
    st.markdown(f"**{say('today.sources')}**")
    behind = {name: one for name, one in health.checks.items() if one.behind_s is not None}
    if not behind:
        st.caption(say("today.no_source"))
    for name, check in behind.items():
        state = "on_time" if check.ok else "late"
        st.markdown(say(f"today.{state}", name=plain(name), seconds=check.behind_s))
