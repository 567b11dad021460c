"""The account of a customer's score of a run: the lines that add up to it, in words."""

from collections.abc import Iterator

import numpy as np
import streamlit as st

from callrisk.charts.reasons import waterfall
from callrisk.dashboards import frame
from callrisk.dashboards.score_words import interval_text, signed
from callrisk.dashboards.texts import language, plain, say, word
from callrisk.domain.assessment import Contribution
from callrisk.domain.wording import CATEGORY
from callrisk.reporting.pictures import waterfall_lines
from callrisk.reporting.run_results import ScoredCustomers

_REASONS = 6


def outcome_of(customers: ScoredCustomers, number: int) -> str:
    """Return unpaid, paid or pending: what became of the customer's contract."""
    unpaid = customers.unpaid[number]
    if np.isnan(unpaid):
        return "pending"
    return "unpaid" if unpaid else "paid"


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
    outcome = say(f"outcome.{outcome_of(customers, number)}")
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
