"""The model that scores live calls: the champion, checked and swapped while calls run."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.artifacts import ArtifactError, champion, fingerprint, load_version
from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer
from callrisk.domain.features import columns as columns_of
from callrisk.domain.features.contract import HISTORY, SAID, Feature, customer_features
from callrisk.domain.features.history import CallHistory
from callrisk.domain.language.concerns import Concerns
from callrisk.domain.language.said import Said, SaidTotals
from callrisk.domain.score.kept_assessment import AssessmentSetup, kinds_of
from callrisk.domain.wording import TRAIN_COMMAND, Text
from callrisk.model import RiskModel

logger = logging.getLogger(__name__)

# Moments of which the points are remembered, some 20 MB.
_MOST_MOMENTS = 100_000


class ServedModel:
    """A loaded model with the features of the contract that it asks for."""

    def __init__(self, model: RiskModel) -> None:
        contract = SAID + HISTORY + customer_features(model.fields)
        by_name = {feature.name: feature for feature in contract}
        unknown = [name for name in model.features if name not in by_name]
        if unknown:
            raise ArtifactError(
                f"model {model.version}: asks for features that this version does not know: "
                f"{', '.join(unknown)}; train again with: {TRAIN_COMMAND}",
                f"モデル {model.version} は、このプログラムにない項目を使うため読めません: "
                f"{'、'.join(unknown)}",
            )
        self.model = model
        self.features: tuple[Feature, ...] = tuple(by_name[name] for name in model.features)
        self._points: dict[SaidTotals, float] = {}
        self._setup: AssessmentSetup | None = None

    def setup_for(self, concerns: Concerns) -> AssessmentSetup:
        """Return what all assessments by this model share, with the names of what is said."""
        kinds = kinds_of(concerns)
        if self._setup is None or self._setup.kinds != kinds:
            model = self.model
            self._setup = AssessmentSetup(
                version=model.version, skill=str(model.skill),
                base_rate=round(model.base_rate, 4), points_to_double=model.points_to_double,
                high_times=round(model.high_times, 2), demo=model.demo, hears=model.hears,
                features=self.features, typical=tuple(model.typical), kinds=kinds,
            )  # fmt: skip
        return self._setup

    def matrix(
        self,
        totals: Sequence[CallTotals],
        histories: Sequence[CallHistory | None],
        customers: Sequence[Customer | None],
        began_at: Sequence[datetime],
    ) -> NDArray[np.float64]:
        """Return one row of features a call, by the functions that made the training rows.

        The shape is (calls, features); a feature that is unknown is NaN.
        """
        columns = columns_of.said_columns(columns_of.totals_table(totals))
        columns |= columns_of.history_columns(columns_of.history_table(histories))
        columns |= columns_of.customer_columns(customers, self.model.fields, began_at)
        return columns_of.matrix(columns, self.model.features)

    def paths(self, said: Sequence[Said]) -> list[list[float]]:
        """Return the points of what is said in each call, after each of its statements.

        A call repeats most of its path at every assessment, and calls share many moments, so each
        is worked out once.
        """
        new = {totals for one in said for totals in one.path if totals not in self._points}
        if len(self._points) + len(new) > _MOST_MOMENTS:
            self._points.clear()
            new = {totals for one in said for totals in one.path}
        moments = list(new)
        points = self.model.said_points(self._rows(moments)).tolist()
        self._points |= dict(zip(moments, points, strict=True))
        return [[self._points[totals] for totals in one.path] for one in said]

    def _rows(self, moments: Sequence[SaidTotals]) -> NDArray[np.float64]:
        """Return feature rows of what is said; 0 for what was known."""
        rows = np.zeros((len(moments), len(self.features)))
        columns = columns_of.said_columns(columns_of.said_table(moments))
        for position in self.model.said:
            rows[:, position] = columns[self.features[position].name]
        return rows


class ServedChampion:
    """Follows `models`/champion.json; the old version serves on where the new one cannot.

    `language` is the version in which turns are read here; None where that does not matter.
    """

    def __init__(self, models: Path, allow_demo: bool, language: str | None = None) -> None:
        self._models = models
        self._allow_demo = allow_demo
        self._language = language
        self._lock = threading.Lock()
        # A version that was refused, as its files were then: trying again takes long.
        self._refused: tuple[object, ArtifactError] | None = None
        self._trouble: Text | None = None
        self.current: ServedModel | None = None
        self.problem: str | None = None

    @property
    def notice(self) -> Text | None:
        """The message for the screens while a model cannot be served, else None."""
        trouble, served = self._trouble, self.current
        if trouble is None:
            return None
        if served is None:
            return Text(
                f"モデルを使えないため、スコアを出せません。理由: {trouble.ja}",
                f"The model cannot be used, so there are no scores. Reason: {trouble.en}",
            )
        old = served.model.version
        return Text(
            f"モデルを切り替えられません。{old} で採点を続けています。理由: {trouble.ja}",
            f"Could not switch to another model; {old} goes on scoring. Reason: {trouble.en}",
        )

    @property
    def language_trouble(self) -> Text | None:
        """The message where the model was trained with turns read in another language, else None.

        A model from before there were statements asks for none.
        """
        served = self.current
        if served is None or self._language is None:
            return None
        trained = served.model.language
        if trained in (None, self._language):
            return None
        return Text(
            f"言語版が違います・再学習を（モデル {served.model.version} の言語版は {trained}、"
            f"使用中は {self._language}）: {TRAIN_COMMAND}",
            f"Model {served.model.version} was trained with language {trained}, but turns are "
            f"read in {self._language}; train again with: {TRAIN_COMMAND}",
        )

    def refresh(self) -> bool:
        """Load the champion if it is another one; return True if another model serves now."""
        with self._lock:
            try:
                return self._swap()
            except ArtifactError as error:
                self._report(error.text)
            except OSError as error:
                self._report(Text(f"ファイルを読めません（{error}）", f"cannot read: {error}"))
            return False

    def _report(self, trouble: Text) -> None:
        if self.problem != trouble.en:
            logger.warning("champion not served: %s", trouble.en)
        self.problem, self._trouble = trouble.en, trouble

    def _swap(self) -> bool:
        record = champion(self._models)
        if record is None:
            self._report_no_champion()
            return False
        if self.current is not None and record.version == self.current.model.version:
            self.problem = self._trouble = None
            return False
        files = fingerprint(self._models, record.version)
        if self._refused is not None and self._refused[0] == files:
            raise self._refused[1].with_traceback(None)
        try:
            served = self._load(record.version)
        except ArtifactError as error:
            self._refused = files, error
            raise
        self.current, self.problem, self._trouble, self._refused = served, None, None, None
        logger.info("serving model=%s skill=%s", served.model.version, served.model.skill)
        if self.language_trouble is not None:
            logger.warning("%s", self.language_trouble.en)
        return True

    def _report_no_champion(self) -> None:
        """Set the problem: no model was ever trained, or the record of the champion is gone."""
        self.problem = f"no model in {self._models}; train one with: {TRAIN_COMMAND}"
        gone = Text("models/champion.json がありません", "models/champion.json is gone")
        self._trouble = None if self.current is None else gone

    def _load(self, version: str) -> ServedModel:
        model = load_version(self._models, version)
        if model.demo and not self._allow_demo:
            raise ArtifactError(
                f"model {version} is a DEMO model; production refuses it. Train with real call "
                "exports",
                f"モデル {version} は DEMO モデルのため、本番では使えません。"
                "実際の通話データで学習してください",
            )
        return ServedModel(model)
