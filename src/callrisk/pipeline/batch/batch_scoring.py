"""Scoring of a table of customers or calls without labels by an existing model version.

Rows are read, scored and written many at a time; the results appear whole, or not at all.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np

from callrisk.artifacts.csv_cells import escape_formula
from callrisk.artifacts.files import new_folder
from callrisk.domain.arrays import Floats
from callrisk.domain.customer import JST, FieldKind
from callrisk.domain.evaluation import Skill
from callrisk.domain.features.contract import Block, Feature
from callrisk.domain.language import Language
from callrisk.domain.portfolio.stability import Stability, stability
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.integrations.spreadsheet.rows import DataError, OpenedTable, open_table
from callrisk.model import RiskModel
from callrisk.pipeline import data_preparation
from callrisk.pipeline.batch.customer_batches import CustomerBatches, ScoredBatch
from callrisk.pipeline.batch.score_rows import BATCH_COLUMNS, BatchScorer, ScoreRows, Value
from callrisk.pipeline.batch.training_reference import SCORE, TrainingReference
from callrisk.pipeline.dataset import Prepared, Progress
from callrisk.pipeline.file_formats import Formats
from callrisk.pipeline.preparation.feature_rows import latest_rows
from callrisk.reporting.portfolio.batch_summary import BatchSummary, labels_of
from callrisk.reporting.workbook import scores_xlsx

# A workbook of more rows takes far longer to write than all else.
MOST_ROWS_IN_A_WORKBOOK = 20_000


# Most sentences come again and again.
_escaped = lru_cache(200_000)(escape_formula)


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A table to score: the file, its customers table if it holds calls, where results go."""

    data: Path
    customers: Path | None
    output: Path
    now: datetime
    language: Language
    # The name of the folder of results; None for one made of time and version.
    results: str | None = None
    # Below which the reading of calls is kept.
    readings: Path | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a batch: its folder, how many rows it has, and what is to be told of it."""

    folder: Path
    rows: int
    outside: int
    changes: tuple[Stability, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Counts:
    """Counts of a batch so far: rows, rows outside the training, and the bins of each column."""

    rows: int = 0
    outside: int = 0
    columns: dict[str, Floats] = field(default_factory=dict)


class BatchScoring:
    """Scores tables by one model."""

    def __init__(
        self, model: RiskModel, features: Sequence[Feature], reference: TrainingReference | None
    ) -> None:
        self._model, self._features, self._reference = model, features, reference
        self._scorer = BatchScorer(model)
        self._rows = ScoreRows(model, features, reference)

    def run(self, request: BatchRequest, formats: Formats, progress: Progress) -> BatchResult:
        """Score a table and write the results; DataError or ArtifactError, and nothing is there."""
        names = (*formats.export.named, *formats.customer.named)
        table = open_table(request.data, names)
        has_calls = any(name in table.positions for name in formats.export.of_a_call)
        customer = replace(formats.customer, fields=self._model.fields)
        source: _Calls | _Customers
        if has_calls:
            source = _Calls(request, replace(formats, customer=customer), self._model, progress)
        else:
            source = _Customers(
                table, customer, self._model, request.now, self._day_column(table, formats)
            )
        usual = f"scored_{request.now:%Y%m%d-%H%M%S}_{self._model.version}"
        folder, counts = request.output / (request.results or usual), _Counts()
        with new_folder(folder) as draft:
            kept = self._write(draft / "risk_scores.csv", source.batches(), counts, progress)
            changes = self._changes(counts, has_calls)
            notes = (*source.notes(), *self._notes(counts))
            if counts.rows <= MOST_ROWS_IN_A_WORKBOOK:
                book = scores_xlsx(BATCH_COLUMNS, kept, Skill(self._model.skill))
                (draft / "risk_scores.xlsx").write_bytes(book)
            self._summary(request, counts, changes).write(draft)
        progress(1.0)
        return BatchResult(folder, counts.rows, counts.outside, tuple(changes), notes)

    def _day_column(self, table: OpenedTable, formats: Formats) -> str | None:
        """Return the column of the days that a training without calls counted to; None for today.

        Without it those facts cannot be told: DataError.
        """
        if self._reference is None or self._reference.has_calls:
            return None
        column = formats.export.contract_date
        has_days = any(field.kind is FieldKind.DATE for field in self._model.fields)
        if column in table.positions:
            return column
        if has_days and column:
            raise DataError(
                f"{table.where}: the model counted days to {column}, and there is no such column "
                "／ 学習時に日数の基準とした列がありません"
            )
        return None

    def _write(
        self, path: Path, batches: Iterable[ScoredBatch], counts: _Counts, progress: Progress
    ) -> list[list[Value]]:
        """Write the CSV file; return its rows as long as a workbook may hold them."""
        kept: list[list[Value]] = []
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write("\ufeff")
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(BATCH_COLUMNS)
            for batch in batches:
                rows = list(self._scored(batch, counts))
                writer.writerows(
                    [_escaped(cell) if isinstance(cell, str) else cell for cell in row]
                    for row in rows
                )
                kept = [*kept, *rows] if counts.rows <= MOST_ROWS_IN_A_WORKBOOK else []
                # How many rows are left is unknown while reading; the bar nears its end instead.
                progress(1 - 1 / (1 + counts.rows / 200_000))
        return kept

    def _scored(self, batch: ScoredBatch, counts: _Counts) -> Iterator[list[Value]]:
        scores = self._scorer.scores(batch.x)
        counts.rows += len(batch.x)
        if self._reference is not None:
            named = {one.name: batch.x[:, n] for n, one in enumerate(self._features)}
            named[SCORE] = scores.score.astype(np.float64)
            for name, values in named.items():
                if name in self._reference.columns:
                    found = self._reference.columns[name].bins.counts(values)
                    counts.columns[name] = counts.columns.get(name, 0.0) + found
        for row in self._rows.rows(batch, scores):
            counts.outside += bool(row[-1])
            yield row

    def _changes(self, counts: _Counts, has_calls: bool) -> list[Stability]:
        """Return the PSI of what both samples have; a table without calls has no words."""
        if self._reference is None:
            return []
        compared = {SCORE, *(feature.name for feature in self._features)}
        if self._reference.has_calls and not has_calls:
            compared = {one.name for one in self._features if one.block is Block.CUSTOMER}
        columns = self._reference.columns.items()
        expected = {name: column.counts for name, column in columns if name in compared}
        return stability(expected, counts.columns, (self._reference.independent, 1.0))

    def _notes(self, counts: _Counts) -> Iterator[str]:
        yield (
            "customers of the training are scored here by a model that learnt from them: honest "
            "scores of theirs, out of fold, are in the risk_scores of the training's own run ／ "
            "学習に使ったお客様の点数は、学習時の出力にあるものをお使いください"
        )
        if self._reference is None:
            yield (
                f"{self._model.version} was trained by an earlier version of the program and does "
                "not say which values it learnt from: nothing is marked as outside the training, "
                "and no PSI is told; train again ／ 学習時の値の記録がない版です"
            )
        if counts.rows > MOST_ROWS_IN_A_WORKBOOK:
            yield (
                f"{counts.rows:,} rows: written as CSV alone; a workbook holds at most "
                f"{MOST_ROWS_IN_A_WORKBOOK:,} ／ 件数が多いため CSV だけを出力しました"
            )

    def _summary(
        self, request: BatchRequest, counts: _Counts, changes: Sequence[Stability]
    ) -> BatchSummary:
        return BatchSummary(
            self._model.version, request.data.name, request.now, counts.rows, counts.outside,
            self._reference is not None, changes, labels_of(changes, self._features),
        )  # fmt: skip


class _Customers:
    """A table of customers as batches; days are counted to today, or to those of a column."""

    def __init__(
        self, table: OpenedTable, columns: CustomerFormat, model: RiskModel, now: datetime,
        day_column: str | None,
    ) -> None:  # fmt: skip
        today = now.astimezone(JST).date()
        self._reader = CustomerBatches(table, columns, model.features, today, day_column)

    def batches(self) -> Iterator[ScoredBatch]:
        """Yield the customers in the order of the file."""
        return self._reader.batches()

    def notes(self) -> list[str]:
        """Return what was taken or left out on the way."""
        return self._reader.notes()


class _Calls:
    """A table of calls as one batch: each customer at the end of the latest call."""

    def __init__(
        self, request: BatchRequest, formats: Formats, model: RiskModel, progress: Progress
    ) -> None:
        # Labels and payment dates, where there are any, have no say in a score.
        unlabelled = replace(formats.export, label="", due_date="", paid_date="")
        self._prepared: Prepared = data_preparation.prepare(
            request.data, request.customers, replace(formats, export=unlabelled),
            request.language, lambda share: progress(0.9 * share), request.readings,
        )  # fmt: skip
        self._names = model.features

    def batches(self) -> Iterator[ScoredBatch]:
        """Yield all customers, in the order of their latest calls in the file."""
        x, numbers = latest_rows(self._prepared, self._names)
        calls = [self._prepared.calls[number] for number in numbers.tolist()]
        yield ScoredBatch(
            customer_id=[call.customer_id for call in calls],
            call_id=[call.shown_id for call in calls],
            began_at=[call.began_text for call in calls],
            x=x,
            unseen={},
        )

    def notes(self) -> list[str]:
        """Return what was taken or left out on the way."""
        return list(self._prepared.warnings)
