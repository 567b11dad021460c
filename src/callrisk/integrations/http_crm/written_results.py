"""Results of calls written into a CRM: one record a call, found by its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import RefusedValueError
from callrisk.domain.wording import Text
from callrisk.integrations.http.request_verdicts import RequestError
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.escaping import UnfitValueError
from callrisk.integrations.http_crm.json_paths import values_at
from callrisk.integrations.http_crm.request_templates import RequestTemplate, filled_body

ONE_RESULT = frozenset({"event_key", "fields"})
SEVERAL_RESULTS = frozenset({"each"})
# A value of ours is refused; several records bear one key; some of several results were refused.
_OF_VALUES = frozenset({300, 400, 409, 422, 207})
_UNFIT = Text("この通話 ID は書き込めません", "the id of this call cannot be written")


@dataclass(frozen=True, slots=True)
class ResultRequests:
    """The form of written results: one a request, or with `each`, its form in a request's list.

    `fields` are the CRM's names of our fields, `outcomes` the Japanese words of the codes of
    outcomes; `check` lists what fields there are, their names at
    `names`. ValueError where the same result twice would be two records.
    """

    write: RequestTemplate
    fields: Mapping[str, str]
    each: Any = None
    check: RequestTemplate | None = None
    names: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        form = self.write if self.each is None else self._each_form()
        if "event_key" not in form.names and "event_key" not in self.fields:
            raise ValueError(
                "write: {event_key} がないと、同じ結果が 2 件になります / "
                "write: name {event_key} in path, query, body or each, or event_key in "
                "result_fields: without it the same result twice is two records"
            )
        if self.each is not None and "each" not in self.write.names:
            raise ValueError(
                "write: body に {each} を書いてください / "
                'write: body names where each result stands: {"inputs": ["{each}"]}'
            )

    def _each_form(self) -> RequestTemplate:
        return RequestTemplate("POST", "/", body=self.each, known=ONE_RESULT)


class HttpCrmResults:
    """The result sink of a CRM over HTTP; the same result twice is one record."""

    def __init__(self, client: HttpCrmClient, requests: ResultRequests) -> None:
        self._client = client
        self._requests = requests

    def write(self, results: Sequence[CallResult]) -> None:
        """Write or overwrite our fields of the records of these calls.

        RefusedValueError when a value of one of them is refused, else HttpCrmError.
        """
        if self._requests.each is None:
            for place, result in enumerate(results):
                self._ask(self._values(result), frozenset({place}))
            return
        language = self._requests.write.language
        each = [filled_body(self._requests.each, self._values(one), language) for one in results]
        self._ask({"each": each}, frozenset())

    def problems(self) -> list[Text]:
        """Return what keeps results from being written, as far as it is known without writing."""
        check = self._requests.check
        if check is None:
            return []
        there = self._client.ask(check, {}, self._field_names, may_quote=True)
        missing = [name for name in self._requests.fields.values() if name not in there]
        return [
            Text(
                f"{self._client.name}: 結果の項目「{name}」がありません。作るか、config.py の "
                "HTTP_CRM の result_fields を直してください",
                f'{self._client.name}: there is no field "{name}" for results: make it, or '
                "correct result_fields of HTTP_CRM in config.py",
            )
            for name in missing
        ]

    def _field_names(self, answer: Any) -> set[str]:
        path, _, name = self._requests.names.rpartition(".")
        return {str(entry[name]) for entry in values_at(answer, path)}

    def _values(self, result: CallResult) -> dict[str, Any]:
        values = result.values(self._requests.outcomes)
        # An empty text takes an outcome away in every CRM; not all know null.
        for name in ("outcome", "outcome_label"):
            values[name] = values[name] or ""
        fields = {theirs: values[ours] for ours, theirs in self._requests.fields.items()}
        return {"event_key": result.event_key, "fields": fields}

    def _ask(self, values: Mapping[str, Any], refused: frozenset[int]) -> None:
        try:
            self._client.ask(self._requests.write, values, lambda _answer: None)
        except UnfitValueError as error:
            raise RefusedValueError(str(error), _UNFIT, refused) from error
        except RequestError as error:
            if error.status in _OF_VALUES and error.verdict.permanent:
                raise RefusedValueError(str(error), error.text, refused) from error
            raise
