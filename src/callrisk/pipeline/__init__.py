"""The five phases, called in order: preparation, training, scoring, evaluation, export."""

import hashlib
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from callrisk import __version__
from callrisk.artifacts import (
    finish_training,
    new_version,
    save_version,
    write_file,
    write_folder,
)
from callrisk.domain.evaluation import Evaluation, Origin
from callrisk.domain.wording import Text
from callrisk.integrations.spreadsheet.call_export import ExportFormat
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat
from callrisk.model import RiskModel
from callrisk.pipeline import data_preparation, evaluation, export, model_training, scoring
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.plan import Plan, warn_of_few
from callrisk.pipeline.preparation import feature_rows
from callrisk.reporting.model_card import model_card
from callrisk.reporting.report import figures_of, report_html
from callrisk.reporting.run_results import Results, ScoredCustomers, to_bytes
from callrisk.reporting.workbook import xlsx_bytes
from callrisk.settings import Settings

# One library under two names, see requirements.txt.
_XGBOOST = "xgboost" if sys.platform == "darwin" else "xgboost-cpu"
PHASES = ("preparation", "training", "scoring", "evaluation", "export")
# Called with the phase and the share of it that is done, 0..1.
ProgressCallback = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to run the pipeline on, and where to."""

    data: Path
    customers: Path | None
    output: Path
    models: Path
    quick: bool
    demo: bool
    now: datetime
    trials: int = 0
    # Who answers for putting the new model in the place of one of real data, should it pass.
    promote_as: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left behind; `why_not_serving` is empty when its model serves from now on."""

    folder: Path
    model_folder: Path
    evaluation: Evaluation
    warnings: tuple[str, ...]
    why_not_serving: tuple[Text, ...]

    @property
    def serves(self) -> bool:
        """Whether the new model serves from now on."""
        return not self.why_not_serving


def run(settings: Settings, wish: RunRequest, tell: ProgressCallback) -> Run:
    """Run all five phases; nothing is written before the last, so a failure changes nothing."""
    dataset = read_dataset(
        settings, wish.data, wish.customers, lambda share: tell("preparation", share)
    )
    plan, content = _plan(settings, wish), wish.data.read_bytes()
    warn_of_few(dataset, plan.trials)
    served = model_training.Served(
        version=new_version(wish.now, content),
        thresholds=settings.thresholds,
        fields=settings.customer_fields,
        demo=wish.demo,
    )
    trained = model_training.train(dataset, plan, served, lambda share: tell("training", share))
    scored = scoring.score(dataset, trained.ensemble, lambda share: tell("scoring", share))
    judged = evaluation.evaluate(
        dataset, trained, plan, _origin(plan, content), lambda share: tell("evaluation", share)
    )
    scores = scoring.scores_of(scored, judged.model)
    final = replace(
        judged.evaluation, bands=evaluation.bands(scores, dataset, scored.rows, judged.model)
    )
    listed = export.customer_scores(dataset, scored.rows, scores, judged.model)
    customers = scoring.scored_customers(dataset, scored.rows, scores, judged.model)
    finished = _Finished(dataset, judged.model, final, listed, customers)
    return _write(settings, wish, finished, tell)


def read_dataset(
    settings: Settings, data: Path, customers: Path | None, progress: Progress
) -> Dataset:
    """Phase 1 alone: the features of every snapshot of an export and its customers table."""
    prepared = data_preparation.prepare(
        data,
        customers,
        _export_format(settings),
        _customer_format(settings),
        lambda share: progress(0.7 * share),
    )
    data_preparation.refuse_too_few(prepared)
    dataset = feature_rows.build_dataset(prepared, settings.customer_fields)
    progress(1.0)
    return dataset


def _plan(settings: Settings, wish: RunRequest) -> Plan:
    params = settings.model_params
    return Plan(
        trees=params.n_estimators,
        deepest=params.max_depth,
        learning_rate=params.learning_rate,
        seed=params.random_state,
        quick=wish.quick,
        trials=wish.trials,
    )


def _origin(plan: Plan, content: bytes) -> Origin:
    used = ("numpy", "scikit-learn", _XGBOOST)
    versions = {"python": platform.python_version(), "callrisk": __version__}
    return Origin(
        seed=plan.seed,
        data_sha256=hashlib.sha256(content).hexdigest(),
        versions=versions | {name: metadata.version(name) for name in used},
    )


@dataclass(frozen=True, slots=True)
class _Finished:
    dataset: Dataset
    model: RiskModel
    evaluation: Evaluation
    listed: list[export.CustomerScore]
    customers: ScoredCustomers


def _write(
    settings: Settings, wish: RunRequest, finished: _Finished, tell: ProgressCallback
) -> Run:
    model, prepared = finished.model, finished.dataset.prepared
    folder = wish.output / model.version
    described = export.evaluation_json(finished.evaluation, model)
    results = _results(wish, finished)
    card = model_card(results)
    files = _files(finished, results) | {"evaluation.json": described, "model_card.md": card}
    tell("export", 0.6)
    self_test = finished.dataset.x[finished.dataset.latest]
    beside = {"evaluation.json": described, "model_card.md": card}
    model_folder = save_version(wish.models, model, self_test, beside)
    write_folder(folder, files)
    # The moment of the change, which comes long after the training began.
    now = datetime.now(UTC)
    why_not = finish_training(wish.models, model.version, wish.promote_as, now)
    has_calls = results.first_call is not None
    if has_calls and wish.models == settings.models_dir and not (why_not and model.demo):
        # Live calls look back on the latest real calls, whichever model answers; on fictional ones
        # only while a DEMO model does.
        earlier = export.earlier_calls_csv(prepared.calls)
        write_file(settings.processed_dir / "earlier_calls.csv", earlier)
    tell("export", 1.0)
    return Run(folder, model_folder, finished.evaluation, prepared.warnings, tuple(why_not))


def _results(wish: RunRequest, finished: _Finished) -> Results:
    prepared = finished.dataset.prepared
    began = [call.began_at for call in prepared.calls if call.began_at is not None]
    return Results(
        evaluation=finished.evaluation,
        model=finished.model,
        customers=finished.customers,
        source=wish.data.name,
        made_at=wish.now,
        first_call=min(began, default=None),
        last_call=max(began, default=None),
        warnings=prepared.warnings,
    )


def _files(finished: _Finished, results: Results) -> dict[str, str | bytes]:
    rows = export.table(finished.listed, finished.model)
    figures = figures_of(results)
    return {
        "risk_scores.csv": export.csv_text(rows),
        "risk_scores.xlsx": xlsx_bytes(export.COLUMNS, rows, results),
        "report.html": report_html(results, figures),
        "customers.npz": to_bytes(results.customers),
        **{f"figures/{name}.svg": drawn for name, drawn in figures.items()},
    }


def _export_format(settings: Settings) -> ExportFormat:
    return ExportFormat(
        **dict(settings.export_columns),
        **dict(settings.labels),
        **dict(settings.payment_columns),
        window_days=settings.outcome_window_days,
        post_call=settings.post_call_columns,
        ignored=settings.ignored_columns,
        zero_is_missing=settings.zero_is_missing,
    )


def _customer_format(settings: Settings) -> CustomerFormat:
    return CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
