"""What is read of an export is kept in parts, and taken again as long as nothing changed."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from callrisk.bootstrap.customer_data.customer_files import discard_readings
from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.language import Language, packaged
from callrisk.integrations.spreadsheet.cell_rules import CellRules
from callrisk.integrations.spreadsheet.transcripts import SpeakerTags
from callrisk.pipeline.data_preparation import prepare
from callrisk.pipeline.dataset import Prepared
from callrisk.pipeline.file_formats import Formats, formats_of, readings_of
from callrisk.pipeline.preparation.feature_rows import build_dataset, share_rows
from callrisk.pipeline.readings import reading_parts
from callrisk.pipeline.readings.reading_key import reading_key
from callrisk.settings import load
from harness import ROOT
from harness.made_export import CONTACT, RECORD, SAID, calls, number, written

CANARY = "翡翠色の灯台"
INCOME = number("income", "年収")
FIELDS = (
    INCOME,
    CustomerField("plan", "プラン", FieldKind.CHOICE, "p", "p", choices=("甲", "乙")),
    CustomerField("moved", "転居日", FieldKind.DATE, "m", "m"),
)
FORMATS = formats_of(load(ROOT))
FORMATS = replace(FORMATS, customer=replace(FORMATS.customer, fields=FIELDS))


def export(path: Path) -> Path:
    """Calls with declared fields, further columns of all kinds, blanks, and a call listed twice."""
    rows = calls(30)
    for n, row in enumerate(rows):
        row |= {"年収": n * 10, "プラン": "甲乙"[n % 2], "転居日": f"2024-01-{n % 28 + 1:02d}"}
        row |= {"店": f"店{n % 3}", "数": "" if n % 5 == 0 else n, "日": "2024年5月3日", "空": ""}
        row[SAID] = f"(AGENT){CANARY}ですか\n(CUSTOMER){CANARY}は払えません\n{row[SAID]}"
    rows[7][SAID] = ""
    # Another customer of the same label has the call, too.
    rows.append(rows[10] | {RECORD: 5001, CONTACT: rows[10][CONTACT]})
    return written(path, rows)


def read(data: Path, readings: Path | None) -> Prepared:
    """What preparation makes of an export."""
    return prepare(data, None, FORMATS, packaged(), lambda _share: None, readings)


def told(prepared: Prepared) -> list[object]:
    """All that later phases take of it, as comparable values."""
    dataset = build_dataset(prepared, FIELDS)
    arrays = [dataset.x, dataset.manner_x, dataset.weight, dataset.cut, dataset.call]
    arrays += [*share_rows(prepared, dataset), *(each.values for each in prepared.columns)]
    columns = [replace(each, values=np.zeros(0)) for each in prepared.columns]
    return [
        *(array.tobytes() for array in arrays), prepared.calls, prepared.groups, prepared.warnings,
        prepared.call_values, [repr(column) for column in columns],
    ]  # fmt: skip


def stamps(readings: Path) -> dict[Path, int]:
    """When each file was written."""
    return {path: path.stat().st_mtime_ns for path in readings.rglob("*") if path.is_file()}


@pytest.mark.slow  # starts processes
def test_a_reading_by_processes_is_kept_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It equals one of a single part, bit for bit; what is there is never written again."""
    data = export(tmp_path / "calls.csv")
    whole = told(read(data, None))
    monkeypatch.setattr(reading_parts, "_MOST_ROWS", 25)
    readings = tmp_path / "readings"
    first, before = told(read(data, readings)), stamps(readings)
    again = told(read(data, readings))
    assert stamps(readings) == before
    parts = sorted(path for path in before if path.suffix == ".parquet")
    # A stop between two parts: neither the head nor one of them is there.
    parts[1].unlink()
    (readings / parts[1].parent.name / "reading.json").unlink()
    resumed = told(read(data, readings))

    assert len(parts) == 3
    assert first == again == resumed == whole
    after = stamps(readings)
    assert {path for path in parts if after[path] != before[path]} == {parts[1]}


def test_a_damaged_part_is_read_again(tmp_path: Path) -> None:
    """One of another length than the head says, as after a full disk."""
    data, readings = export(tmp_path / "calls.csv"), tmp_path / "readings"
    first = told(read(data, readings))
    (part,) = readings.rglob("*.parquet")
    part.write_bytes(part.read_bytes()[:1000])

    assert told(read(data, readings)) == first


def test_no_word_of_a_call_is_kept(tmp_path: Path) -> None:
    """Neither in a column nor in the head of a file."""
    readings = tmp_path / "readings"
    read(export(tmp_path / "calls.csv"), readings)
    (part,) = readings.rglob("*.parquet")
    table = pq.read_table(part)
    content = f"{table.to_pylist()} {json.loads(table.schema.metadata[b'texts'])}"

    assert "店1" in content
    assert CANARY not in content
    assert "払えません" not in content


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        (lambda f: replace(f, export=replace(f.export, window_days=3)), True),
        (lambda f: replace(f, customer=replace(f.customer, fields=(replace(INCOME, label="x"),
                                                                   *FIELDS[1:]))), True),
        (lambda f: replace(f, export=replace(f.export, speakers=SpeakerTags(("田中",)))), False),
        (lambda f: replace(f, export=replace(f.export, unpaid="滞納")), False),
        (lambda f: replace(f, export=replace(f.export, cells=CellRules(missing=("無",)))), False),
        (lambda f: replace(f, customer=replace(f.customer, fields=FIELDS[1:])), False),
    ],
)  # fmt: skip
def test_only_settings_that_decide_what_is_read_change_the_key(
    tmp_path: Path, change: Callable[[Formats], Formats], is_same: bool
) -> None:
    """Names on screens and the window of the labels do not."""
    data = export(tmp_path / "calls.csv")
    keys = {reading_key(data, each, (), packaged()) for each in (FORMATS, change(FORMATS))}

    assert (len(keys) == 1) == is_same


def test_content_language_and_columns_of_customers_change_the_key(tmp_path: Path) -> None:
    """The name of the file does not."""
    data = export(tmp_path / "calls.csv")
    copied = tmp_path / "renamed.csv"
    copied.write_bytes(data.read_bytes())
    language: Language = replace(packaged(), version="other")
    keys = [
        reading_key(data, FORMATS, (), packaged()),
        reading_key(copied, FORMATS, (), packaged()),
        reading_key(data, FORMATS, ("年収",), packaged()),
        reading_key(data, FORMATS, (), language),
    ]
    with copied.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["支払済"])
    keys.append(reading_key(copied, FORMATS, (), packaged()))

    assert keys[0] == keys[1]
    assert len({*keys}) == len(keys) - 1


def test_four_readings_are_kept_until_somebody_is_erased(tmp_path: Path) -> None:
    """Those used last; an erasure deletes all, for any of them may have the customer."""
    settings = load(ROOT).model_copy(update={"root": tmp_path})
    readings, rows = readings_of(settings), calls(8)
    for n in range(5):
        read(written(tmp_path / "calls.csv", rows[n:]), readings)
    kept = len(list(readings.iterdir()))
    discard_readings(settings)

    assert kept == 4
    assert not readings.exists()
