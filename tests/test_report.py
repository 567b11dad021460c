"""The report, the model card and the workbook say what the run found, and only that."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from callrisk.charts.look import Look
from callrisk.domain.assessment import RiskCategory, Thresholds
from callrisk.domain.evaluation import Alarm, Band, Calibration, Evaluation, Interval, Skill
from callrisk.domain.features import CONVERSATION, HISTORY
from callrisk.model import BoosterParams, Learning, RiskModel, fit_member
from callrisk.pipeline import export
from callrisk.pipeline.facts import facts_of
from callrisk.pipeline.model_card import model_card
from callrisk.pipeline.report import figures_of, report_html, waterfall_lines
from callrisk.pipeline.results import Results, ScoredCustomers, read_customers, to_bytes
from callrisk.pipeline.workbook import xlsx_bytes

CUSTOMERS = 60
FEATURES = (*CONVERSATION[:6], HISTORY[0])
MODEL_VERSION = "20261122-051200-ab12cd"


def trained(skill: Skill, demo: bool) -> tuple[RiskModel, np.ndarray, np.ndarray]:
    """A small real model, and the rows and labels that it learnt from."""
    rng = np.random.default_rng(11)
    x = rng.uniform(0, 60, (CUSTOMERS, len(FEATURES)))
    x[rng.random(x.shape) < 0.05] = np.nan
    y = (np.nan_to_num(x[:, 0]) + rng.normal(0, 12, CUSTOMERS) > 42).astype(float)
    member = fit_member(Learning(x, y, np.ones(CUSTOMERS)), BoosterParams(30, 2, 0.2, 1))
    model = RiskModel(
        version=MODEL_VERSION,
        features=tuple(feature.name for feature in FEATURES),
        typical=tuple(np.nanmedian(x, axis=0).tolist()),
        fields=(),
        members=(member,),
        calibration=Calibration(1.0, 0.0),
        base_rate=float(y.mean()),
        thresholds=Thresholds(high_risk=70, medium_risk=40),
        skill=skill,
        demo=demo,
    )
    return model, x, y


def scored(model: RiskModel, x: np.ndarray, y: np.ndarray) -> ScoredCustomers:
    """The customers of the small model in order, the last of them pending."""
    answers = model.assess_many(x)
    order = np.argsort(-answers.probability)
    lines = [answers.lines[number] for number in order]
    unpaid = y[order]
    unpaid[-1] = np.nan
    return ScoredCustomers(
        customer_id=np.array([str(1001 + number) for number in order]),
        call_id=np.array([f"call-{number}" for number in order]),
        began_at=np.full(CUSTOMERS, "2026-03-01T01:00:00Z"),
        contract_month=np.array([f"2026-0{1 + number % 3}" for number in order]),
        unpaid=unpaid,
        score=np.array([line.score for line in lines]),
        low=answers.interval[order, 0],
        high=answers.interval[order, 1],
        probability=answers.probability[order],
        start=np.array([line.start for line in lines]),
        cap=np.array([line.cap for line in lines]),
        lines=np.array([line.points for line in lines]),
        points=answers.points[order],
        facts=x[order],
        typical=np.array(model.typical),
        features=FEATURES,
        thresholds=model.thresholds,
    )


def evaluation(verdict: Skill) -> Evaluation:
    """What might be known about the small model."""
    unproven = verdict is Skill.UNPROVEN
    return Evaluation(
        rows=130,
        calls=120,
        duplicate_calls=10,
        customers=CUSTOMERS,
        labelled_customers=CUSTOMERS - 1,
        pending_customers=1,
        groups=58,
        unpaid_groups=14,
        base_rate=0.241,
        auc=Interval(0.731, 0.612, 0.845),
        brier_skill=Interval(0.092, -0.013 if unproven else 0.031, 0.151),
        calibration=Calibration(0.97, -0.04),
        permutation_p=0.017,
        permutations=59,
        majority_accuracy=0.826,
        accuracy=0.824,
        baselines={"base_rate": 0.5, "contract_month": 0.58, "call_length": 0.52},
        block_skill={"conversation": 0.07, "history": 0.01},
        by_progress={"0": 0.55, "10": 0.62, "end": 0.73},
        bands=(Band("high", 12, 7), Band("medium", 40, 6), Band("low", 0, 0)),
        alarms=(Alarm("few", None, "未払いは <14> 人です", "Only <14> unpaid", blocking=False),),
        verdict=verdict,
        reasons_unproven=("下限が -0.013 です",) if unproven else (),
        reasons_unproven_en=("The lower bound is -0.013",) if unproven else (),
    )


def results(verdict: Skill = Skill.UNPROVEN, demo: bool = True) -> Results:
    """A whole run of the small model."""
    model, x, y = trained(verdict, demo)
    return Results(
        evaluation=evaluation(verdict),
        model=model,
        customers=scored(model, x, y),
        source="通話データ.xlsx",
        made_at=datetime(2026, 11, 22, 5, 12, tzinfo=UTC),
        first_call=datetime(2025, 1, 6, 1, 0, tzinfo=UTC),
        last_call=datetime(2026, 3, 30, 23, 0, tzinfo=UTC),
        warnings=("9 transcripts are cut",),
    )


@pytest.fixture(scope="module")
def unproven() -> Results:
    """A demonstration run without skill."""
    return results()


@pytest.fixture(scope="module")
def figures(unproven: Results) -> dict[str, str]:
    """The pictures of that run, drawn once."""
    return figures_of(unproven)


def table(found: Results) -> list[list[str | int | float]]:
    """The rows of risk_scores, as the export makes them."""
    customers = found.customers
    listed = []
    for number in range(CUSTOMERS):
        reasons = customers.reasons(number, 5)
        listed.append(
            export.CustomerScore(
                customer_id=str(customers.customer_id[number]),
                call_id=str(customers.call_id[number]),
                began_at=str(customers.began_at[number]),
                turns=20,
                risk_score=int(customers.score[number]),
                risk_category=customers.category(number),
                probability=float(customers.probability[number]),
                label="",
                out_of_fold=True,
                start_points=int(customers.start[number]),
                reasons=reasons,
                other_points=customers.other(number, reasons),
                cap_points=int(customers.cap[number]),
            )
        )
    return export.table(listed, found.model)


def test_report_needs_nothing_from_outside(unproven: Results, figures: dict[str, str]) -> None:
    """No script, no link, no picture or font from anywhere: the file alone is the report."""
    html = report_html(unproven, figures)

    assert "<script" not in html
    assert not re.search(r"\b(src|href)\s*=\s*[\"']?(?!#)", html)
    assert set(re.findall(r"url\(([^)]*)", html)) <= set(re.findall(r"url\((#[^)]*)", html))
    assert html.count("<svg ") == len(figures)


def test_report_gives_the_verdict_before_pictures_and_customers(
    unproven: Results, figures: dict[str, str]
) -> None:
    """Who reads only the top learns whether to believe the rest, and why not."""
    html = report_html(unproven, figures)

    verdict, reason, picture, customer = (
        html.index(text)
        for text in (
            "未実証",
            "下限が -0.013 です",
            "<figure>",
            f"<b>{unproven.customers.customer_id[0]}",
        )
    )
    assert verdict < reason < picture < customer


def test_report_counts_customers_in_words(unproven: Results, figures: dict[str, str]) -> None:
    """A category says how many of how many did not pay; an empty one says that it is empty."""
    html = report_html(unproven, figures)

    assert "12 人中 <b>7</b> 人が未払い" in html
    assert "7 of 12 did not pay, 2.4 × the overall share" in html
    assert "この区分に入ったお客様はいません" in html


def test_report_of_real_data_has_no_ribbon(figures: dict[str, str]) -> None:
    """Only fictional data bear the DEMO ribbon, in the title too."""
    demo, real = (report_html(results(demo=demo), figures) for demo in (True, False))

    assert "架空のデータによる結果です" in demo
    assert "DEMO</title>" in demo
    assert "DEMO" not in real


def test_report_of_a_demonstrated_model_gives_no_reasons_against_it(
    figures: dict[str, str],
) -> None:
    """Demonstrated skill stands without excuses."""
    html = report_html(results(Skill.DEMONSTRATED), figures)

    assert "実証済み" in html
    assert "未実証のモデル" not in html
    assert "下限が" not in html


def test_report_escapes_what_others_wrote(unproven: Results, figures: dict[str, str]) -> None:
    """A file name or an id cannot become markup."""
    ids = unproven.customers.customer_id.astype("<U40")
    ids[0] = "<img onerror=x>"
    customers = replace(unproven.customers, customer_id=ids)

    html = report_html(
        replace(unproven, customers=customers, source="<script>x</script>.xlsx"), figures
    )

    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img onerror=x&gt;" in html
    assert "未払いは &lt;14&gt; 人です" in html


def test_every_customer_adds_up(unproven: Results) -> None:
    """Start, shown reasons, the rest and the cap make the score, for each customer."""
    customers = unproven.customers
    for number in range(CUSTOMERS):
        reasons = customers.reasons(number, 3)
        parts = [reason.points for reason in reasons]
        parts += [int(customers.start[number]), customers.other(number, reasons)]

        assert sum(parts) + int(customers.cap[number]) == int(customers.score[number])


def test_waterfall_lines_add_up_to_the_score(unproven: Results) -> None:
    """The picture of one customer ends where the score is, in both languages."""
    for language in ("ja", "en"):
        for number in (0, CUSTOMERS // 2, CUSTOMERS - 1):
            lines = waterfall_lines(unproven.customers, number, Look(language=language))

            assert sum(line.points for line in lines) == int(unproven.customers.score[number])


def test_customers_survive_the_file(unproven: Results, tmp_path: Path) -> None:
    """What is read is what was written, features and cuts included."""
    path = tmp_path / "customers.npz"
    path.write_bytes(to_bytes(unproven.customers))

    read = read_customers(path)

    assert read.features == unproven.customers.features
    assert read.thresholds == unproven.customers.thresholds
    assert read.customer_id.tolist() == unproven.customers.customer_id.tolist()
    np.testing.assert_array_equal(read.facts, unproven.customers.facts)
    np.testing.assert_array_equal(read.lines, unproven.customers.lines)
    assert read.reasons(0, 3) == unproven.customers.reasons(0, 3)
    assert read.labels()[-1] is None


def test_months_count_labelled_customers_only(unproven: Results) -> None:
    """A pending customer is in no month."""
    months = unproven.customers.months()

    assert [month for month, _, _ in months] == ["2026-01", "2026-02", "2026-03"]
    assert sum(customers for _, customers, _ in months) == CUSTOMERS - 1


def test_model_card_says_what_it_is_not_for(unproven: Results) -> None:
    """The card names purpose and non-purpose, population, skill, categories and limits."""
    card = model_card(unproven)

    for text in (
        "契約を自動で断ること",
        "never the score alone",
        "契約に至ったお客様だけ",
        "0.731 [0.612, 0.845]",
        "+0.092 [-0.013, +0.151]",
        "0.97, -0.04",
        "| 高リスク | High risk | 12 | 7 | 58.3 % |",
        "from all labelled customers until payment dates exist",
        "2025/01/06 – 2026/03/31",
        "`customer_char_share`",
    ):
        assert text in card, text


def test_model_card_keeps_its_tables_whole(unproven: Results) -> None:
    """A pipe in a file name does not open a column."""
    card = model_card(replace(unproven, source="a|b.xlsx"))

    [row] = [line for line in card.splitlines() if line.startswith("| 元データ")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_facts_come_in_both_languages(unproven: Results) -> None:
    """Every fact has words in Japanese and in English, the warnings of the data among them."""
    facts = facts_of(unproven)

    assert all(fact.name.ja and fact.name.en and fact.value.ja and fact.value.en for fact in facts)
    assert "9 transcripts are cut" in [fact.value.ja for fact in facts]


def test_workbook_holds_every_customer_under_frozen_headings(unproven: Results) -> None:
    """As many rows as customers, Japanese headings that stay, numbers that are numbers."""
    rows = table(unproven)

    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(export.COLUMNS, rows, unproven)))

    scores, facts = book.worksheets
    assert scores.max_row == CUSTOMERS + 1
    assert scores.freeze_panes == "B2"
    assert [cell.value for cell in scores[1]][:3] == ["レコード番号", "リスクスコア", "区分（英）"]
    assert scores["B2"].value == int(unproven.customers.score[0])
    assert scores["E2"].number_format == "0.0%"
    assert scores.column_dimensions["A"].width > 10
    assert "未実証" in [cell.value for cell in facts["B"]]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+81-3", "-1", "＝1", "#N/A"])
def test_workbook_keeps_formulas_out(unproven: Results, text: str) -> None:
    """Text that looks like a formula stays the text that it is."""
    row = table(unproven)[0]
    row[0] = text

    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(export.COLUMNS, [row], unproven)))

    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_every_category_of_the_report_has_its_colour(
    unproven: Results, figures: dict[str, str]
) -> None:
    """Each category is a class that the style sheet knows."""
    html = report_html(unproven, figures)

    assert all(f".pill.{category} " in html for category in RiskCategory)
