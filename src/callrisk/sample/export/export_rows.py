"""The rows of the call export and of the customers table."""

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from callrisk.sample.export.call_measures import Side
from callrisk.sample.export.export_defects import untagged
from callrisk.sample.export.phone_calls import CallGenerator, SampleCall
from callrisk.sample.population import (
    FIRST_RECORD_NUMBER,
    PAYMENT_METHODS,
    PLANS,
    Population,
)
from callrisk.sample.speech.slot_values import AGENT_NAMES, FAMILY_NAMES, GIVEN_NAMES

Cell = str | int | float | date | datetime | None

_SIDE_COLUMNS = (
    "loudness_mean", "negative_sentence", "neutral_sentence", "positive_sentence",
    "sentiment_score", "talktime", "talktime通話時間", "total_sentence",
)  # fmt: skip
CALL_COLUMNS = (
    "未払FLAG", "レコード番号", "成約日date", "開始タイムスタンプjst", "コンタクト_id",
    "エージェント", "営業担当者",
    *(f"agent_{column}" for column in _SIDE_COLUMNS),
    *(f"customer_{column}" for column in _SIDE_COLUMNS),
    "total_conversation_duration", "total_conversation_duration合計",
    "total_talktime", "total_talktime通話時間", "content_list", "電話日-成約日",
)  # fmt: skip
CUSTOMER_COLUMNS = (
    "レコード番号", "氏名", "電話番号", "契約金額", "支払方法", "過去の延滞回数", "契約期間",
    "年収帯", "勤続年数", "プラン",
)  # fmt: skip
UNPAID, PAID = "未払", "支払済"
_INCOMES = ("300万円未満", "300–500万円", "500万円以上")
# Stands for one call of a busy agent, who is known by their usual login elsewhere.
_NUMERIC_LOGIN = 20_117
_BUSY_AGENTS = 9
_LINES_OF_A_CONVERSATION = 12


def call_rows(
    population: Population, call_generator: CallGenerator, unpaid: NDArray[np.bool_]
) -> Iterator[tuple[Cell, ...]]:
    """Yield one row per call and record, in the order of the record numbers."""
    middle = len(population.person_of_record) // 2
    numeric_login, lost_tag = False, False
    for record, person in enumerate(population.person_of_record.tolist()):
        label = UNPAID if unpaid[person] else PAID
        # Both rows of a twin's call are the same, so oddities that stand once keep away from them.
        odd_here = person >= population.twins and record >= middle
        for call in call_generator.calls_of(person):
            agent: Cell = f"demo-agent-{call.agent + 1:02d}"
            transcript = call.transcript
            if odd_here and not numeric_login and call.agent < _BUSY_AGENTS:
                agent, numeric_login = _NUMERIC_LOGIN, True
            if odd_here and not lost_tag and transcript.count("\n") > _LINES_OF_A_CONVERSATION:
                transcript, lost_tag = untagged(transcript), True
            yield (
                label,
                record + FIRST_RECORD_NUMBER,
                population.contract_date[person].item(),
                call.started_at,
                call.contact_id,
                agent,
                sales_owner(int(population.owner[person])),
                *_figures(call),
                transcript,
                call.days_to_contract,
            )


def _figures(call: SampleCall) -> tuple[Cell, ...]:
    return (
        *_side_cells(call.agent_side),
        *_side_cells(call.customer_side),
        call.duration_s,
        spoken_duration(call.duration_s),
        call.total_talk_s,
        spoken_duration(call.total_talk_s),
    )


def _side_cells(side: Side) -> tuple[Cell, ...]:
    return (
        side.loudness,
        side.negative,
        side.neutral,
        side.positive,
        side.sentiment,
        side.talk_s,
        spoken_duration(side.talk_s),
        side.turns,
    )


def spoken_duration(seconds: float) -> str:
    """Return seconds as the export writes them beside the number: 3分21秒."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}分{rest}秒"


def sales_owner(number: int) -> str:
    """Return the name of a fictional salesperson."""
    return f"{AGENT_NAMES[number % len(AGENT_NAMES)]} {GIVEN_NAMES[number]}"


def customer_rows(population: Population, rng: np.random.Generator) -> Iterator[tuple[Cell, ...]]:
    """Yield one row per record; both records of a twin are equal."""
    # A company counts late payments itself; what customers tell of themselves is often missing.
    blank = rng.random((population.persons, 2))
    income = rng.integers(len(_INCOMES), size=population.persons)
    years = np.minimum(rng.exponential(7.0, population.persons).astype(np.int64), 40)
    for record, person in enumerate(population.person_of_record.tolist()):
        number = record + FIRST_RECORD_NUMBER
        family, given = population.family[person], population.given[person]
        yield (
            number,
            f"{FAMILY_NAMES[family]} {GIVEN_NAMES[given]}",
            f"000-{number // 10_000:04d}-{number % 10_000:04d}",
            int(population.contract_amount[person]),
            PAYMENT_METHODS[population.payment_method[person]],
            int(population.late_payments[person]),
            int(population.term[person]),
            None if blank[person, 0] < 0.55 else _INCOMES[income[person]],
            None if blank[person, 1] < 0.3 else int(years[person]),
            PLANS[population.plan[person]],
        )
