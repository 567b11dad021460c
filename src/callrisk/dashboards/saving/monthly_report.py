"""The report of a month in one click: calls beside those of the month before, team, model."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.pages.team import team_table
from callrisk.dashboards.runs import Places, versions_of
from callrisk.dashboards.saving.exporting import ShownPage, export_buttons
from callrisk.dashboards.server_away import show_server_away
from callrisk.dashboards.texts import plain, say, word
from callrisk.domain.customer import JST
from callrisk.reporting.exports.typed_tables import (
    TypedTable,
    TypedValue,
    shown_value,
    table_of,
)
from callrisk.reporting.facts import VERDICT, interval_text
from callrisk.reporting.portfolio.batch_summary import summaries_in
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.stats.call_stats import CallStatsAnswer, CallStatsRow, ShareAnswer, StatsBy

_MONTHS = 12
_SHARES = ("high", "escalated", "promised", "advice_followed")


@dataclass(frozen=True, slots=True)
class _Month:
    """A month of calls: by agent and by week, and by agent of the month before."""

    agents: CallStatsAnswer
    weeks: CallStatsAnswer
    before: CallStatsAnswer


def show_month(places: Places) -> None:
    """Draw the choice of a month, its report on demand, and the buttons that save it."""
    today = datetime.now(UTC).astimezone(JST).date()
    with st.container(border=True):
        st.markdown(f"**{say('month.title')}**")
        st.caption(say("month.about"))
        last = st.selectbox(
            say("month.month"), months_until(today), format_func=lambda day: f"{day:%Y/%m}",
            key="month",
        )  # fmt: skip
        if not st.toggle(say("month.make"), key="month_made") or last is None:
            return
        try:
            month = _month(places.live_api, last)
        except LiveApiError as error:
            if error.unreachable:
                show_server_away(places.live_api)
            else:
                st.error(say("live.refused", what=plain(error)), icon=":material/error:")
            return
        _draw(places, month, last)


def months_until(today: date) -> list[date]:
    """Return the last days of the newest months, of the present one today."""
    days = [today]
    while len(days) < _MONTHS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days


def _month(api: LiveApi, last: date) -> _Month:
    health = api.health()
    demo = health.demo and health.environment != "production"
    frame.demo_mark(demo)
    before = last.replace(day=1) - timedelta(days=1)
    # A month that goes on is compared with the same days of the month before.
    if last.day < monthrange(last.year, last.month)[1]:
        before = before.replace(day=min(last.day, before.day))
    return _Month(
        api.call_stats(StatsBy.AGENT, last.day, last, demo=demo),
        api.call_stats(StatsBy.WEEK, last.day, last, demo=demo),
        api.call_stats(StatsBy.AGENT, before.day, before, demo=demo),
    )


def _draw(places: Places, month: _Month, last: date) -> None:
    tables = [
        change_table(month.agents.all, month.before.all),
        team_table(month.agents, say("month.by_agent")),
        team_table(month.weeks, say("month.by_week")),
    ]
    facts = [
        (say("team.period"), _period(month.agents)), (say("month.before"), _period(month.before)),
        *_model_facts(places),
    ]  # fmt: skip
    st.table([{say("export.fact"): name, say("export.fact_value"): told} for name, told in facts])
    for table in tables:
        st.markdown(f"**{plain(table.title)}**")
        st.table(_shown_rows(table))
    title = f"{say('month.title')} {last:%Y/%m}"
    export_buttons(places, f"month_{last:%Y%m}", lambda: ShownPage(title, tables, facts))


def _period(found: CallStatsAnswer) -> str:
    return f"{found.first} – {found.last}".replace("-", "/")


def change_table(now: CallStatsRow, before: CallStatsRow) -> TypedTable:
    """Return the figures of a month beside those of the month before, and what changed."""
    rows = [_change_row(say("team.calls"), str(now.calls), str(before.calls),
                        f"{now.calls - before.calls:+,}")]  # fmt: skip
    yen = now.promised_yen - before.promised_yen
    rows.append(
        _change_row(say("team.yen"), f"{now.promised_yen:,}", f"{before.promised_yen:,}",
                    f"{yen:+,}")
    )  # fmt: skip
    for name in _SHARES:
        share: ShareAnswer = getattr(now, name)
        earlier: ShareAnswer = getattr(before, name)
        words = _share_words(share), _share_words(earlier)
        rows.append(_change_row(say(f"team.{name}"), *words, _moved(share, earlier)))
    return table_of(say("month.changes"), rows)


def _change_row(name: str, now: str, before: str, moved: str) -> dict[str, TypedValue]:
    return {
        say("export.fact"): name, say("month.now"): now, say("month.before"): before,
        say("month.moved"): moved,
    }  # fmt: skip


def _share_words(share: ShareAnswer) -> str:
    if share.share is None:
        return "–"
    return f"{share.share:.1%}（{share.low:.1%}–{share.high:.1%}）"


def _moved(now: ShareAnswer, before: ShareAnswer) -> str:
    """Return the change in points; one whose intervals overlap may be chance, and says so."""
    if None in (now.share, before.share, now.low, now.high, before.low, before.high):
        return "–"
    points = 100 * (float(now.share or 0) - float(before.share or 0))
    overlap = float(now.low or 0) <= float(before.high or 0)
    overlap &= float(before.low or 0) <= float(now.high or 0)
    return say("month.points_unsure" if overlap else "month.points", points=f"{points:+.1f}")


def _model_facts(places: Places) -> list[tuple[str, str]]:
    """Return the version that serves, its verdict and skill, and the newest drift that is known."""
    serving = versions_of(places).serving
    if serving is None:
        return [(say("export.model"), "–")]
    evaluation = serving.evaluation
    facts = [
        (say("export.model"), f"{serving.name} · {word(VERDICT[evaluation.verdict])}"),
        ("AUC", interval_text(evaluation.auc, ".3f")),
    ]
    summaries = summaries_in(places.output)
    own = [one for one in summaries.values() if one.model_version == serving.name]
    if not own:
        return [*facts, (say("month.drift"), say("month.no_drift"))]
    labels = [
        word(label)
        for one, label in zip(own[0].columns, own[0].labels, strict=True)
        if one.name in own[0].shifted
    ]
    when = frame.moment(own[0].made_at.isoformat())
    told = "、".join(labels) or say("month.none_shifted")
    return [*facts, (say("month.drift"), f"{told}（{own[0].source}, {when}）")]


def _shown_rows(table: TypedTable) -> list[dict[str, str]]:
    return [
        {
            heading: plain(shown_value(value, number in table.percents))
            for number, (heading, value) in enumerate(zip(table.headings, row, strict=True))
        }
        for row in table.rows
    ]
