"""The schema of HTTP_CRM in config.py: requests to a CRM, and the paths of its fields."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from callrisk.settings.result_fields import check_result_fields
from callrisk.settings.strict import Strict


class CrmRequest(Strict):
    """One request: values stand in it as {customer_id}, {phone} and so on.

    `records` is where the records stand in its answer, if not where the others have them.
    """

    method: Literal["GET", "POST", "PUT", "PATCH"] = "GET"
    path: str = Field(pattern=r"^/[!-~]*$")
    query: dict[str, str] = Field(default={})
    body: dict[str, Any] | list[Any] | None = None
    language: Literal["", "soql", "odata"] = ""
    records: str | None = None


class CrmPages(CrmRequest):
    """The request for a page of all records; `next` is where the answer names the next page."""

    next: str = ""
    limit: int = Field(default=200, ge=1, le=10_000)


class CrmFieldList(CrmRequest):
    """The request that lists the fields of results; `names` is where their names stand."""

    names: str = Field(min_length=1)


class CrmWrite(CrmRequest):
    """The request that writes results: one each, or several in the form of `each`."""

    method: Literal["POST", "PUT", "PATCH"] = "PATCH"
    body: dict[str, Any] | list[Any] | str | None = "{fields}"  # type: ignore[assignment]
    each: dict[str, Any] | None = None
    check: CrmFieldList | None = None


class HttpCrm(Strict):
    """HTTP_CRM of config.py."""

    name: str = Field(default="CRM", min_length=1, max_length=40)
    by_id: CrmRequest | None = None
    by_phone: CrmRequest | None = None
    by_record: CrmRequest | None = None
    all: CrmPages | None = None
    # Where the records stand in an answer, and in a record its id and our columns.
    records: str = ""
    record_id: str = "id"
    fields: dict[str, str] = Field(default={})
    # Further columns that a caller's number is looked for in, beside CUSTOMER_COLUMNS "phone".
    phone_fields: tuple[str, ...] = ()
    write: CrmWrite | None = None
    # Name in RESULT_FIELDS -> field of the CRM; only these are written.
    result_fields: dict[str, str] = Field(default={})
    # Where the body of a webhook has the id of the record that changed.
    changed_record_id: str = ""
    requests_a_day: int = Field(default=100_000, ge=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        check_result_fields(self.result_fields, self.result_fields)
        if self.write is not None and not self.result_fields:
            raise ValueError(
                "write: 書く項目が result_fields にありません / "
                "write: result_fields names nothing that is written, such as "
                '{"risk_score": "RiskScore__c"}'
            )
        others = (self.by_phone, self.by_record, self.all, self.write, self.fields)
        if self.by_id is None and any(others):
            raise ValueError(
                "by_id: 番号で顧客を探すリクエストを書いてください / "
                "by_id: name the request that finds a customer by id"
            )
        return self

    def path(self, column: str) -> str:
        """Return the path of a column of the customers table in a record."""
        return self.fields.get(column, column)
