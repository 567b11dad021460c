"""The results app of Kintone: one record a call, beside what people write there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import RefusedValueError
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError, rows_refused
from callrisk.integrations.kintone.results_fit import obstacles

# A lookup does not find a value, a user is not known: refusals of one row that name no field.
_OF_VALUES = frozenset({"GAIA_LO03", "GAIA_LO04", "GAIA_IL26"})


@dataclass(frozen=True, slots=True)
class ResultsPlan:
    """The values that are written, and the field of the app for each.

    `codes` are the codes of the fields by our names, `optional` the names that are left out where
    the form has no such field, `outcomes` the Japanese words of the codes of outcomes.
    """

    codes: Mapping[str, str]
    optional: Collection[str] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)


class ResultsApp:
    """The result sink of Kintone; the same result twice is one record."""

    def __init__(self, client: KintoneClient, app: int, plan: ResultsPlan) -> None:
        self._client = client
        self._app = app
        self._plan = plan
        # What is written: without a look at the form nothing that it may lack.
        self._codes = _without(plan.codes, plan.optional)
        self._may_write = False

    @property
    def left_out(self) -> list[str]:
        """The fields that are not written, as the form had none for them when it was looked at."""
        return [code for name, code in self._plan.codes.items() if name not in self._codes]

    def write(self, results: Sequence[CallResult]) -> None:
        """Write or overwrite our fields of the records of these calls.

        RefusedValueError when a value of one of them is refused, else KintoneError.
        """
        rows = [self._row(result) for result in results]
        try:
            self._client.upsert(self._app, self._codes["event_key"], rows)
        except KintoneError as error:
            if error.permanent and (error.errors or error.code in _OF_VALUES):
                raise RefusedValueError(str(error), error.text, rows_refused(error)) from error
            raise

    def problems(self) -> list[Text]:
        """Return what in the app keeps results from being written, one sentence each."""
        form = self._client.form_fields(self._app)
        if not self._may_write:
            self._client.check_write(self._app)
            self._may_write = True
        absent = {name for name in self._plan.optional if self._plan.codes[name] not in form}
        self._codes = _without(self._plan.codes, absent)
        return [
            Text(f"結果アプリ {self._app}: {problem.ja}", f"app {self._app}: {problem.en}")
            for problem in obstacles(form, self._codes, self._plan.outcomes)
        ]

    def _row(self, result: CallResult) -> dict[str, Any]:
        values = result.values(self._plan.outcomes)
        return {code: values[name] for name, code in self._codes.items()}


def _without(codes: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: code for name, code in codes.items() if name not in names}
