"""The CRM beside the live path: records are joined, results written, and its health told."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from callrisk.background.loop import Loop
from callrisk.background.retry import RETRIES, RetryTable
from callrisk.crm.directory import CrmAccess, Outage
from callrisk.crm.joining import Joining
from callrisk.crm.records import Customers
from callrisk.crm.request_count import RequestCount
from callrisk.crm.result_sender import ResultSender, problem_text
from callrisk.domain.customer import JST
from callrisk.domain.outside import OutsideError
from callrisk.domain.wording import Text
from callrisk.store.calls import Store
from callrisk.store.sending.outbox import RESULT_MESSAGE, Outbox
from callrisk.store.sending.request_counts import RequestsMade
from callrisk.store.store_away import StoreAwayError, store_away_reported

logger = logging.getLogger(__name__)

_WRITE_EVERY_S, _COUNT_EVERY_S = 0.5, 5.0
# Field maps that fit are checked again after so many seconds.
_CHECK_FIT_S = 3600.0
_PROBLEMS_SHOWN = 3
_LOOK_FOR_DOUBTS_S = 1.0


@dataclass(frozen=True, slots=True)
class CrmHealth:
    """The trouble of the CRM, if any, and how much was asked of it today.

    Requests and budget are None where nobody counts them.
    """

    name: Text
    trouble: Text | None
    requests_today: int | None
    budget: int | None
    waiting: int

    @property
    def check(self) -> dict[str, Any]:
        """Return the part that screens are sent when it changes."""
        trouble = self.trouble
        words = {} if trouble is None else {"message": trouble.ja, "message_en": trouble.en}
        detail = "" if trouble is None else trouble.en
        name = {"name": self.name.ja, "name_en": self.name.en}
        return {"ok": trouble is None, "detail": detail} | name | words

    @property
    def counts(self) -> dict[str, int | None]:
        """Return the part that changes all the time."""
        return {
            "requests_today": self.requests_today, "requests_a_day": self.budget,
            "results_waiting": self.waiting,
        }  # fmt: skip


class Crm:
    """Joins calls with customers and writes results, each in threads of its own."""

    def __init__(
        self, access: CrmAccess, customers: Customers, store: Store, retries: RetryTable = RETRIES,
        place: str = "",
    ) -> None:  # fmt: skip
        self.directory = access.directory
        self.webhook_token = access.webhook_token
        self.joining = Joining(access.directory, customers, store, retries=retries)
        self._outbox = Outbox(store.engine)
        self._retries = retries
        self._field_checks: list[Callable[[], list[Text]]] = [access.directory.problems]
        self._unfit: list[Text] = []
        self._stopped, self._recheck = threading.Event(), threading.Event()
        self._loops: list[Loop] = []
        self._count: RequestCount | None = None
        if access.counter is not None:
            self._count = RequestCount(access.counter, RequestsMade(store.engine))
            self._loops.append(_loop("requests", self._count.step, _COUNT_EVERY_S))
        self._writer: ResultSender | None = None
        if access.sink is not None:
            self._field_checks.append(access.sink.problems)
            self._writer = ResultSender(
                access.sink, self._outbox, retries=retries.result_write, pace=access.pace,
                place=place,
            )  # fmt: skip
            self._loops.append(_loop("results", self._writer.step, _WRITE_EVERY_S))

    def start(self) -> None:
        """Begin."""
        self.joining.start()
        if self._writer is not None:
            self._writer.start()
        threading.Thread(target=self._check_fields, name="crm-fields", daemon=True).start()
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End after what is at hand."""
        self._stopped.set()
        self._recheck.set()
        self.joining.stop()
        for loop in self._loops:
            loop.stop()

    def health(self) -> CrmHealth:
        """Return the health of the CRM at this moment."""
        used, budget = (None, None) if self._count is None else self._count.today()
        waiting, problem = self._outbox.pending(RESULT_MESSAGE)
        is_over = used is not None and budget is not None and used > budget
        trouble = self._trouble(waiting, problem, is_over)
        return CrmHealth(self.directory.name, trouble, used, budget, waiting)

    def _trouble(self, waiting: int, problem: str | None, is_over: bool) -> Text | None:
        name, outage = self.directory.name, self.joining.outage
        unfit = self._unfit or (self._writer.unfit if self._writer else [])
        if outage is not None:
            return _outage_text(name, outage)
        if unfit:
            return _unfit_text(name, unfit)
        if problem is not None:
            why = problem_text(problem)
            return Text(
                f"{name.ja} に書き込めない結果が {waiting} 件あります: {why.ja}",
                f"{waiting} results wait for {name.en}: {why.en}",
            )
        if is_over:
            return Text(
                f"{name.ja} の 1 日のリクエスト数の上限を超えました。",
                f"More requests to {name.en} today than the plan allows.",
            )
        return None

    def try_again(self) -> None:
        """Ask the CRM anew whatever is in its way, as somebody has mended it; returns at once."""
        self._recheck.set()
        self.joining.try_again()
        if self._writer is not None:
            self._writer.try_again()

    def _check_fields(self) -> None:
        """Log what of config.py does not fit, at the first answer and from time to time."""
        failures = 0
        while not self._stopped.is_set():
            self._recheck.clear()
            doubts = self.directory.doubts
            before, self._unfit = self._unfit, self._misfits()
            failures = failures + 1 if self._unfit else 0
            if self._unfit != before:
                for problem in self._unfit:
                    logger.error(
                        "config.py does not fit %s: %s", self.directory.name.en, problem.en
                    )
            again_s = self._retries.crm_fields.wait_s(failures) if self._unfit else _CHECK_FIT_S
            self._wait_for_reason(again_s, doubts)

    def _wait_for_reason(self, again_s: float, doubts: int) -> None:
        """Wait so long, or until somebody asks or an answer lacks a field that others had."""
        end = time.monotonic() + again_s
        while not self._recheck.wait(_LOOK_FOR_DOUBTS_S) and time.monotonic() < end:
            if self.directory.doubts != doubts:
                return

    def _misfits(self) -> list[Text]:
        """Return what does not fit; asks until there is an answer."""
        failures = 0
        while not self._stopped.is_set():
            try:
                return [problem for check in self._field_checks for problem in check()]
            except OutsideError as error:
                logger.warning("cannot check the fields of the CRM yet: %s", error)
                if error.permanent:
                    return [error.text]
            except Exception:
                logger.exception("checking the fields of the CRM failed")
            failures += 1
            self._wait_for_reason(self._retries.crm_fields.wait_s(failures), self.directory.doubts)
        return []


