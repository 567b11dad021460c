"""The generated call export has the columns, the types and the quirks of a real one."""

import re
from collections import Counter, defaultdict
from datetime import date, datetime

import numpy as np
import pytest

from callrisk.sample import Sample, generate
from callrisk.sample.export.export_defects import CELL_LIMIT
from callrisk.sample.export.export_rows import CALL_COLUMNS, CUSTOMER_COLUMNS
from callrisk.sample.speech.slot_values import FAMILY_NAMES

SIDES = ("agent", "customer")
SAYINGS = re.compile(r"\((AGENT|CUSTOMER)\)")


def column(calls, name):
    return np.array([row[name] for row in calls], dtype=float)


def test_the_export_has_the_29_columns_in_their_order():
    """The columns are those of the real export, letter by letter."""
    assert CALL_COLUMNS == (
        "未払FLAG", "レコード番号", "成約日date", "開始タイムスタンプjst", "コンタクト_id",
        "エージェント", "営業担当者", "agent_loudness_mean", "agent_negative_sentence",
        "agent_neutral_sentence", "agent_positive_sentence", "agent_sentiment_score",
        "agent_talktime", "agent_talktime通話時間", "agent_total_sentence",
        "customer_loudness_mean", "customer_negative_sentence", "customer_neutral_sentence",
        "customer_positive_sentence", "customer_sentiment_score", "customer_talktime",
        "customer_talktime通話時間", "customer_total_sentence", "total_conversation_duration",
        "total_conversation_duration合計", "total_talktime", "total_talktime通話時間",
        "content_list", "電話日-成約日",
    )  # fmt: skip


def test_the_sample_is_as_large_as_the_real_export(calls, customers):
    """1,058 rows of 339 customer records, numbered from 1001."""
    assert len(calls) == 1058
    assert [row["レコード番号"] for row in customers] == list(range(1001, 1340))
    assert {row["レコード番号"] for row in calls} == set(range(1001, 1340))


def test_every_cell_has_the_type_of_its_column(calls):
    """Dates are dates, counts integers, figures floats, and one agent login is a bare number."""
    for row in calls:
        assert type(row["成約日date"]) is date
        assert type(row["開始タイムスタンプjst"]) is datetime
        assert row["開始タイムスタンプjst"].tzinfo is None
        assert type(row["電話日-成約日"]) is int
        assert all(type(row[f"{side}_total_sentence"]) is int for side in SIDES)
        assert all(type(row[f"{side}_loudness_mean"]) is float for side in SIDES)
    logins = Counter(type(row["エージェント"]) for row in calls)
    assert logins == {str: 1057, int: 1}


def test_the_same_seed_makes_the_same_sample_and_another_seed_another():
    """Everything hangs on the seed alone."""
    first, again, other = (generate(200, 60, seed) for seed in (5, 5, 6))

    assert list(first.rows()) == list(again.rows())
    assert list(first.customers()) == list(again.customers())
    assert first.recorded_calls == again.recorded_calls
    assert list(first.rows()) == list(first.rows())
    assert list(first.rows()) != list(other.rows())


@pytest.mark.parametrize(("calls", "customers"), [(24, 24), (200, 60), (61, 60), (900, 40)])
def test_any_number_is_made_on_request(calls, customers):
    """As many rows and records as were requested, every record with a call."""
    rows = list(generate(calls, customers, seed=3).rows())

    assert len(rows) == calls
    assert {row[1] for row in rows} == set(range(1001, 1001 + customers))


def test_86_calls_stand_under_two_of_13_pairs_of_records(calls):
    """The rows of such a call are equal but for the record number."""
    rows = defaultdict(list)
    for row in calls:
        rows[row["コンタクト_id"]].append(row)
    twice = [pair for pair in rows.values() if len(pair) > 1]

    assert len(twice) == 86
    assert {len(pair) for pair in twice} == {2}
    assert len({tuple(row["レコード番号"] for row in pair) for pair in twice}) == 13
    for one, other in twice:
        assert {name for name in CALL_COLUMNS if one[name] != other[name]} == {"レコード番号"}


def test_twins_are_one_customer_in_the_customers_table(calls, customers):
    """Both records of a pair tell the same of the customer, under two telephone numbers."""
    by_number = {row["レコード番号"]: row for row in customers}
    records = defaultdict(set)
    for row in calls:
        records[row["コンタクト_id"]].add(row["レコード番号"])
    one, other = next(sorted(pair) for pair in records.values() if len(pair) == 2)

    told = set(CUSTOMER_COLUMNS) - {"レコード番号", "電話番号"}
    assert [by_number[one][name] for name in told] == [by_number[other][name] for name in told]


def test_turns_of_all_moods_add_up(calls):
    """Negative, neutral and positive turns are all turns there are."""
    for side in SIDES:
        sentiments = sum(
            column(calls, f"{side}_{sentiment}_sentence")
            for sentiment in ("negative", "neutral", "positive")
        )
        assert (sentiments == column(calls, f"{side}_total_sentence")).all()


def test_zero_stands_for_missing(calls):
    """Who said nothing has loudness, talk time and sentiment 0; 15 % of calls have no agent."""
    for side in SIDES:
        silent = column(calls, f"{side}_total_sentence") == 0
        for figure in ("loudness_mean", "talktime"):
            assert ((column(calls, f"{side}_{figure}") == 0) == silent).all()
    assert 0.12 < (column(calls, "agent_total_sentence") == 0).mean() < 0.17


