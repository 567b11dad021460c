"""The page of agents and teams: ended calls by agent, team, day and week, fairly compared."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from callrisk.charts.adjusted_shares import SharesRow, adjusted_shares
from callrisk.dashboards import frame
from callrisk.dashboards.addressed import addressed_choice
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.exporting import ShownFigure, ShownPage, export_buttons
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import plain, say
from callrisk.domain.operation.call_figures import FEWEST_CALLS, CallMeasure
from callrisk.reporting.exports.typed_tables import TypedTable, TypedValue, table_of
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.stats.call_stats import CallStatsAnswer, CallStatsRow, ShareAnswer, StatsBy

_PERIODS, _USUAL_DAYS = (7, 30, 90, 365), "30"
_SHARES = ("high", "escalated", "promised", "advice_followed")
_NARROWEST = 160
_PERCENT = "%"


def show(places: Places) -> None:
    """Draw the period, what calls are told by, their figures, and whose differ."""
    frame.heading("team")
    periods = {str(days): say("team.days", n=days) for days in _PERIODS}
    days = int(addressed_choice("days", periods, _USUAL_DAYS))
    by = StatsBy(addressed_choice("by", {str(one): say(f"team.by_{one}") for one in StatsBy}))
    api = places.live_api
    try:
        found = _asked(api, by, days)
    except LiveApiError as error:
        _refused(api, error)
        return
    if not found.all.calls:
        frame.empty("team", ":material/groups:")
        return
    _head(found.all)
    figures = _compared(found, CallMeasure(addressed_choice("measure", _measures())))
    _table(found)
    facts = [(say("team.period"), f"{found.first} – {found.last}".replace("-", "/"))]
    export_buttons(
        places, "team", lambda: ShownPage(say("team.title"), [team_table(found)], facts, figures)
    )


def _asked(api: LiveApi, by: StatsBy, days: int) -> CallStatsAnswer:
    health = api.health()
    demo = health.demo and health.environment != "production"
    frame.demo_mark(demo)
    return api.call_stats(by, days, demo=demo)


def _refused(api: LiveApi, error: LiveApiError) -> None:
    if error.unreachable:
        show_server_away(api)
    else:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")


def _measures() -> dict[str, str]:
    return {str(one): say(f"team.{one}") for one in CallMeasure}


def _head(row: CallStatsRow) -> None:
    with st.grid(5, min_column_width=_NARROWEST):
        with st.container(border=True, height="stretch"):
            st.metric(say("team.calls"), f"{row.calls:,}")
            st.caption(say("team.minutes", minutes=_minutes(row.mean_seconds)))
        for name in _SHARES:
            share: ShareAnswer = getattr(row, name)
            with st.container(border=True, height="stretch"):
                st.metric(
                    say(f"team.{name}"), _percent(share.share), help=say(f"team.{name}_about")
                )
                st.caption(_of(share))
                if name == "promised" and row.promised_yen:
                    st.caption(say("team.promised_yen", yen=f"{row.promised_yen:,}"))


def _compared(found: CallStatsAnswer, measure: CallMeasure) -> list[ShownFigure]:
    """Draw the adjusted shares of the rows of enough calls, the largest first; return the figure.

    There is none of too few calls.
    """
    of_all: ShareAnswer = getattr(found.all, measure)
    listed = [(row, row.adjusted[measure]) for row in found.rows if measure in row.adjusted]
    if not listed or of_all.share is None:
        st.info(say("team.too_few", n=FEWEST_CALLS), icon=":material/hourglass_empty:")
        return []
    in_time = found.by in (StatsBy.DAY, StatsBy.WEEK)
    if not in_time:
        listed.sort(key=lambda pair: (not pair[1].differs, -pair[1].share))
    rows = [
        SharesRow(row.key, one.share, one.low, one.high, getattr(row, measure).of, one.differs)
        for row, one in listed
    ]
    differ = sum(row.differs for row in rows)
    told = say("team.differ", n=differ) if differ else say("team.none_differs")
    st.markdown(told)
    title = say(f"team.{measure}")
    draw = partial(adjusted_shares, rows, of_all.share, title)
    frame.figure("adjusted_shares", draw)
    left_out = len(found.rows) - len(rows)
    if left_out:
        st.caption(say("team.left_out", n=left_out, calls=FEWEST_CALLS))
    return [ShownFigure(title, draw)]


def _table(found: CallStatsAnswer) -> None:
    st.markdown(f"**{say('team.table')}**")
    st.dataframe([_row(row, found.by) for row in found.rows], hide_index=True, key="team_table")


def team_table(found: CallStatsAnswer, title: str = "") -> TypedTable:
    """Return the rows as a table that leaves the page, with the ends of the intervals."""
    rows = [_typed_row(row, found.by) for row in found.rows]
    shares = [name for name in (rows[0] if rows else ()) if name.endswith(_PERCENT)]
    return table_of(title or say("team.table"), rows, [say("team.talk_share"), *shares])


def _typed_row(row: CallStatsRow, by: StatsBy) -> dict[str, TypedValue]:
    cells: dict[str, TypedValue] = {
        say(f"team.by_{by}"): row.key,
        say("team.calls"): row.calls,
        say("team.mean_seconds"): None if row.mean_seconds is None else round(row.mean_seconds, 1),
        say("team.talk_share"): row.talk_share,
        say("team.mood"): row.customer_mood,
    }
    for name in _SHARES:
        share: ShareAnswer = getattr(row, name)
        told = say(f"team.{name}")
        cells |= {
            f"{told} {_PERCENT}": share.share, f"{told} ≥ {_PERCENT}": share.low,
            f"{told} ≤ {_PERCENT}": share.high,
        }  # fmt: skip
    return cells | {say("team.yen"): row.promised_yen}


def _row(row: CallStatsRow, by: StatsBy) -> Mapping[str, Any]:
    shares: dict[str, ShareAnswer] = {name: getattr(row, name) for name in _SHARES}
    return {
        say(f"team.by_{by}"): row.key,
        say("team.calls"): row.calls,
        say("team.mean"): _minutes(row.mean_seconds),
        say("team.talk_share"): _percent(row.talk_share),
        say("team.mood"): "–" if row.customer_mood is None else f"{row.customer_mood:+.1f}",
        **{say(f"team.{name}"): _with_interval(share) for name, share in shares.items()},
        say("team.yen"): row.promised_yen,
    }


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _of(share: ShareAnswer) -> str:
    if share.low is None or share.high is None:
        return say("team.none_counted")
    ends = {"low": f"{share.low:.0%}", "high": f"{share.high:.0%}"}
    return say("team.of", hits=f"{share.hits:,}", of=f"{share.of:,}", **ends)


def _with_interval(share: ShareAnswer) -> str:
    if share.low is None or share.high is None:
        return "–"
    return f"{_percent(share.share)}（{share.low:.0%}–{share.high:.0%}）"


def _minutes(seconds: float | None) -> str:
    return "–" if seconds is None else frame.duration(seconds)
