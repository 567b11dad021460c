"""A run of the pipeline: its five phases, read first and written last."""

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
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
from callrisk.domain.language import Language
from callrisk.domain.wording import Text
from callrisk.model import RiskModel
from callrisk.pipeline import data_preparation, evaluation, export, model_training, scoring
from callrisk.pipeline.batch import training_reference
from callrisk.pipeline.dataset import Dataset, Progress
from callrisk.pipeline.file_formats import formats_of, readings_of
from callrisk.pipeline.plan import Plan, warn_of_few_customers
from callrisk.pipeline.preparation import feature_rows
from callrisk.pipeline.readings.reading_key import sha256_of
from callrisk.reporting.model_card import model_card
from callrisk.reporting.report import figures_of, report_html
from callrisk.reporting.run_results import Results, ScoredCustomers, to_bytes
from callrisk.reporting.workbook import xlsx_bytes
from callrisk.settings import Settings
from callrisk.store.earlier_calls import earlier_calls_csv

# One library under two names, see requirements.txt.
_XGBOOST = "xgboost" if sys.platform == "darwin" else "xgboost-cpu"
PHASES = ("preparation", "training", "scoring", "evaluation", "export")
# Called with the phase and the share of it that is done, 0..1.
ProgressCallback = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A request to run the pipeline: input files, output folders and options."""

    data: Path
    customers: Path | None
    output: Path
    models: Path
    quick: bool
    demo: bool
    now: datetime
    # In which the turns of the export are read.
    language: Language
    trials: int = 0
    # Who answers for putting the new model in the place of one of real data, should it pass.
    promote_as: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a run; `why_not_serving` is empty when its model serves from now on."""

    folder: Path
    model_folder: Path
    evaluation: Evaluation
    warnings: tuple[str, ...]
    why_not_serving: tuple[Text, ...]

    @property
    def serves(self) -> bool:
        """True if the new model serves from now on."""
        return not self.why_not_serving


def run(settings: Settings, request: RunRequest, report_progress: ProgressCallback) -> Run:
    """Run all five phases: reads first, writes last, so that a failure changes nothing.

    Raise DataError for data that cannot be used, ArtifactError where results cannot be written.
    """
    reading = partial(report_progress, PHASES[0])
    dataset = read_dataset(settings, request.data, request.customers, request.language, reading)
    return learn(settings, request, dataset, report_progress)


def learn(
    settings: Settings, request: RunRequest, dataset: Dataset, report_progress: ProgressCallback
) -> Run:
    """Run the phases after the reading on what was read, and write their results, as `run` does."""
    progress = {phase: partial(report_progress, phase) for phase in PHASES}
    sha256, plan = sha256_of(request.data), _plan(settings, request)
    warn_of_few_customers(dataset, plan.trials)
    served = _served(settings, request, sha256)
    trained = model_training.train(dataset, plan, served, progress["training"])
    contributions = scoring.score(dataset, trained.ensemble, progress["scoring"])
    evaluated = evaluation.evaluate(
        dataset, trained, contributions, plan, _origin(plan, sha256), progress["evaluation"]
    )
    rows, scores, model = contributions.rows, evaluated.scores, evaluated.model
    finished = _Finished(
        dataset=dataset,
        model=model,
        evaluation=evaluated.evaluation,
        listed=export.customer_scores(dataset, rows, scores, model),
        customers=scoring.scored_customers(dataset, rows, scores, model),
    )
    return _write(settings, request, finished, progress["export"])


def _served(settings: Settings, request: RunRequest, sha256: str) -> model_training.Served:
    return model_training.Served(
        version=new_version(request.now, sha256),
        thresholds=settings.thresholds,
        fields=settings.customer_fields,
        demo=request.demo,
        language=request.language.version,
    )


def read_dataset(
    settings: Settings, data: Path, customers: Path | None, language: Language, progress: Progress
) -> Dataset:
    """Return the feature rows of all snapshots of an export and its customers table (phase 1)."""
    prepared = data_preparation.prepare(
        data,
        customers,
        formats_of(settings),
        language,
        lambda share: progress(0.7 * share),
        readings_of(settings),
    )
    data_preparation.refuse_too_few(prepared)
    dataset = feature_rows.build_dataset(prepared, settings.customer_fields)
    progress(1.0)
    return dataset


def _plan(settings: Settings, request: RunRequest) -> Plan:
    params = settings.model_params
    return Plan(
        trees=params.n_estimators,
        deepest=params.max_depth,
        learning_rate=params.learning_rate,
        seed=params.random_state,
        quick=request.quick,
        trials=request.trials,
    )


def _origin(plan: Plan, sha256: str) -> Origin:
    used = ("numpy", "scikit-learn", _XGBOOST)
    versions = {"python": platform.python_version(), "callrisk": __version__}
    return Origin(
        seed=plan.seed,
        data_sha256=sha256,
        versions=versions | {name: metadata.version(name) for name in used},
    )


@dataclass(frozen=True, slots=True)
class _Finished:
    dataset: Dataset
    model: RiskModel
    evaluation: Evaluation
    listed: list[export.CustomerScore]
    customers: ScoredCustomers


def _write(settings: Settings, request: RunRequest, finished: _Finished, progress: Progress) -> Run:
    model, prepared = finished.model, finished.dataset.prepared
    results = _results(request, finished)
    texts = {
        "evaluation.json": export.evaluation_json(finished.evaluation, model),
        "model_card.md": model_card(results),
    }
    files = _files(finished, results) | texts
    progress(0.6)
    self_test = finished.dataset.x[finished.dataset.latest]
    kept = texts | {training_reference.FILE: _reference(finished).to_json()}
    model_folder = save_version(request.models, model, self_test, kept)
    folder = request.output / model.version
    write_folder(folder, files)
    # The moment of the change, which comes long after the training began.
    now = datetime.now(UTC)
    why_not = finish_training(request.models, model.version, request.promote_as, now)
    has_calls = results.first_call is not None
    if has_calls and request.models == settings.models_dir and not (why_not and model.demo):
        # Live calls look back on the latest real calls, whichever model answers; on fictional ones
        # only while a DEMO model does.
        earlier = earlier_calls_csv(export.past_calls(prepared.calls))
        write_file(settings.processed_dir / "earlier_calls.csv", earlier)
    progress(1.0)
    return Run(folder, model_folder, finished.evaluation, prepared.warnings, tuple(why_not))


def _reference(finished: _Finished) -> training_reference.TrainingReference:
    customers = finished.customers
    has_calls = any(call.began_at is not None for call in finished.dataset.prepared.calls)
    assert customers.component is not None  # noqa: S101 - those of a run have one
    return training_reference.TrainingReference.of(
        customers.features, customers.facts, customers.score, customers.component, has_calls
    )


def _results(request: RunRequest, finished: _Finished) -> Results:
    prepared = finished.dataset.prepared
    began = [call.began_at for call in prepared.calls if call.began_at is not None]
    return Results(
        evaluation=finished.evaluation,
        model=finished.model,
        customers=finished.customers,
        source=request.data.name,
        made_at=request.now,
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
