"""The table of predicates refuses what it cannot use, and a company's rows are understood."""

from pathlib import Path

import pytest

from callrisk.domain.language import Intent, Language, TableError, load, packaged
from callrisk.domain.language.japanese import JAPANESE
from callrisk.domain.language.predicates import predicates_in

COLUMNS = JAPANESE.form.columns
HEADING = ",".join(COLUMNS)
# A word of a company of its own, which the product does not know.
GOOD = (
    "ポチョムキる,五段,,hardship,capacity,,,,1,"
    "今月はポチョムキっています,友達はポチョムキっています"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The place of a company's table."""
    return tmp_path / "predicates.csv"


def cells(**changed: str) -> str:
    """Return the good row with other cells, by the name of their column."""
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | changed
    return ",".join(row.values())


def said(language: Language, text: str) -> set[Intent]:
    """Return what the table decides about a turn; the learned part is never that sure."""
    return {one.intent for one in language.understand(text) if one.strength == 1}


def of(table: Path, *rows: str) -> Language:
    """Return the language of a table with these rows."""
    table.write_text("\n".join((HEADING, *rows, "")), encoding="utf-8")
    return load(table)


def refused(table: Path, text: str) -> TableError:
    """Return the error that loading a table ends with."""
    table.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load(table)
    return caught.value


@pytest.mark.parametrize(
    ("row", "japanese", "english"),
    [
        (GOOD + ",1", "列が 12 個あります", "12 cells instead of 11"),
        ("ポチョムキる,五段", "列が 2 個あります", "2 cells instead of 11"),
        (cells(活用="六段"), "活用「六段」はありません（五段・一段", "unknown inflection '六段'"),
        (cells(肯定="poverty"), "肯定「poverty」という意味はありません", "no intent 'poverty'"),
        (cells(否定="はい"), "否定「はい」という意味はありません", "no intent 'はい'"),
        (cells(依頼="x"), "依頼「x」という意味はありません", "no intent 'x'"),
        (cells(義務="x"), "義務「x」という意味はありません", "no intent 'x'"),
        (cells(話題="天気"), "話題「天気」はありません（支払い・", "unknown topic '天気'"),
        (cells(強さ="強い"), "強さ「強い」は 0 より大きく", "the strength '強い' must"),
        (cells(強さ="0"), "強さ「0」は", "the strength '0' must be"),
        (cells(強さ="1.5"), "強さ「1.5」は", "the strength '1.5' must be"),
        (cells(強さ="nan"), "強さ「nan」は", "the strength 'nan' must be"),
        (cells(強さ=""), "強さ「」は", "the strength '' must be"),
        (cells(語=""), "「語」が空です", "語 is empty"),
        (cells(活用=""), "「活用」が空です", "活用 is empty"),
        (cells(例文=""), "「例文」が空です", "例文 is empty"),
        (cells(反例=""), "「反例」が空です", "反例 is empty"),
        (cells(肯定="", 否定=""), "意味の列がすべて空です", "no column says what it means"),
        (cells(例文="いい天気です"), "例文「いい天気です」から意味", "the example 'いい天気です'"),
        (
            cells(反例="ポチョムキっています"),
            "反例「ポチョムキっています」でも意味が取れてしまいます",
            "the counterexample 'ポチョムキっています' says",
        ),
        (cells(語="ポチョムキ"), "「ポチョムキ」は五段の終止形では", "no dictionary form of 五段"),
        (cells(活用="形容詞"), "は形容詞の終止形では", "no dictionary form of 形容詞"),
        (cells(活用="形容動詞"), "は形容動詞の終止形では", "no dictionary form of 形容動詞"),
        (cells(活用="サ変"), "はサ変の終止形では", "no dictionary form of サ変"),
        (cells(語="払う", 活用="一段"), "は一段の終止形では", "no dictionary form of 一段"),
    ],
)  # fmt: skip
def test_a_faulty_row_is_refused(table: Path, row: str, japanese: str, english: str) -> None:
    """File, line and both sentences tell what to mend; the rows before it do not matter."""
    error = refused(table, f"{HEADING}\n# 自社の言葉,,,,,,,,,,\n\n{GOOD}\n{row}\n")

    assert (error.file, error.line) == (table, 5)
    assert error.japanese.startswith("predicates.csv 5 行目: ")
    assert error.english.startswith("predicates.csv, line 5: ")
    assert japanese in error.japanese
    assert english in error.english
    assert str(error) == f"{error.japanese}\n{error.english}"


@pytest.mark.parametrize(
    "heading", ["", "語,活用", HEADING.replace("語", "word"), HEADING + ",備考", GOOD]
)
def test_another_heading_is_refused(table: Path, heading: str) -> None:
    """The right heading stands in the message, to copy."""
    error = refused(table, f"{heading}\n{GOOD}\n")

    assert error.line == 1
    assert HEADING in error.japanese
    assert HEADING in error.english


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_it_is_read_as_excel_saves_it(table: Path, encoding: str, newline: str) -> None:
    """UTF-8 with or without BOM, or Shift_JIS; blanks around cells do not matter."""
    spaced = GOOD.replace(",", " , ")
    table.write_bytes(newline.join((HEADING, spaced, "," * 10, "")).encode(encoding))

    (row,) = predicates_in(table, JAPANESE.form)
    assert (row.word, row.affirmed, row.negated) == ("ポチョムキる", "hardship", "capacity")
    assert row.topic == ""
    assert row.past_counts
    assert said(load(table), "ポチョムキっています") == {Intent.HARDSHIP}


# Made-up words, their inflection, and forms of them that affirm and that negate.
CONJUGATED = (
    ("ポチョムキる", "五段", "ポチョムキります ポチョムキってます ポチョムキるんです",
     "ポチョムキらない ポチョムキりません ポチョムキらへん"),
    ("むらすく", "五段", "むらすきます むらすいてます", "むらすきません むらすいてない"),
    ("むらさぐ", "五段", "むらさぎます むらさいでます", "むらさぎません むらさいでない"),
    ("むらかす", "五段", "むらかします むらかしてます", "むらかさない むらかしません"),
    ("むらもつ", "五段", "むらもちます むらもってます", "むらもたない むらもちません"),
    ("むらしぬ", "五段", "むらしにます むらしんでます", "むらしなない むらしにません"),
    ("むらとぶ", "五段", "むらとびます むらとんでます", "むらとばない むらとびません"),
    ("むらのむ", "五段", "むらのみます むらのんでます", "むらのまない むらのみません"),
    ("むらかう", "五段", "むらかいます むらかってます", "むらかわない むらかいません"),
    ("むらべる", "一段", "むらべます むらべてます むらべるんです",
     "むらべない むらべません むらべられない"),
    ("むら活する", "サ変", "むら活します むら活してます むら活するんです",
     "むら活しません むら活していない"),
    ("むらつい", "形容詞", "むらついです むらつかったです むらつくて",
     "むらつくない むらつくありません むらつくはないです"),
    ("むら的だ", "形容動詞", "むら的です むら的なんです むら的だ",
     "むら的ではない むら的じゃないです むら的ではありません"),
    ("むら者", "名詞", "むら者です むら者なんです", "むら者ではない むら者じゃありません"),
    ("村賀がある", "五段", "村賀があります 村賀はある 村賀もあります 村賀あります",
     "村賀がない 村賀はありません 村賀ないです"),
    ("村田がござる", "五段", "村田がございます", "村田はございません 村田がございません"),
    ("むらむらなう", "固定", "むらむらなうです", "むらむらなうではない"),
)  # fmt: skip


@pytest.fixture(scope="module")
def conjugating(tmp_path_factory: pytest.TempPathFactory) -> Language:
    """A language with all words that are conjugated here."""
    rows = (
        cells(語=word, 活用=inflection, 例文=forms.split()[0], 反例=f"友達は{forms.split()[0]}")
        for word, inflection, forms, _ in CONJUGATED
    )
    return of(tmp_path_factory.mktemp("language") / "predicates.csv", *rows)


@pytest.mark.parametrize(
    ("form", "intent"),
    [
        (form, intent)
        for _, _, affirmed, negated in CONJUGATED
        for forms, intent in ((affirmed, Intent.HARDSHIP), (negated, Intent.CAPACITY))
        for form in forms.split()
    ],
)
def test_each_inflection_is_conjugated(conjugating: Language, form: str, intent: Intent) -> None:
    """A dictionary form is enough; negation turns the intent over in every inflection."""
    assert said(conjugating, form) == {intent}


def test_requests_and_obligations_have_columns(table: Path) -> None:
    """待ってください asks, 払わないといけない knows; the plain forms say nothing then."""
    row = cells(
        語="むらべる", 活用="一段", 肯定="", 否定="", 依頼="delay_request", 義務="obligation_ack",
        例文="むらべてください", 反例="むらべます",
    )  # fmt: skip
    language = of(table, row)

    assert said(language, "むらべてもらえませんか") == {Intent.DELAY_REQUEST}
    assert said(language, "むらべないといけません") == {Intent.OBLIGATION_ACK}
    assert said(language, "むらべません") == set()


def test_a_topic_must_be_named(table: Path) -> None:
    """厳しい of a summer says nothing about paying; of paying it does."""
    row = cells(
        語="むらつい",
        活用="形容詞",
        話題="支払い",
        例文="支払いがむらついです",
        反例="夏がむらついです",
    )
    language = of(table, row)

    assert said(language, "料金がむらついです") == {Intent.HARDSHIP}
    assert said(language, "先生がむらついです") == set()


def test_a_row_that_decides_stands_above_the_learned_part(table: Path) -> None:
    """Strength 1 says it outright; less is evidence, and says nothing by itself here."""
    sentence = "ポチョムキっています"
    (statement,) = of(table, GOOD).understand(sentence)
    assert statement.strength == 1
    assert sentence[statement.begin : statement.end].startswith("ポチョムキ")

    weaker = of(table, cells(強さ="0.7"))
    assert all(one.strength < 1 for one in weaker.understand(sentence))


def test_own_rows_change_the_version_and_nothing_else(table: Path) -> None:
    """The version follows from what rows mean; examples and comments do not count."""
    own = of(table, GOOD)

    assert own.version != packaged().version
    assert of(table, "# 注,,,,,,,,,,", cells(例文="実はポチョムキってます")).version == own.version
    assert own.understand("払えません") == packaged().understand("払えません")
    assert of(table, cells(否定="")).version not in {own.version, packaged().version}


def test_without_a_table_the_language_is_the_products(tmp_path: Path) -> None:
    """No file, or none but the heading, changes nothing."""
    assert load(None) is packaged()
    assert load(tmp_path / "none.csv") is packaged()
    assert of(tmp_path / "empty.csv").version == packaged().version


def test_the_products_own_table_is_in_order() -> None:
    """All examples hold (or it would not load); no row stands there twice."""
    rows = JAPANESE.predicates()

    assert len(rows) > 100
    assert len({row.meaning for row in rows}) == len(rows)
    assert {row.topic for row in rows if row.topic} <= set(JAPANESE.topics())


@pytest.mark.xfail(strict=True, reason="がない is taken for the negation of a noun")
def test_a_verb_in_gu_is_negated(table: Path) -> None:
    """稼がない negates 稼ぐ."""
    row = cells(語="むらさぐ", 例文="むらさぎます", 反例="友達はむらさぎます")

    assert said(of(table, row), "むらさがない") == {Intent.CAPACITY}
