"""The table of concerns: whole, replaced by row, refused with its place, and in the version."""

from pathlib import Path

import pytest

from callrisk.domain.language import Intent, load, packaged
from callrisk.domain.language.concerns import COLUMNS, concerns_with, packaged_concerns
from callrisk.domain.language.predicates import TableError

HEAD = ",".join(COLUMNS)
OWN = "hardship,7,10,20,30,40,お金の悩み,Money worries"


def table(folder: Path, *rows: str, head: str = HEAD) -> Path:
    """A company's own table with these rows."""
    file = folder / "concerns.csv"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return file


def test_the_packaged_table_has_every_intent() -> None:
    """One row each; what answers concerns is none itself, and every concern can be answered."""
    concerns = packaged_concerns()

    assert set(concerns) == set(Intent)
    assert all(concern.intent is intent for intent, concern in concerns.items())
    reassuring = {intent for intent, concern in concerns.items() if concern.weight < 0}
    assert reassuring == {Intent.PROMISE, Intent.CAPACITY, Intent.RESOLVED}
    for concern in concerns.values():
        assert concern.label
        assert concern.label_en
        if concern.weight > 0:
            assert 0 < concern.by_promise <= concern.by_dated_promise <= 100


def test_own_rows_replace_those_of_their_kind(tmp_path: Path) -> None:
    """All others stay the product's; comments and blank lines are no rows."""
    found = concerns_with(table(tmp_path, "# ours", OWN, "", ",,,,,,,"))
    row = found[Intent.HARDSHIP]

    assert (row.weight, row.label, row.label_en) == (7, "お金の悩み", "Money worries")
    assert row.answered_by(Intent.PROMISE, dated=True) == 10
    assert row.answered_by(Intent.PROMISE, dated=False) == 20
    assert row.answered_by(Intent.CAPACITY, dated=False) == 30
    assert row.answered_by(Intent.RESOLVED, dated=False) == 40
    assert row.answered_by(Intent.OBLIGATION_ACK, dated=False) == 0
    assert {k: v for k, v in found.items() if k is not Intent.HARDSHIP} == {
        k: v for k, v in packaged_concerns().items() if k is not Intent.HARDSHIP
    }


def test_without_a_table_of_its_own_it_is_the_product_s(tmp_path: Path) -> None:
    """No file is no change."""
    assert concerns_with(tmp_path / "concerns.csv") is packaged_concerns()
    assert load(tmp_path / "predicates.csv") is packaged()


@pytest.mark.parametrize(
    ("row", "japanese", "english"),
    [
        ("hardship,7,10,20,30,40,お金の悩み", "列が 7 個", "7 cells instead of 8"),
        (OWN + ",more", "列が 9 個", "9 cells instead of 8"),
        (OWN.replace("hardship", "poverty"), "「poverty」という意味", "no intent 'poverty'"),
        (OWN.replace(",7,", ",10,"), "重み「10」", "重み: '10' must be"),
        (OWN.replace(",7,", ",-10,"), "重み「-10」", "重み: '-10' must be"),
        (OWN.replace(",7,", ",2.5,"), "重み「2.5」", "重み: '2.5' must be"),
        (OWN.replace(",7,", ",,"), "重み「」", "重み: '' must be"),
        (OWN.replace(",10,", ",101,"), "日付のある約束「101」", "日付のある約束: '101' must be"),
        (OWN.replace(",20,", ",-1,"), "約束「-1」", "約束: '-1' must be"),
        (OWN.replace(",30,", ",all,"), "余裕「all」", "余裕: 'all' must be"),
        (OWN.replace(",40,", ",4 0,"), "解消「4 0」", "解消: '4 0' must be"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(
    tmp_path: Path, row: str, japanese: str, english: str
) -> None:
    """File and line and what is wrong, in both languages."""
    good = OWN.replace("hardship", "dispute")
    with pytest.raises(TableError) as refused:
        concerns_with(table(tmp_path, good, row))

    assert (refused.value.file.name, refused.value.line) == ("concerns.csv", 3)
    assert refused.value.japanese.startswith("concerns.csv 3 行目: ")
    assert refused.value.english.startswith("concerns.csv, line 3: ")
    assert japanese in refused.value.japanese
    assert english in refused.value.english


@pytest.mark.parametrize("head", ["", HEAD.replace("重み", "おもみ"), HEAD + ",他"])
def test_another_heading_is_refused(tmp_path: Path, head: str) -> None:
    """The right one is told."""
    with pytest.raises(TableError, match=r"concerns\.csv 1 行目") as refused:
        concerns_with(table(tmp_path, OWN, head=head))

    assert HEAD in refused.value.english


def test_the_server_s_language_refuses_a_bad_row_too(tmp_path: Path) -> None:
    """The table stands beside the company's predicates, whether there are some or not."""
    table(tmp_path, OWN.replace(",7,", ",70,"))
    with pytest.raises(TableError, match=r"concerns\.csv 2 行目"):
        load(tmp_path / "predicates.csv")


def version_with(folder: Path, row: str) -> str:
    """The version of the language with this row of a company's own."""
    table(folder, row)
    return load(folder / "predicates.csv").version


def test_the_version_follows_from_what_a_row_means(tmp_path: Path) -> None:
    """A weight or a percentage makes another language; a label does not."""
    product = packaged_concerns()[Intent.HARDSHIP]
    figures = (product.weight, product.by_dated_promise, product.by_promise, product.by_capacity,
               product.by_resolved)  # fmt: skip

    def version_of(*row: int) -> str:
        told = ",".join(map(str, row))
        return version_with(tmp_path, f"hardship,{told},お金の悩み,Money worries")

    assert version_of(*figures) == packaged().version
    changed = {
        version_of(*figures[:n], figures[n] - 1, *figures[n + 1 :]) for n in range(len(figures))
    }
    assert len({*changed, packaged().version}) == 6


def test_the_language_brings_its_concerns(tmp_path: Path) -> None:
    """A language with a company's row weighs by it, and its labels are the company's."""
    table(tmp_path, OWN)
    found = load(tmp_path / "predicates.csv")

    assert found.concerns[Intent.HARDSHIP].weight == 7
    assert found.concerns[Intent.HARDSHIP].label == "お金の悩み"
    assert packaged().concerns is packaged_concerns()
