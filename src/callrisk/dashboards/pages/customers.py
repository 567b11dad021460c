"""The page of customers: their scores, and the lines that add up to one of them."""

from collections.abc import Iterator

import numpy as np
import streamlit as st

from callrisk.charts.reasons import waterfall
from callrisk.dashboards import frame
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places
from callrisk.dashboards.score_words import interval_text, signed
from callrisk.dashboards.texts import language, plain, say, word
from callrisk.domain.assessment import Contribution
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY
from callrisk.reporting.pictures import waterfall_lines
from callrisk.reporting.run_results import ScoredCustomers

# More rows than anyone reads; a search finds the rest.
_MOST_ROWS = 1_000
_REASONS = 6
_OUTCOMES = ("unpaid", "paid", "pending")


def show(places: Places) -> None:
    """Draw the list of customers, its filters and the details of the selected one."""
    frame.heading("customers")
    scored = versions.picked_with_customers(places)
    if scored is None:
        return
    _version, customers = scored
    matching = _narrowed(customers)
    if not matching:
        frame.empty("customers", ":material/search_off:")
        return
    detail(customers, _pick(customers, matching))


def _narrowed(customers: ScoredCustomers) -> list[int]:
    """Return the positions of the customers that search and filters leave."""
    with st.grid(3, min_column_width=230):
        wanted = st.text_input(
            say("customers.search"),
            type="search",
            placeholder="1001",
            icon=":material/search:",
            key="customer_search",
            persist_state="session",
        )
        categories = st.pills(
            say("customers.category"),
            list(RiskCategory),
            selection_mode="multi",
            format_func=lambda category: word(CATEGORY[category]),
            key="customer_category",
            persist_state="session",
        )
        outcomes = st.pills(
            say("customers.outcome"),
            _OUTCOMES,
            selection_mode="multi",
            format_func=lambda outcome: say(f"outcome.{outcome}"),
            key="customer_outcome",
            persist_state="session",
        )
    keep = np.ones(len(customers.score), dtype=np.bool_)
    if wanted:
        keep &= np.char.find(customers.customer_id, wanted.strip()) >= 0
    if outcomes:
        keep &= np.isin([_outcome(customers, n) for n in range(len(keep))], outcomes)
    return [
        int(number)
        for number in np.flatnonzero(keep)
        if not categories or customers.category(int(number)) in categories
    ]


def _outcome(customers: ScoredCustomers, number: int) -> str:
    unpaid = customers.unpaid[number]
    if np.isnan(unpaid):
        return "pending"
    return "unpaid" if unpaid else "paid"


def _pick(customers: ScoredCustomers, matching: list[int]) -> int:
    st.caption(say("customers.count", n=len(matching), shown=min(len(matching), _MOST_ROWS)))
    shown = matching[:_MOST_ROWS]
    event = st.dataframe(
        [_row(customers, number) for number in shown],
        hide_index=True,
        height=400,
        on_select="rerun",
        selection_mode="single-row",
        key="customer_table",
        column_config={
            say("customers.score"): st.column_config.ProgressColumn(
                min_value=0, max_value=100, format="%d"
            ),
            say("customers.probability"): st.column_config.NumberColumn(
                format="%.1f%%", width="small"
            ),
        },
    )
    rows = event.selection.rows
    return shown[rows[0]] if rows and rows[0] < len(shown) else shown[0]


def _row(customers: ScoredCustomers, number: int) -> dict[str, str | int | float]:
    [*strongest] = customers.reasons(number, 1)
    return {
        say("customers.id"): str(customers.customer_id[number]),
        say("customers.score"): int(customers.score[number]),
        say("customers.category"): word(CATEGORY[customers.category(number)]),
        say("customers.probability"): 100 * float(customers.probability[number]),
        say("customers.outcome"): say(f"outcome.{_outcome(customers, number)}"),
        say("customers.reason"): " ".join(
            f"{reason.points:+d} {reason.label_en if language() == 'en' else reason.label}"
            for reason in strongest
        ),
    }


def detail(customers: ScoredCustomers, number: int) -> None:
    """Draw one customer: the score, its waterfall chart and the reasons in words."""
    with st.container(border=True):
        customer_id = plain(customers.customer_id[number])
        st.subheader(say("customers.one", id=customer_id), anchor=False)
        with st.grid(2, min_column_width=300, gap="medium"):
            with st.container():
                _waterfall(customers, number)
            with st.container():
                _numbers(customers, number)
                for part in _parts(customers, number):
                    st.markdown(part)


def _waterfall(customers: ScoredCustomers, number: int) -> None:
    theme = frame.theme()
    lines = waterfall_lines(customers, number, theme)
    drawn = waterfall(lines, int(customers.score[number]), theme)
    frame.chart(drawn, say("customers.waterfall"), "customer_waterfall")


def _numbers(customers: ScoredCustomers, number: int) -> None:
    with st.grid(2, min_column_width=120):
        st.metric(say("customers.score"), int(customers.score[number]))
        st.metric(say("customers.probability"), f"{customers.probability[number]:.1%}")
    category = word(CATEGORY[customers.category(number)])
    outcome = say(f"outcome.{_outcome(customers, number)}")
    ends = interval_text((int(customers.low[number]), int(customers.high[number])))
    interval = say("customers.interval", ends=ends)
    st.caption(f"{category} · {interval} · {say('customers.outcome')}: {outcome}")


def _parts(customers: ScoredCustomers, number: int) -> Iterator[str]:
    """Yield the two parts of a score as Markdown: the subtotal, then the strongest reasons."""
    reasons = customers.reasons(number, len(customers.features))
    for part, points in subtotals(customers, number).items():
        yield f"**{say(f'part.{part}')}** {signed(points)}"
        of_part = [reason for reason in reasons if reason.part == part][:_REASONS]
        if of_part:
            yield "\n".join(f"- **{one.points:+d}** {_sentence(one)}" for one in of_part)


def subtotals(customers: ScoredCustomers, number: int) -> dict[str, int]:
    """Return the points of what was known and of what was said; with start and cap, the score."""
    lines = customers.lines[number]
    is_said = np.array([feature.is_said for feature in customers.features], dtype=np.bool_)
    return {"known": int(lines[~is_said].sum()), "said": int(lines[is_said].sum())}


def _sentence(reason: Contribution) -> str:
    return plain(reason.reason_en if language() == "en" else reason.reason)
