"""Which model answers now: the champion, checked and swapped while calls run."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.artifacts import ArtifactError, champion, load_version
from callrisk.domain import feature_columns as columns_of
from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer
from callrisk.domain.features import CONVERSATION, HISTORY, Feature, customer_features
from callrisk.domain.history import CallHistory
from callrisk.model import RiskModel

logger = logging.getLogger(__name__)

TRAIN_COMMAND = "python src/main.py"


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
                f"{', '.join(foreign)}; train again with: {TRAIN_COMMAND}"
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


class Champion:
    """Follows `models`/champion.json; what cannot be served leaves the old version serving."""

    def __init__(self, models: Path, allow_demo: bool) -> None:
        self._models = models
        self._allow_demo = allow_demo
        self._lock = threading.Lock()
        self._seen: str | None = None
        self.current: ServedModel | None = None
        self.problem: str | None = None

    def refresh(self) -> bool:
        """Look for another champion; True when another model answers from now on."""
        with self._lock:
            try:
                return self._swap()
            except (ArtifactError, OSError) as error:
                if self.problem != str(error):
                    logger.warning("champion not served: %s", error)
                self.problem = str(error)
                return False

    def _swap(self) -> bool:
        named = champion(self._models)
        if named is None:
            self.problem = f"no model in {self._models}; train one with: {TRAIN_COMMAND}"
            return False
        if named.version == self._seen and self.problem is None:
            return False
        model = load_version(self._models, named.version)
        if model.demo and not self._allow_demo:
            raise ArtifactError(f"model {model.version} is a DEMO model; production refuses it")
        self.current, self._seen, self.problem = ServedModel(model), named.version, None
        logger.info("serving model=%s skill=%s", model.version, model.skill)
        return True
