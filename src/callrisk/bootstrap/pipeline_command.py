"""The commands of the pipeline: train, score, list, promote, roll back, pull from the CRM."""

import argparse
import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from tqdm import tqdm

from callrisk.artifacts import (
    ArtifactError,
    person,
)
from callrisk.bootstrap import score_command
from callrisk.bootstrap.configured_language import configured_language
from callrisk.bootstrap.customer_tables.pull_command import pull_customers
from callrisk.bootstrap.inspect_command import inspect_file
from callrisk.bootstrap.process import end_with_input
from callrisk.bootstrap.version_command import list_versions, switch
from callrisk.data_folder import call_export, customer_table, is_demo
from callrisk.domain.outside import OutsideError
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.phases import PHASES, ProgressCallback, Run, RunRequest, run
from callrisk.settings import Settings, SettingsError, load, output_folder, refuse_unready
from callrisk.store.database import DatabaseError

logger = logging.getLogger(__name__)

_MOST_TRIALS = 1_000


def log_file(arguments: list[str] | None, root: Path) -> Path:
    """Return the file that a command logs to, beside the results of its portfolio."""
    options = _parser().parse_args(arguments)
    return output_folder(root, options.config) / "pipeline_execution.log"


def main(arguments: list[str] | None, root: Path) -> int:
    """Run a command; return 0 on success, 1 with one clear line on a user's error."""
    options = _parser().parse_args(arguments)
    if options.end_with_input:
        end_with_input()
    try:
        settings = load(root, options.config)
        refuse_unready(settings)
        _run_command(settings, options)
    except (DataError, SettingsError, ArtifactError, OutsideError, DatabaseError) as error:
        return _failed(_in_both_languages(error))
    except OSError as error:  # a full disk, a file in the place of a folder, a folder closed to us
        return _failed(f"a file or folder cannot be used: {error} ／ ファイルを使えません: {error}")
    except KeyboardInterrupt:
        print("stopped; nothing was changed", file=sys.stderr)
        return 130
    return 0


def _in_both_languages(error: Exception) -> str:
    """Return an error as a person is told it; most have both languages in one text."""
    return f"{error.text.en} ／ {error.text.ja}" if isinstance(error, ArtifactError) else str(error)


def _failed(words: str) -> int:
    told = " ".join(words.split())
    logger.info("error: %s", told)
    print(f"error: {told}", file=sys.stderr)
    return 1


def _run_command(settings: Settings, options: argparse.Namespace) -> None:
    """Run the command that is asked for; training unless another one is."""
    models = options.models or settings.models_dir
    if options.inspect is not None:
        inspect_file(options.inspect, settings, options.beside, options.progress)
    elif options.list:
        list_versions(models)
    elif options.export_scorecard:
        score_command.export_scorecard(models, options)
    elif options.score is not None:
        with _Progress(options.progress, {score_command.PHASE: 1.0}) as show:
            score_command.score_table(settings, options, show)
    elif options.pull:
        pull_customers(settings)
    elif options.promote is not None or options.rollback:
        switch(models, options)
    else:
        _train(settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Train and evaluate the risk model from a call export (Excel or CSV), "
        "or say which model version serves."
    )
    parser.add_argument("--data", type=Path, help="call export; default: the one in data/raw")
    parser.add_argument("--customers", type=Path, help="customers table, one row a record")
    parser.add_argument("--output", type=Path, help="where runs lie; default: output")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="a config.py of another portfolio; its files lie in folders of its name",
    )
    parser.add_argument("--models", type=Path, help="where model versions lie; default: models")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, under a minute")
    parser.add_argument(
        "--tune",
        type=_count,
        default=0,
        metavar="N",
        help="also search with N trials in every fold",
    )
    parser.add_argument(
        "--progress",
        choices=("bar", "json"),
        default="bar",
        help="json: one line a step, for programs",
    )
    parser.add_argument(
        "--beside",
        type=Path,
        metavar="FILE",
        help="with --inspect: also say what changed since this earlier file",
    )
    parser.add_argument(
        "--end-with-input",
        action="store_true",
        help="end when standard input does, for programs: a training never outlives its starter",
    )
    parser.add_argument(
        "--promote-as",
        metavar="NAME",
        help="let the trained model serve if it passes the gate; NAME answers for it",
    )
    instead = parser.add_argument_group("instead of training").add_mutually_exclusive_group()
    instead.add_argument(
        "--inspect",
        type=Path,
        metavar="FILE",
        help="show how a file would be read, and entries for config.py",
    )
    instead.add_argument("--list", action="store_true", help="list all model versions")
    instead.add_argument(
        "--pull", action="store_true", help="read all customers of the CRM into data/raw"
    )
    instead.add_argument("--promote", metavar="VERSION", help="let this version serve (with --by)")
    instead.add_argument(
        "--rollback", action="store_true", help="let the version before serve again (with --by)"
    )
    score_command.add_options(parser, instead)
    parser.add_argument("--by", metavar="NAME", help="who answers for the change")
    return parser


