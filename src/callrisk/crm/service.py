"""The CRM beside the live path: what is asked of it, what is written to it, and how it is."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from callrisk.background.loop import Loop
from callrisk.crm.joining import Joining
from callrisk.crm.request_count import Usage
from callrisk.crm.result_writer import ResultWriter
from callrisk.domain.customer import JST
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.store.outbox import RESULT_LETTER, Outbox

logger = logging.getLogger(__name__)

_WRITE_EVERY_S, _COUNT_EVERY_S = 0.5, 5.0
# A form that did not fit is looked at again after so many seconds, one that did after so many.
_CHECK_AGAIN_S, _CHECK_FIT_S = 30.0, 3600.0


@dataclass(frozen=True, slots=True)
class CrmHealth:
    """How the CRM is: what is wrong, since when, and how much was asked of it today."""

    trouble: Text | None
    requests_today: int
    budget: int
    waiting: int

    @property
    def check(self) -> dict[str, Any]:
        """What screens are told when it changes."""
        said = self.trouble
        words = {} if said is None else {"message": said.ja, "message_en": said.en}
        return {"ok": said is None, "detail": "" if said is None else said.en} | words

    @property
    def counts(self) -> dict[str, int]:
        """What changes all the time."""
        return {
            "requests_today": self.requests_today, "requests_a_day": self.budget,
            "results_waiting": self.waiting,
        }  # fmt: skip


class Crm:
    """Joins calls with customers and writes results, each in threads of its own.

    `problems` look at the field maps; KintoneError while nobody answers.
    """

    def __init__(
        self, joining: Joining, writer: ResultWriter | None, outbox: Outbox,
        problems: Sequence[Callable[[], list[str]]], usage: Usage,
    ) -> None:  # fmt: skip
        self.joining = joining
        self._outbox = outbox
        self._problems = problems
        self._usage = usage
        self._unfit: list[str] = []
        self._stopped = threading.Event()
        self._writer = writer
        self._loops = [Loop("usage", usage.step, _COUNT_EVERY_S)]
        if writer is not None:
            self._loops.append(Loop("results", writer.step, _WRITE_EVERY_S))

    def start(self) -> None:
        """Begin."""
        self.joining.start()
        threading.Thread(target=self._look_at_fields, name="crm-fields", daemon=True).start()
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End after what is at hand."""
        self._stopped.set()
        self.joining.stop()
        for loop in self._loops:
            loop.stop()

    def look(self) -> CrmHealth:
        """How it is now."""
        used, budget = self._usage.look()
        waiting, problem = self._outbox.pending(RESULT_LETTER)
        return CrmHealth(self._trouble(waiting, problem, used > budget), used, budget, waiting)

    def _trouble(self, waiting: int, problem: str | None, over: bool) -> Text | None:
        away = self.joining.away
        if away is not None:
            at = f"{away.since.astimezone(JST):%H:%M}"
            why = "" if away.refusal is None else f" ({away.refusal})"
            return Text(
                f"Kintone に {at} から接続できません。通話とスコアは続けています。{why}",
                f"Kintone not reachable since {at}. Calls and scores go on.{why}",
            )
        unfit = self._unfit or (self._writer.unfit if self._writer else [])
        if unfit:
            told = " / ".join(unfit[:3])
            return Text(f"Kintone のフィールド設定が合いません: {told}", f"Kintone fields: {told}")
        if problem is not None:
            return Text(
                f"Kintone に書き込めない結果が {waiting} 件あります: {problem}",
                f"{waiting} results wait for Kintone: {problem}",
            )
        if over:
            return Text(
                "Kintone の 1 日のリクエスト数の上限を超えました。",
                "More requests to Kintone today than the plan allows.",
            )
        return None

    def _look_at_fields(self) -> None:
        """Say as soon as somebody answers, and from time to time, what of config.py fits no app."""
        while not self._stopped.is_set():
            before, self._unfit = self._unfit, self._found_unfit()
            if self._unfit != before:
                for one in self._unfit:
                    logger.error("config.py does not fit Kintone: %s", one)
            self._stopped.wait(_CHECK_AGAIN_S if self._unfit else _CHECK_FIT_S)

    def _found_unfit(self) -> list[str]:
        """What does not fit; asks until there is an answer."""
        while not self._stopped.is_set():
            try:
                return [one for look in self._problems for one in look()]
            except KintoneError as error:
                logger.warning("cannot look at the fields of Kintone yet: %s", error)
                if error.permanent:
                    return [str(error)]
            except Exception:
                logger.exception("looking at the fields of Kintone failed")
            self._stopped.wait(_CHECK_AGAIN_S)
        return []