def _outage_text(name: Text, outage: Outage) -> Text:
    at, reason = f"{outage.since.astimezone(JST):%H:%M}", outage.reason
    why, why_en = reason.ja.rstrip("。"), reason.en.rstrip(".")
    if outage.is_refused:
        return Text(
            f"{name.ja} が {at} から顧客情報の取得を断っています: {why}。通話とスコアは続けて"
            "います。",
            f"{name.en} refuses the customers' records since {at}: {why_en}. Calls and scores "
            "go on.",
        )
    return Text(
        f"{name.ja} に {at} から接続できません（{why}）。通話とスコアは続けています。",
        f"{name.en} not reachable since {at} ({why_en}). Calls and scores go on.",
    )


def _unfit_text(name: Text, unfit: Sequence[Text]) -> Text:
    shown = unfit[:_PROBLEMS_SHOWN]
    return Text(
        f"{name.ja} のフィールド設定が合いません: {' / '.join(one.ja for one in shown)}",
        f"{name.en} fields: {' / '.join(one.en for one in shown)}",
    )


def _loop(name: str, step: Callable[[], int], pause_s: float) -> Loop:
    """Return the loop of a step, of which an outage of the database is one line of the log."""

    def reported() -> int:
        with store_away_reported():
            return step()

    return Loop(name, reported, pause_s, (StoreAwayError,))