def _train(settings: Settings, options: argparse.Namespace) -> None:
    request = _run_request(options, settings)
    logger.info("training from %s", request.data)
    with _Progress(options.progress) as show:
        finished = run(settings, request, show)
    _log_run(finished)
    print_run(finished, options.progress)


def _log_run(finished: Run) -> None:
    """Write what came of a run to the log."""
    for warning in finished.warnings:
        logger.info("note: %s", warning)
    evaluation = finished.evaluation
    logger.info("verdict=%s auc=%.3f", evaluation.verdict, evaluation.auc.value)
    logger.info("results=%s model=%s", finished.folder, finished.model_folder)


def _run_request(options: argparse.Namespace, settings: Settings) -> RunRequest:
    data, customers = options.data, options.customers
    if data is None:
        data, table = call_export(settings.raw_dir), customers or customer_table(settings.raw_dir)
        # Without calls, a table of customers with labels is all there is to learn from.
        data, customers = (table, None) if data is None else (data, table)
    if data is None:
        raise DataError(
            f"{settings.raw_dir}: 通話データ（.xlsx か .csv）がありません。そこに置くか、--data で"
            "指定するか、サンプルを作ってください: python -m callrisk.sample --out data/raw / "
            "no call export there; put one there, name one with --data, or make sample data by that"
        )
    return RunRequest(
        data=data,
        customers=customers,
        output=options.output or settings.output_dir,
        models=options.models or settings.models_dir,
        quick=options.quick,
        demo=is_demo(data),
        now=datetime.now(UTC),
        language=configured_language(settings).language,
        trials=options.tune,
        # Before the training, which may take an hour.
        promote_as=None if options.promote_as is None else person(options.promote_as),
    )


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _MOST_TRIALS:
        raise argparse.ArgumentTypeError(
            f"{number} は使えません。0～{_MOST_TRIALS} にしてください / "
            f"{number} is not between 0 and {_MOST_TRIALS}"
        )
    return number


class _Progress:
    """Prints phase and share: a bar for people, JSON lines for programs."""

    # Rough shares of the whole, so that the bar moves evenly.
    _OF_TRAINING: ClassVar[dict[str, float]] = dict(
        zip(PHASES, (0.10, 0.50, 0.02, 0.30, 0.08), strict=True)
    )

    def __init__(self, kind: str, weights: Mapping[str, float] = _OF_TRAINING) -> None:
        self._kind = kind
        self._weights = weights
        self._bar = tqdm(
            total=100,
            disable=kind != "bar",
            bar_format="{desc:<16}{percentage:3.0f}% |{bar}| {elapsed}",
        )

    def __enter__(self) -> ProgressCallback:
        return self._show

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def _show(self, phase: str, share: float) -> None:
        phases = list(self._weights)
        number = phases.index(phase)
        before = sum(self._weights[name] for name in phases[:number])
        whole = before + self._weights[phase] * share
        if self._kind == "json":
            step = {"phase": phase, "number": number + 1, "share": round(share, 3)}
            print(json.dumps(step | {"whole": round(whole, 3)}), flush=True)
        self._bar.set_description_str(f"{number + 1}/{len(phases)} {phase}", refresh=False)
        self._bar.update(max(0, round(100 * whole) - self._bar.n))


def print_run(finished: Run, kind: str) -> None:
    """Print what came of a run: lines for people, or one JSON line for programs."""
    evaluation = finished.evaluation
    if kind == "json":
        done = {"done": True, "folder": str(finished.folder), "serves": finished.serves}
        why_not = [asdict(reason) for reason in finished.why_not_serving]
        print(json.dumps(done | {"why_not_serving": why_not}, ensure_ascii=False))
        return
    for warning in finished.warnings:
        print(f"note: {warning}")
    for alarm in evaluation.alarms:
        print(f"注意: {alarm.message}\nalarm: {alarm.message_en}")
    auc, skill = evaluation.auc, evaluation.brier_skill
    print(f"verdict: {evaluation.verdict}")
    print(f"AUC {auc.value:.3f} [{auc.low:.3f}, {auc.high:.3f}] over customers, out of fold")
    print(
        f"Brier skill {skill.value:+.3f} [{skill.low:+.3f}, {skill.high:+.3f}] over the base rate"
    )
    if evaluation.is_constant:
        print("The model gives everyone the same chance; its calibration is not defined.")
    for reason in evaluation.reasons_unproven_en:
        print(f"  - {reason}")
    print(f"results: {finished.folder}")
    print(f"model:   {finished.model_folder}{'' if finished.serves else ' (the champion stays)'}")
    for why in finished.why_not_serving:
        print(f"  - {why.en}")
