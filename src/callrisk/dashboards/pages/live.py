"""The page of live calls: active and ended calls, and the team's figures."""

from statistics import fmean
from typing import Any

import pandas as pd
import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.call_words import agent_name, end_reason, written_summary
from callrisk.dashboards.runs import Places
from callrisk.dashboards.score_words import signed
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import plain, say, told
from callrisk.wire.assessment import AssessmentAnswer
from callrisk.wire.call import CallAnswer
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.health import HealthAnswer

_RECENT = 200
_SHOWN_RECENT = 20
_PARTS = ("known", "said")


def show(places: Places) -> None:
    """Draw the page; its content is refreshed every two seconds."""
    frame.heading("live")
    _now(places.live_api)


@st.fragment(run_every="2s")
def _now(api: LiveApi) -> None:
    try:
        health, calls = api.health(), api.calls(limit=_RECENT)
    except LiveApiError as error:
        _unreachable(api, error)
        return
    active = [call for call in calls if call.status == "active"]
    ended = [call for call in calls if call.status == "ended"]
    _head(health, active)
    st.subheader(say("live.active"), anchor=False)
    _table([_row(call) for call in sorted(active, key=_risk, reverse=True)], "live")
    st.subheader(say("live.team"), anchor=False)
    _team(calls)
    st.subheader(say("live.recent"), anchor=False)
    _table([_row(call) | _ending(call) for call in ended[:_SHOWN_RECENT]], "live.recent")
    st.caption(say("live.as_of", time=frame.now_clock()))
    _crm(health)


def _crm(health: HealthAnswer) -> None:
    """Draw the CRM's state and its requests of the day, which no CRM page shows."""
    crm = None if health.crm is None else health.checks.get(health.crm)
    if crm is None:
        return
    if not crm.ok and crm.message is not None:
        st.warning(told(crm, "message"), icon=":material/cloud_off:")
    name, waiting = plain(told(crm, "name")), crm.results_waiting
    if crm.requests_today is None:
        st.caption(say("live.crm_waiting", crm=name, waiting=waiting))
    else:
        st.caption(say(
            "live.crm", crm=name, used=crm.requests_today, allowed=crm.requests_a_day,
            waiting=waiting,
        ))  # fmt: skip


def _unreachable(api: LiveApi, error: LiveApiError) -> None:
    if not error.unreachable:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")
        return
    show_server_away(api)


def _head(health: HealthAnswer, active: list[CallAnswer]) -> None:
    frame.model_mark(health)
    frame.language_mark(health)
    frame.demo_mark(health.demo)
    frame.unproven_mark(health.skill == "unproven")
    if health.model_version is None:
        st.warning(say("live.no_model"), icon=":material/model_training:")
        st.code("python src/main.py", language=None)
    scores = [score for score in map(_score, active) if score is not None]
    figures = (
        ("live.active", str(health.active_calls)),
        ("live.agents", str(health.active_agents)),
        ("live.mean", f"{fmean(scores):.0f}" if scores else "–"),
        ("live.alerted", str(sum(call.alerted for call in active))),
    )
    with st.grid(4, min_column_width=140):
        for key, value in figures:
            st.metric(say(key), value, border=True)


def _score(call: CallAnswer) -> int | None:
    """Return the current score, or None while the call is in the state "listening"."""
    assessment = call.assessment
    if assessment is None or assessment.state == "listening":
        return None
    return assessment.risk_score


def _risk(call: CallAnswer) -> tuple[int, float]:
    score = _score(call)
    return (-1 if score is None else score, call.duration_s)


def _table(rows: list[dict[str, Any]], key: str) -> None:
    if not rows:
        st.caption(say(f"{key}.empty"))
        return
    st.dataframe(
        rows,
        hide_index=True,
        key=f"{key}_table",
        column_config={
            say("live.score"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            ),
            **{say(f"part.{part}"): st.column_config.TextColumn(width=190) for part in _PARTS},
        },
    )


def _row(call: CallAnswer) -> dict[str, Any]:
    flags = {"alerted": call.alerted, "escalated": call.escalated, "demo": call.demo}
    marks = [say(f"live.is_{name}") for name, is_set in flags.items() if is_set]
    if call.has_gap or call.analysis_lost_at is not None:
        marks.append(say("live.is_incomplete"))
    return {
        say("live.score"): _score(call),
        say("live.state"): _state(call),
        say("live.marks"): " · ".join(marks),
        say("live.customer"): call.customer_id or "–",
        say("live.agent"): agent_name(call),
        **_reasons(call.assessment),
        say("live.duration"): frame.duration(call.duration_s),
        say("live.turns"): call.turns,
        say("live.began"): frame.moment(call.started_at),
    }


def _reasons(assessment: AssessmentAnswer | None) -> dict[str, str]:
    """Return the subtotals of the two parts of a score, with the strongest line behind each."""
    if assessment is None:
        return {say(f"part.{part}"): "–" for part in _PARTS}
    points = {"known": assessment.before_points, "said": assessment.said_points}
    return {say(f"part.{part}"): _part(assessment, part, points[part]) for part in _PARTS}


def _part(assessment: AssessmentAnswer, part: str, points: int) -> str:
    # A line against the direction of the subtotal would be no reason for it.
    lines = [
        one for one in assessment.contributions if one.part == part and one.points * points > 0
    ]
    strongest = max(lines, key=lambda line: abs(line.points), default=None)
    if strongest is None:
        return signed(points)
    return f"{signed(points)} · {told(strongest, 'label')} {told(strongest, 'value_text')}"


def _ending(call: CallAnswer) -> dict[str, str]:
    return {
        say("live.end"): end_reason(call) or "–",
        say("summary.contact"): written_summary(call) or "–",
    }


def _state(call: CallAnswer) -> str:
    assessment = call.assessment
    if assessment is None:
        return say("state.waiting")
    if assessment.state == "listening":
        return say("state.listening")
    return told(assessment, "risk_label")


def _team(calls: list[CallAnswer]) -> None:
    if not calls:
        st.caption(say("live.team_empty"))
        return
    st.caption(say("live.team_about", n=len(calls)))
    st.dataframe(
        _team_table(calls),
        hide_index=True,
        key="team_table",
        column_config={
            say("live.mean"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            )
        },
    )


def _team_table(calls: list[CallAnswer]) -> pd.DataFrame:
    """Return one row an agent, in the order of their names, with headings to be read."""
    of_call = pd.DataFrame(
        {
            "agent": [agent_name(call) for call in calls],
            "active": [call.status == "active" for call in calls],
            "score": pd.array([_score(call) for call in calls], dtype="Int64"),
            "alerted": [call.alerted for call in calls],
            "escalated": [call.escalated for call in calls],
            "duration_s": [call.duration_s for call in calls],
        }
    )
    of_agent = of_call.groupby("agent", as_index=False).agg(
        active=("active", "sum"),
        calls=("active", "size"),
        mean=("score", "mean"),
        alerted=("alerted", "sum"),
        escalated=("escalated", "sum"),
        mean_duration=("duration_s", "mean"),
    )
    of_agent["mean"] = of_agent["mean"].round().astype("Int64")
    of_agent["mean_duration"] = of_agent["mean_duration"].map(frame.duration)
    return of_agent.rename(columns=lambda name: say(f"live.{name}"))
