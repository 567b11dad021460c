"""The report, the model card and the workbook say what the run found, and only that."""

import io
import json
import re
from dataclasses import replace
from math import inf, isnan
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from callrisk.charts.theme import DARK, LIGHT, Theme
from callrisk.charts.theme import svg as drawn_svg
from callrisk.domain.evaluation import Interval, Skill
from callrisk.domain.risk_category import RiskCategory
from callrisk.pipeline import export
from callrisk.reporting.captions import caption_of
from callrisk.reporting.facts import facts_of
from callrisk.reporting.figure_tables import tables_of
from callrisk.reporting.method import kinds_of, method_of
from callrisk.reporting.model_card import model_card
from callrisk.reporting.notes import notes_of
from callrisk.reporting.pictures import DEPENDENCES, PARTS, pictures_of, waterfall_lines
from callrisk.reporting.plain_words import frequencies, frequency_sentence, improvement_steps
from callrisk.reporting.report import figures_of, report_html
from callrisk.reporting.run_results import Results, read_customers, read_evaluation, to_bytes
from callrisk.reporting.value_bands import value_bands
from callrisk.reporting.workbook import xlsx_bytes
from harness.made_evaluation import BARE, CUSTOMERS, FULL, SHA256, results, unproven_figures
from harness.made_once import made_once


