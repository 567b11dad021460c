"""The figures of generated calls are distributed like the aggregates of a real export."""

import numpy as np
import pytest

# Median, upper quartile, 95 % quantile and share of zeros of a real export.
REAL = {
    "agent_loudness_mean": (75.6, 78.1, 81.1, 0.143),
    "agent_total_sentence": (20, 100.75, 301, 0.142),
    "agent_neutral_sentence": (15.5, 86, 265, 0.151),
    "agent_negative_sentence": (2, 7, 22, 0.371),
    "agent_positive_sentence": (2, 7, 25, 0.280),
    "agent_talktime": (104, 584, 1683, 0.142),
    "customer_loudness_mean": (74.4, 80.3, 87.2, 0.010),
    "customer_total_sentence": (24, 118.75, 359, 0.009),
    "customer_neutral_sentence": (22, 112, 336, 0.062),
    "customer_negative_sentence": (1, 5, 16, 0.311),
    "customer_positive_sentence": (1, 3, 10, 0.467),
    "customer_talktime": (57.7, 254, 690, 0.009),
    "total_conversation_duration": (195, 1082, 3243, 0.0),
    "total_talktime": (161, 859, 2331, 0.0),
    "電話日-成約日": (2, 15, 309, 0.410),
}
# Rank correlations of a real export.
REAL_CORRELATIONS = {
    ("agent_total_sentence", "customer_total_sentence"): 0.98,
    ("agent_talktime", "total_conversation_duration"): 0.98,
    ("agent_negative_sentence", "customer_total_sentence"): 0.90,
    ("customer_negative_sentence", "customer_total_sentence"): 0.82,
    ("customer_positive_sentence", "customer_total_sentence"): 0.77,
    ("agent_loudness_mean", "agent_talktime"): 0.45,
    ("customer_loudness_mean", "total_talktime"): -0.41,
    ("customer_sentiment_score", "customer_negative_sentence"): -0.44,
    ("電話日-成約日", "customer_total_sentence"): -0.24,
}


def column(calls, name):
    return np.array([row[name] for row in calls], dtype=float)


def ranks(values):
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - counts / 2)[places]


@pytest.mark.parametrize("name", REAL)
def test_quantiles_are_near_those_of_a_real_export(calls, name):
    """Within 45 % or two units at the median, the upper quartile and the 95 % quantile."""
    values = column(calls, name)
    *quantiles, zeros = REAL[name]

    assert np.quantile(values, [0.5, 0.75, 0.95]) == pytest.approx(quantiles, rel=0.45, abs=2)
    assert (values == 0).mean() == pytest.approx(zeros, abs=0.08)


@pytest.mark.parametrize("pair", REAL_CORRELATIONS)
def test_figures_move_together_as_in_a_real_export(calls, pair):
    """Rank correlations are within 0.2."""
    one, other = (ranks(column(calls, name)) for name in pair)

    assert np.corrcoef(one, other)[0, 1] == pytest.approx(REAL_CORRELATIONS[pair], abs=0.2)


def test_customers_have_as_many_calls_as_real_ones(calls):
    """A third has one call, half at most two; a few have more than ten."""
    numbers, counts = np.unique(column(calls, "レコード番号"), return_counts=True)

    assert len(numbers) == 339
    assert 0.25 < (counts == 1).mean() < 0.4
    assert np.median(counts) == 2
    assert 10 < counts.max() < 30


def test_calls_are_made_in_the_hours_and_on_the_weekdays_of_a_real_centre(calls):
    """From nine to nine, most in the early evening; fewest on Mondays and Sundays."""
    started = [row["開始タイムスタンプjst"] for row in calls]
    hours = np.bincount([moment.hour for moment in started], minlength=24) / len(started)
    days = np.bincount([moment.weekday() for moment in started], minlength=7) / len(started)

    assert hours[:9].sum() == hours[21:].sum() == 0
    assert hours[17:20].sum() == pytest.approx(0.395, abs=0.06)
    assert days == pytest.approx([0.10, 0.11, 0.19, 0.19, 0.18, 0.12, 0.11], abs=0.04)


def test_87_logins_and_27_owners_share_the_work(calls):
    """As many people as in a real export, some of them far busier than others."""
    logins = [str(row["エージェント"]) for row in calls]
    _, counts = np.unique(logins, return_counts=True)

    assert len(counts) == 87
    assert counts.max() > 5 * np.median(counts)
    assert len({row["営業担当者"] for row in calls}) == 27


def test_turns_are_as_long_as_real_ones(calls):
    """Customers mostly nod; agents explain, now and then at length."""
    lengths = {"(AGENT)": [], "(CUSTOMER)": []}
    for row in calls:
        for line in row["content_list"].split("\n"):
            tag = line[: line.find(")") + 1]
            if tag in lengths:
                lengths[tag].append(len(line) - len(tag))

    assert np.quantile(lengths["(CUSTOMER)"], [0.25, 0.5, 0.75, 0.95]) == pytest.approx(
        [2, 4, 11, 36], rel=0.35, abs=2
    )
    assert np.quantile(lengths["(AGENT)"], [0.5, 0.9, 0.95, 0.99]) == pytest.approx(
        [18, 82, 116, 171], rel=0.35
    )
