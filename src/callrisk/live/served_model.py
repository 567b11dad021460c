"""Which model answers now: the champion, checked and swapped while calls run."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.artifacts import ArtifactError, champion, fingerprint, load_version
from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer
from callrisk.domain.features import columns as columns_of
from callrisk.domain.features.contract import CONVERSATION, HISTORY, Feature, customer_features
from callrisk.domain.features.history import CallHistory
from callrisk.domain.wording import TRAIN_COMMAND, Text
from callrisk.model import RiskModel

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to know about one call at one moment, and when the call began."""

    totals: CallTotals
    history: CallHistory | None
    customer: Customer | None
    began_at: datetime


class ServedModel:
    """A loaded model with the features of the contract that it asks for."""

    def __init__(self, model: RiskModel) -> None:
        known = CONVERSATION + HISTORY + customer_features(model.fields)
        by_name = {feature.name: feature for feature in known}
        foreign = [name for name in model.features if name not in by_name]
        if foreign:
            raise ArtifactError(
                f"model {model.version}: asks for features that this version does not know: "
                f"{', '.join(foreign)}; train again with: {TRAIN_COMMAND}",
                f"モデル {model.version} は、このプログラムにない項目を使うため読めません: "
                f"{'、'.join(foreign)}",
            )
        self.model = model
        self.features: tuple[Feature, ...] = tuple(by_name[name] for name in model.features)

    def matrix(self, subjects: Sequence[Subject]) -> NDArray[np.float64]:
        """Feature rows of many calls by the same functions that made the training rows."""
        totals = columns_of.totals_table([subject.totals for subject in subjects])
        histories = columns_of.history_table([subject.history for subject in subjects])
        records = [subject.customer for subject in subjects]
        moments = [subject.began_at for subject in subjects]
        columns = columns_of.conversation_columns(totals)
        columns |= columns_of.history_columns(totals, histories)
        columns |= columns_of.customer_columns(records, self.model.fields, moments)
        return columns_of.matrix(columns, self.model.features)


class ServedChampion:
    """Follows `models`/champion.json; what cannot be served leaves the old version serving."""

    def __init__(self, models: Path, allow_demo: bool) -> None:
        self._models = models
        self._allow_demo = allow_demo
        self._lock = threading.Lock()
        # A version that was refused, as its files were then: trying again takes long.
        self._refused: tuple[object, ArtifactError] | None = None
        self._trouble: Text | None = None
        self.current: ServedModel | None = None
        self.problem: str | None = None

    @property
    def notice(self) -> Text | None:
        """What people at the screens must know of a model that cannot be served."""
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

    def refresh(self) -> bool:
        """Look for another champion; True when another model answers from now on."""
        with self._lock:
            try:
                return self._swap()
            except ArtifactError as error:
                self._complain(error.text)
            except OSError as error:
                self._complain(Text(f"ファイルを読めません（{error}）", f"cannot read: {error}"))
            return False

    def _complain(self, trouble: Text) -> None:
        if self.problem != trouble.en:
            logger.warning("champion not served: %s", trouble.en)
        self.problem, self._trouble = trouble.en, trouble

    def _swap(self) -> bool:
        named = champion(self._models)
        if named is None:
            self._miss()
            return False
        if self.current is not None and named.version == self.current.model.version:
            self.problem = self._trouble = None
            return False
        files = fingerprint(self._models, named.version)
        if self._refused is not None and self._refused[0] == files:
            raise self._refused[1].with_traceback(None)
        try:
            served = self._load(named.version)
        except ArtifactError as error:
            self._refused = files, error
            raise
        self.current, self.problem, self._trouble, self._refused = served, None, None, None
        logger.info("serving model=%s skill=%s", served.model.version, served.model.skill)
        return True

    def _miss(self) -> None:
        """Nothing was ever trained, which screens say by themselves, or the record is gone."""
        self.problem = f"no model in {self._models}; train one with: {TRAIN_COMMAND}"
        gone = Text("models/champion.json がありません", "models/champion.json is gone")
        self._trouble = None if self.current is None else gone

    def _load(self, version: str) -> ServedModel:
        model = load_version(self._models, version)
        if model.demo and not self._allow_demo:
            raise ArtifactError(
                f"model {version} is a DEMO model; production refuses it",
                f"モデル {version} は DEMO モデルのため、本番では使えません",
            )
        return ServedModel(model)