@pytest.fixture(scope="module")
def unproven() -> Results:
    """A demonstration run without skill."""
    return results(Skill.UNPROVEN)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pictures of that run, drawn once."""
    drawn: dict[str, str] = made_once(
        "figures", tmp_path_factory.mktemp("figures"), unproven_figures
    )
    return drawn


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
    assert html.count('<svg role="img" ') == len(figures)
    assert not re.search(r"https?://(?!www\.w3\.org/)", html)


def test_report_tells_its_story_in_order(unproven: Results, figures: dict[str, str]) -> None:
    """Verdict, reasons, ways out, meaning, pictures, alarms, customers, method, facts."""
    html = report_html(unproven, figures)

    places = [
        html.index(text)
        for text in (
            "未検証",
            "下限が -0.013 です",
            "何があれば変わるか",
            "お客様で言うと",
            "だれについての話か",
            "<figure>",
            "気をつけること",
            "情報が漏れています",
            "未払いは &lt;14&gt; 人です",
            f"<b>{unproven.customers.customer_id[0]}",
            "くり返し分けて測る",
            SHA256,
        )
    ]
    assert places == sorted(places)


def test_report_counts_customers_in_words(figures: dict[str, str]) -> None:
    """A category says how many of a hundred, and of how many really; an empty one says so."""
    html = report_html(results(Skill.DEMONSTRATED), figures)

    assert "100 人中 <b>15</b> 人が未払い" in html
    assert html.count('class="on"') == 15
    assert "実際は 40 人中 6 人" in html
    # A dozen customers are no hundred.
    assert "12 人中 <b>7</b> 人が未払い" in html
    assert "7 of 12 did not pay (95 % interval 32–81 of 100), 2.4 × the overall share" in html
    assert "人数が少なく、参考程度です" in html
    assert "この区分に入ったお客様はいません" in html


def test_frequencies_are_those_of_the_bands() -> None:
    """Of a hundred, as many as of those who were counted; the interval holds the share."""
    for band, one in zip(FULL.bands, frequencies(FULL), strict=True):
        assert (str(one.category), one.customers, one.unpaid) == (
            band.category, band.customers, band.unpaid,
        )  # fmt: skip
        assert one.low <= one.of_hundred <= one.high
        if band.customers:
            assert one.of_hundred == round(100 * band.unpaid / band.customers)
            assert f"{band.customers} 人中 {band.unpaid} 人" in frequency_sentence(one).ja
        else:
            assert "いません" in frequency_sentence(one).ja


def test_unproven_report_says_that_nobody_is_high_and_what_could_change_it(
    unproven: Results, figures: dict[str, str]
) -> None:
    """Without skill nobody is called High, and the way out names dates, history and customers."""
    html = report_html(unproven, figures)

    assert "未検証のあいだは、だれも高リスクに入れていません" in html
    assert int(unproven.customers.score.max()) < unproven.customers.thresholds.high_risk
    for text in ("支払期日と入金日", "過去の支払い履歴", "約 412 組"):
        assert text in html
    assert improvement_steps(FULL) == ()


@pytest.mark.parametrize(
    ("verdict", "theme"),
    [(Skill.UNPROVEN, Theme(LIGHT, "ja")), (Skill.DEMONSTRATED, Theme(DARK, "en"))],
    ids=["unproven-ja", "demonstrated-en"],
)
def test_every_picture_can_be_drawn(verdict: Skill, theme: Theme) -> None:
    """All pictures of a full evaluation, in both languages and palettes, in one language each."""
    found = results(verdict)
    drawn = pictures_of(found.evaluation, found.customers)

    told = {name for part in PARTS for name in part.pictures}
    assert set(drawn) == {*told, *DEPENDENCES, "example"}
    for name, draw in drawn.items():
        shown = drawn_svg(draw(theme))
        assert shown.startswith("<svg")
        assert "NaN" not in shown, name
        assert theme.language == "ja" or not re.search(r"[ぁ-んァ-ヶ一-龠]", shown), name


@pytest.mark.parametrize("theme", [Theme(LIGHT, "ja"), Theme(DARK, "en")], ids=["ja", "en"])
def test_pictures_of_next_to_nothing_can_be_drawn(theme: Theme) -> None:
    """Where nothing is known, what is left is still drawn, and the rest has a sentence why."""
    customers = results().customers
    still = replace(customers, points=np.zeros_like(customers.points))

    drawn = pictures_of(BARE, still)

    for draw in drawn.values():
        assert drawn_svg(draw(theme)).startswith("<svg")
    absent = {"blocks", "presets", "forward", "learning", "share", "importance"}
    assert not absent & set(drawn)
    assert all(notes_of(BARE, still)[name] for name in absent)


def test_report_of_next_to_nothing_is_whole(unproven: Results) -> None:
    """A report without most of its pictures says why they are absent."""
    bare = replace(unproven, evaluation=BARE)

    html = report_html(bare, figures_of(bare))

    assert "契約月が足りない" in html
    assert "情報の種類が 1 つしかない" in html
    assert "nan" not in html
    assert "nan" not in model_card(bare)


def test_every_picture_has_words_and_numbers(unproven: Results) -> None:
    """Each has a title and how to read it in both languages; most have their numbers too."""
    found = unproven.evaluation
    tables = tables_of(found, unproven.customers)
    for name in pictures_of(found, unproven.customers):
        caption = caption_of(name)

        assert all((caption.title.ja, caption.title.en, caption.reading.ja, caption.reading.en))
    by_words = {"distribution", "swarm", "example"}
    assert set(pictures_of(found, unproven.customers)) - by_words <= set(tables)
    assert all(len(row) == len(table.headings) for table in tables.values() for row in table.rows)


def test_bands_of_values_hold_every_customer_once(unproven: Results) -> None:
    """Each customer is in one band of values, the unknown ones in a band of their own."""
    customers = unproven.customers
    for position, feature in enumerate(customers.features):
        facts, points = customers.facts[:, position], customers.points[:, position]
        bands = value_bands(feature, facts, points)

        assert sum(band.customers for band in bands) == CUSTOMERS
        total = sum(band.customers * band.points for band in bands)
        assert total == pytest.approx(points.sum(), abs=1e-9)
        assert [band.values.ja for band in bands].count("不明") == int(np.isnan(facts).any())


def test_post_call_columns_are_a_table_that_says_that_no_model_sees_them(
    unproven: Results, figures: dict[str, str]
) -> None:
    """What is known only after a call is shown, and kept out."""
    html = report_html(unproven, figures)

    assert "customer_loudness" in html
    assert "モデルは使いません" in html


def test_method_says_what_the_members_are(unproven: Results) -> None:
    """Members of three kinds are counted, and chosen configurations have their share."""
    told = " ".join(step.words.ja for step in method_of(FULL, unproven.model))

    assert [number for _, number in kinds_of(unproven.model.members)] == [1, 1, 1]
    assert "ロジスティック回帰 1 個" in told
    assert "全員に同じ確率 1 個" in told
    assert "ロジスティック回帰 60%、XGBoost 深さ 1 40%" in told
    assert "69 点を上限" in told


def test_calibration_error_never_stands_alone(unproven: Results) -> None:
    """Beside the error stands what chance gives a perfect model; slope and intercept come first."""
    slope, error = notes_of(FULL, unproven.customers)["calibration"]

    assert "傾き 0.97 [0.61, 1.32]" in slope.ja
    assert "切片 -0.04 [-0.31, +0.22]" in slope.ja
    assert "偶然だけで" in error.ja


def test_needed_customers_stand_against_those_there_are() -> None:
    """How many are needed stands beside how many there are, and whether that is enough."""
    told = {
        needed: notes_of(replace(FULL, groups_needed=needed), None)["learning"][0].ja
        for needed in (40, 412)
    }

    assert "約 412 組必要" in told[412]
    assert "58 組で、足りません" in told[412]
    assert "足りています" in told[40]


def test_evaluation_survives_json(unproven: Results) -> None:
    """What is read is what was written, nested parts and None included."""
    text = export.evaluation_json(FULL, unproven.model)

    assert read_evaluation(json.loads(text)) == FULL


def test_what_is_not_finite_is_null_in_json(unproven: Results) -> None:
    """JSON knows no NaN: it is null in the file, and NaN again where a number belongs."""
    odd = replace(FULL, auc=Interval(0.5, -inf, float("nan")), said_adds=Interval(inf, 0.0, 1.0))

    text = export.evaluation_json(odd, unproven.model)
    read = read_evaluation(json.loads(text))

    assert "NaN" not in text
    assert "Infinity" not in text
    assert json.loads(text)["auc"] == {"value": 0.5, "low": None, "high": None}
    assert isnan(read.auc.high)
    assert read.said_adds is not None
    assert isnan(read.said_adds.value)
    assert replace(read, auc=FULL.auc, said_adds=FULL.said_adds) == FULL


def test_evaluation_of_an_older_version_is_read_without_shares(unproven: Results) -> None:
    """Its AUC by share has no interval and is left out; what it never measured is unknown."""
    described = json.loads(export.evaluation_json(FULL, unproven.model))
    for name in ("said_adds", "hears"):
        del described[name]
    described |= {"by_share": {"0": 0.55, "100": 0.73}, "by_progress": {"end": 0.7}}

    read = read_evaluation(described)

    assert read == replace(FULL, by_share=(), said_adds=None, hears=None)
    assert "描けません" in notes_of(read, None)["share"][0].ja
    assert notes_of(read, None)["blocks"] == ()


def test_customers_of_other_blocks_are_refused(unproven: Results, tmp_path: Path) -> None:
    """An archive of an older version is no customers; its blocks mean something else."""
    path = tmp_path / "customers.npz"
    path.write_bytes(to_bytes(unproven.customers))
    with np.load(path, allow_pickle=False) as archive:
        arrays = dict(archive.items())
    arrays["words"] = np.array(str(arrays["words"]).replace('"said"', '"conversation"'))
    np.savez_compressed(path, **arrays)

    with pytest.raises(ValueError, match="conversation"):
        read_customers(path)


@pytest.mark.parametrize(
    "wrong", [{"auc": None}, {"verdict": "perhaps"}, {"rows": "many"}, {"bands": [{"a": 1}]}]
)
def test_evaluation_of_another_shape_is_refused(
    unproven: Results, wrong: dict[str, object]
) -> None:
    """A file that says something else is an error, never half an evaluation."""
    described = json.loads(export.evaluation_json(FULL, unproven.model)) | wrong

    with pytest.raises((KeyError, TypeError, ValueError)):
        read_evaluation(described)


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

    assert "検証済み" in html
    assert "未検証のモデル" not in html
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
            lines = waterfall_lines(unproven.customers, number, Theme(language=language))

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
        "傾き 0.97 [0.61, 1.32]",
        "| 中リスク · *Medium risk* | 52 | 13 | 25.0% |",
        "承認者：models/champion.json",
        "Approver: see models/champion.json",
        SHA256,
        "from all labelled customers until payment dates exist",
        "2025/01/06 – 2026/03/31",
        "`said_concern`",
    ):
        assert text in card, text


def test_model_card_keeps_its_tables_whole(unproven: Results) -> None:
    """A pipe in a file name does not open a column."""
    card = model_card(replace(unproven, source="a|b.xlsx"))

    [row] = [line for line in card.splitlines() if line.startswith("| 元データ |")]
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
    heads = [cell.value for cell in scores[1]][:3]
    assert heads == ["レコード番号", "リスクスコア（未検証）", "区分（英）"]
    assert scores["B2"].value == int(unproven.customers.score[0])
    assert scores["E2"].number_format == "0.0%"
    assert scores.column_dimensions["A"].width > 10
    assert "未検証" in [cell.value for cell in facts["B"]]


def test_workbook_marks_only_unproven_scores(unproven: Results) -> None:
    """The head over an unproven score says so and why; a demonstrated one needs no note."""
    rows = table(unproven)
    heads = [
        openpyxl.load_workbook(io.BytesIO(xlsx_bytes(export.COLUMNS, rows, found))).worksheets[0][
            "B1"
        ]
        for found in (unproven, results(Skill.DEMONSTRATED))
    ]

    assert "まだデータで確かめられていません" in heads[0].comment.text
    assert (heads[1].value, heads[1].comment) == ("リスクスコア", None)


def test_csv_says_unproven_in_every_row(unproven: Results) -> None:
    """Whoever reads one row learns what its score is worth."""
    skill = export.COLUMNS.index("skill")

    assert {row[skill] for row in table(unproven)} == {"unproven"}


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