def test_many_calls_are_short(calls):
    """About 27 % of calls end within a minute, 22 % within half a minute."""
    duration = column(calls, "total_conversation_duration")

    assert 0.24 < (duration < 60).mean() < 0.33
    assert 0.19 < (duration < 30).mean() < 0.26


def test_talk_and_duration_disagree_as_they_do(calls):
    """Total talk is that of both in 94 %; in a fifth of calls it is longer than the call."""
    both = column(calls, "agent_talktime") + column(calls, "customer_talktime")
    total = column(calls, "total_talktime")

    assert 0.91 < (abs(both - total) < 0.01).mean() < 0.97
    assert 0.16 < (column(calls, "total_conversation_duration") < total).mean() < 0.24


def test_durations_are_also_written_out(calls):
    """The text beside a number of seconds says the same."""
    for row in calls:
        seconds = int(row["total_talktime"])
        assert row["total_talktime通話時間"] == f"{seconds // 60}分{seconds % 60}秒"
    assert all(re.fullmatch(r"\d+分\d+秒", row["agent_talktime通話時間"]) for row in calls)


def test_days_are_counted_from_the_call_to_the_contract(calls):
    """No call comes after its contract."""
    for row in calls:
        days = (row["成約日date"] - row["開始タイムスタンプjst"].date()).days
        assert row["電話日-成約日"] == days
        assert days >= 0


def test_transcripts_are_lines_of_a_speaker_without_punctuation(calls):
    """But for one line in the whole export, each names its speaker."""
    lines = [line for row in calls for line in row["content_list"].split("\n")]
    cut = {
        row["content_list"].split("\n")[-1]
        for row in calls
        if len(row["content_list"]) == CELL_LIMIT
    }
    untagged = [line for line in lines if not SAYINGS.match(line) and line not in cut]

    assert len(untagged) == 1
    assert not any(set("、。？！ ") & set(line) for line in lines)
    assert not any("{" in line or "[" in line for line in lines)


def test_transcripts_end_where_a_cell_ends(calls):
    """About one in a hundred is cut at Excel's 32,767 characters; none is longer."""
    lengths = np.array([len(row["content_list"]) for row in calls])

    assert lengths.max() == CELL_LIMIT
    assert 3 <= (lengths == CELL_LIMIT).sum() <= 20


def test_some_transcripts_have_fewer_lines_than_there_were_turns(calls):
    """In about 12 % of rows; in no row there are more."""
    turns = column(calls, "agent_total_sentence") + column(calls, "customer_total_sentence")
    lines = np.array([row["content_list"].count("\n") + 1 for row in calls])

    assert 0.08 < (lines < turns).mean() < 0.16
    assert (lines <= turns).all()


def test_now_and_then_a_line_is_thousands_of_characters_long(calls):
    """A turn that was never ended stands as one line."""
    lines = [line for row in calls for line in row["content_list"].split("\n")]

    assert 1 <= sum(len(line) > 2000 for line in lines) <= 20


def test_young_contracts_have_had_less_time_to_go_unpaid(calls):
    """Labels ripen: contracts of the last months are unpaid far less often than old ones."""
    unpaid = defaultdict(dict)
    for row in calls:
        unpaid[f"{row['成約日date']:%Y-%m}"][row["レコード番号"]] = row["未払FLAG"] == "未払"
    share = {month: np.mean(list(labels.values())) for month, labels in unpaid.items()}
    everyone = {number: label for labels in unpaid.values() for number, label in labels.items()}

    assert set(share) <= {"2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-04"}
    assert min(share["2024-10"], share["2024-11"], share["2024-12"]) > share["2025-01"]
    assert 0.16 < np.mean(list(everyone.values())) < 0.19


def test_one_label_holds_for_all_calls_of_a_customer(calls):
    """The label is the customer's, not the call's."""
    labels = defaultdict(set)
    for row in calls:
        labels[row["レコード番号"]].add(row["未払FLAG"])

    assert set(map(len, labels.values())) == {1}
    assert set().union(*labels.values()) == {"未払", "支払済"}


def test_people_are_plainly_fictional(customers):
    """Family names say that they are examples, and no telephone number can ring."""
    assert {row["氏名"].split()[0] for row in customers} == set(FAMILY_NAMES)
    assert all(re.fullmatch(r"000-\d{4}-\d{4}", row["電話番号"]) for row in customers)
    assert len({row["電話番号"] for row in customers}) == len(customers)


def test_the_customers_table_has_blanks_where_real_ones_have(customers):
    """The company's own facts are always there; income is known of fewer than half."""
    blank = {name: np.mean([row[name] is None for row in customers]) for name in CUSTOMER_COLUMNS}

    assert 0.4 < blank["年収帯"] < 0.7
    assert 0.2 < blank["勤続年数"] < 0.4
    own = ("過去の延滞回数", "契約金額", "支払方法", "プラン")
    assert [blank[name] for name in own] == [0] * len(own)


def test_large_samples_are_not_held_in_memory():
    """Rows are made as they are read: the first of a hundred thousand come at once."""
    large: Sample = generate(100_000, 32_000, seed=1)

    assert next(large.rows())[1] == 1001
