"""The commands that use a model version: score a table, write an additive model as a table."""

import argparse
import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

from callrisk.artifacts import ArtifactError, champion, load_version, version_text, write_file
from callrisk.bootstrap.configured_language import configured_language
from callrisk.domain.evaluation import Skill
from callrisk.domain.portfolio.stability import Change
from callrisk.model import RiskModel
from callrisk.model.scorecard import NotAdditiveError
from callrisk.pipeline.batch.batch_scoring import (
    BatchRequest,
    BatchResult,
    BatchScoring,
)
from callrisk.pipeline.batch.training_reference import FILE as REFERENCE_FILE
from callrisk.pipeline.batch.training_reference import TrainingReference
from callrisk.pipeline.file_formats import formats_of, readings_of
from callrisk.pipeline.phases import ProgressCallback
from callrisk.reporting.portfolio.scorecard_table import features_of_model, scorecard_files
from callrisk.settings import Settings

logger = logging.getLogger(__name__)

# The one phase of a batch, as programs are told it.
PHASE = "scoring"
_TABLE, _BOOK = ".csv", ".xlsx"


def add_options(parser: argparse.ArgumentParser, instead: argparse._MutuallyExclusiveGroup) -> None:
    """Add the options of these commands; `instead` are commands of which one can be given."""
    parser.add_argument(
        "--model", metavar="VERSION", help="the model version to use; default: the one that serves"
    )
    parser.add_argument(
        "--results-as", metavar="NAME", help="the folder of what --score writes, within the output"
    )
    instead.add_argument(
        "--score",
        type=Path,
        metavar="FILE",
        help="score a table of customers or calls without labels by a model version",
    )
    instead.add_argument(
        "--export-scorecard",
        action="store_true",
        help="write an additive model as a table of points a value: --output FILE (.csv, .xlsx)",
    )


def export_scorecard(models: Path, options: argparse.Namespace) -> None:
    """Write the scorecard of a version as CSV and workbook; ArtifactError where it has none."""
    model = chosen_model(models, options.model)
    try:
        table, book = scorecard_files(model)
    except NotAdditiveError as error:
        raise ArtifactError(error.text.en, error.text.ja) from error
    target: Path = options.output or Path(f"scorecard_{model.version}{_TABLE}")
    if target.suffix.lower() not in (_TABLE, _BOOK):
        raise ArtifactError(
            f"{target}: a scorecard is written as {_TABLE} and {_BOOK}: name one of them",
            f"{target}: 出力名の末尾を {_TABLE} か {_BOOK} にしてください（両方を書き出します）",
        )
    write_file(target.with_suffix(_TABLE), table)
    write_file(target.with_suffix(_BOOK), book)
    print(f"scorecard: {target.with_suffix(_TABLE)}\n           {target.with_suffix(_BOOK)}")
    if model.demo:
        print("note: a DEMO model, learnt from fictional customers", file=sys.stderr)


def chosen_model(models: Path, version: str | None) -> RiskModel:
    """Return a version by name, else the one that serves; ArtifactError where there is none."""
    if version is None:
        serving = champion(models)
        if serving is None:
            raise ArtifactError(
                f"{models}: no model version yet; train one with: python src/main.py",
                "モデルがありません。先に学習してください",
            )
        version = serving.version
    return load_version(models, version)


def score_table(settings: Settings, options: argparse.Namespace, show: ProgressCallback) -> None:
    """Score a table of customers or calls by a version, and print where the results lie."""
    models = options.models or settings.models_dir
    model = chosen_model(models, options.model)
    features = features_of_model(model)
    found = version_text(models, model.version, REFERENCE_FILE)
    reference = None if found is None else TrainingReference.from_json(found)
    request = BatchRequest(
        data=options.score, customers=options.customers,
        output=options.output or settings.output_dir, now=datetime.now(UTC),
        language=configured_language(settings).language, results=options.results_as,
        readings=readings_of(settings),
    )  # fmt: skip
    logger.info("scoring by model=%s", model.version)
    result = BatchScoring(model, features, reference).run(
        request, formats_of(settings), lambda share: show(PHASE, share)
    )
    logger.info("scored rows=%d results=%s", result.rows, result.folder)
    _print_result(result, model, options.progress)


def _print_result(result: BatchResult, model: RiskModel, kind: str) -> None:
    shifted = [one.name for one in result.changes if one.change is Change.SHIFTED]
    if kind == "json":
        done = {"done": True, "folder": str(result.folder), "rows": result.rows}
        more = {"outside": result.outside, "shifted": shifted, "version": model.version}
        print(json.dumps(done | more, ensure_ascii=False))
        return
    for note in result.notes:
        print(f"note: {note}")
    for one in result.changes:
        if one.change is Change.SHIFTED:
            print(
                f"注意: {one.name} が学習時と変わっています / {one.name} has shifted since the "
                f"training: PSI {one.psi:.3f}, limit of chance {one.limit:.3f}"
            )
    if model.skill == Skill.UNPROVEN:
        print(f"note: {model.version} is unproven; its scores say little ／ 未検証のモデルです")
    print(f"scored:  {result.rows:,} rows by {model.version}, {result.outside:,} with values "
          "outside the training")  # fmt: skip
    print(f"results: {result.folder}")
