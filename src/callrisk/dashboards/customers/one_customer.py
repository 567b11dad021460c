"""One customer over time: calls, what they told of paying, promises, the account of the score."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus

import numpy as np
import streamlit as st

from callrisk.charts.customer_course import CourseMark, CoursePoint, customer_course
from callrisk.dashboards import frame
from callrisk.dashboards.call_words import intent_label
from callrisk.dashboards.customers.score_account import detail, outcome_of
from callrisk.dashboards.runs import Places, Version
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import language, plain, say, word
from callrisk.domain.customer import JST
from callrisk.domain.language import Intent
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.wording import CATEGORY
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.stats.customer_history import (
    CustomerCallAnswer,
    CustomerHistoryAnswer,
    MadePromiseAnswer,
)

_NARROWEST = 150
Scored = tuple[Version, ScoredCustomers]


def show_customer(places: Places, customer_id: str, scored: Scored | None) -> None:
    """Draw a customer whole: what the calls told first, then the score of the version."""
    if st.button(say("customers.back"), icon=":material/arrow_back:"):
        st.query_params.pop("customer", None)
        st.rerun()
    number = None if scored is None else _position(scored[1], customer_id)
    outcome = None if scored is None or number is None else outcome_of(scored[1], number)
    demo = scored is None or scored[0].demo
    _calls(places, customer_id, outcome, demo=demo)
    if scored is not None and number is not None:
        detail(scored[1], number)
    elif scored is not None:
        st.caption(say("customers.not_in_run"))


def _position(customers: ScoredCustomers, customer_id: str) -> int | None:
    found = np.flatnonzero(customers.customer_id == customer_id)
    return int(found[0]) if len(found) else None


@st.fragment
def _calls(places: Places, customer_id: str, outcome: str | None, *, demo: bool) -> None:
    api = places.live_api
    try:
        history = api.customer_history(customer_id, demo=demo)
        thresholds = api.health().thresholds
        outcomes = {one.code: one.en if language() == "en" else one.ja for one in api.outcomes()}
    except LiveApiError as error:
        _refused(api, error, customer_id)
        return
    _head(history, outcome)
    points = [point for call in history.calls if (point := _point(call)) is not None]
    if points:
        limits = Thresholds(thresholds.high_risk, thresholds.medium_risk)
        frame.figure("customer_course", partial(customer_course, points[::-1], limits))
    else:
        st.caption(say("customers.no_scores"))
    _call_table(history, outcomes)
    with st.grid(2, min_column_width=300, gap="medium"):
        with st.container():
            _promises(history.promises, outcome)
        with st.container():
            _said(history.calls)


def _refused(api: LiveApi, error: LiveApiError, customer_id: str) -> None:
    if error.unreachable:
        show_server_away(api)
    elif error.status == HTTPStatus.NOT_FOUND:
        st.subheader(say("customers.one", id=plain(customer_id)), anchor=False)
        frame.empty("customers.history", ":material/phone_disabled:")
    else:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")


def _head(history: CustomerHistoryAnswer, outcome: str | None) -> None:
    sums, latest = history.sums, history.calls[0]
    name = f" {plain(history.customer_name)}" if history.customer_name else ""
    st.subheader(say("customers.one", id=plain(history.customer_id)) + name, anchor=False)
    frame.demo_mark(any(call.demo for call in history.calls))
    span = say("customers.span", first=frame.moment(sums.first_at), last=frame.moment(sums.last_at))
    score = latest.final_risk_score
    category = latest.final_risk_category
    shown = (
        ("calls", f"{sums.calls:,}", span),
        (
            "latest", "–" if score is None else str(score),
            say("customers.no_score") if category is None else word(CATEGORY[category]),
        ),
        ("high", f"{sums.high.hits:,}", say("customers.of_scored", n=sums.scored)),
        ("promises", f"{sums.promises:,}", _owed(history.promises)),
        ("payment", say(f"outcome.{outcome or 'unknown'}"), say("customers.payment_about")),
    )  # fmt: skip
    with st.grid(5, min_column_width=_NARROWEST):
        for key, value, below in shown:
            with st.container(border=True, height="stretch"):
                if key == "payment":
                    # Words of this length a metric would cut.
                    st.markdown(f":small[{say('customers.payment')}]  \n**{plain(value)}**")
                else:
                    st.metric(say(f"customers.{key}"), value)
                st.caption(below)


def _owed(promises: Sequence[MadePromiseAnswer]) -> str:
    overdue = sum(one.state == "overdue" for one in promises)
    return say("customers.overdue", n=overdue)


def _point(call: CustomerCallAnswer) -> CoursePoint | None:
    """Return the point of a call in the figure; None without a score."""
    final = call.final_risk_score
    if final is None:
        return None
    lowest, highest = call.lowest_risk_score, call.highest_risk_score
    return CoursePoint(
        datetime.fromisoformat(call.started_at).astimezone(JST), final,
        final if lowest is None else lowest, final if highest is None else highest, _mark(call),
    )  # fmt: skip


def _mark(call: CustomerCallAnswer) -> CourseMark:
    """Return the most urgent of what happened in a call."""
    happened = (
        (CourseMark.ESCALATED, call.escalated),
        (CourseMark.DISPUTE, Intent.DISPUTE in call.said or call.outcome == "dispute"),
        (CourseMark.SAID_PAID, call.outcome == "paid"),
        (CourseMark.PROMISE, call.promised_on is not None or Intent.PROMISE in call.said),
    )
    return next((mark for mark, is_so in happened if is_so), CourseMark.NONE)


def _call_table(history: CustomerHistoryAnswer, outcomes: Mapping[str, str]) -> None:
    calls = history.calls
    st.markdown(f"**{say('customers.call_table')}**")
    picked = st.dataframe(
        [_row(call, outcomes) for call in calls], hide_index=True, key="customer_calls",
        on_select="rerun", selection_mode="single-row",
        column_config={
            say("calls.score"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            )
        },
    )  # fmt: skip
    if len(calls) < history.sums.calls:
        st.caption(say("customers.newest_calls", n=len(calls), of=history.sums.calls))
    st.caption(say("calls.pick"))
    rows = picked.selection.rows
    if rows and rows[0] < len(calls):
        call = calls[rows[0]]
        if call.has_record:
            frame.go_to("calls", call=call.call_id)
        st.info(say("customers.call_gone"), icon=":material/auto_delete:")


def _row(call: CustomerCallAnswer, outcomes: Mapping[str, str]) -> dict[str, object]:
    category = call.final_risk_category
    return {
        say("live.began"): frame.moment(call.started_at),
        say("calls.score"): call.final_risk_score,
        say("calls.category"): "–" if category is None else word(CATEGORY[category]),
        say("calls.outcome"): outcomes.get(call.outcome or "", call.outcome or "–"),
        say("calls.statements"): "、".join(map(intent_label, call.said)) or "–",
        say("customers.promised"): _promised(call.promised_on, call.promised_yen),
        say("customers.notes"): call.notes,
        say("customers.escalated"): say("calls.yes") if call.escalated else "–",
        say("live.agent"): call.agent_id or say("live.unknown_agent"),
        say("live.duration"): frame.duration(call.duration_s),
    }


def _promised(day: str | None, yen: int | None) -> str:
    if day is None:
        return "–"
    return day.replace("-", "/") + ("" if yen is None else f" {yen:,} {say('cut.yen')}")


def _promises(promises: Sequence[MadePromiseAnswer], outcome: str | None) -> None:
    st.markdown(f"**{say('customers.promise_table')}**")
    if not promises:
        st.caption(say("customers.no_promises"))
        return
    rows = [
        {
            say("customers.made_at"): frame.moment(one.made_at),
            say("customers.promised"): _promised(one.due_on, one.amount_yen),
            say("customers.state"): say(f"promise.{one.state}"),
        }
        for one in promises
    ]
    st.dataframe(rows, hide_index=True, key="customer_promises")
    known = say("customers.kept_known", outcome=say(f"outcome.{outcome}")) if outcome else ""
    st.caption(f"{say('customers.kept_about')} {known}".strip())


def _said(calls: Sequence[CustomerCallAnswer]) -> None:
    """Draw in how many calls each kind of statement was heard."""
    st.markdown(f"**{say('customers.said')}**")
    kinds = sorted({kind for call in calls for kind in call.said})
    heard = {kind: [call for call in calls if kind in call.said] for kind in kinds}
    if not heard:
        st.caption(say("calls.no_statements"))
        return
    rows = [
        {
            say("calls.intent"): intent_label(kind),
            say("customers.in_calls"): len(of_kind),
            say("customers.last_heard"): frame.moment(of_kind[0].started_at),
        }
        for kind, of_kind in sorted(heard.items(), key=lambda pair: -len(pair[1]))
    ]
    st.dataframe(rows, hide_index=True, key="customer_said")
