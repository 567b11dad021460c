"""The requests that find customers of a CRM, and the placeholders that each may have."""

from dataclasses import dataclass

from callrisk.integrations.http_crm.request_templates import RequestTemplate

BY_ID = frozenset({"customer_id"})
BY_PHONE = frozenset({"phone", "phone_national", "phone_e164"})
BY_RECORD = frozenset({"record_id"})
EVERY = frozenset({"cursor", "offset", "limit"})


@dataclass(frozen=True, slots=True)
class EveryRecord:
    """The request for a page of all records, with at most `limit` of them where it says so.

    `next` is where the answer has the next cursor or the address of the next page; without it
    pages are counted by {offset}, until one is empty. ValueError where a page cannot be named.
    """

    template: RequestTemplate
    next: str = ""
    limit: int = 200

    def __post_init__(self) -> None:
        if not self.next and "offset" not in self.template.names:
            raise ValueError(
                "all: 次のページの読み方（next か {offset}）を書いてください / "
                "all: name the next page, by next (where the answer has the cursor or the address "
                "of the next page) or by {offset} in query or body"
            )


@dataclass(frozen=True, slots=True)
class CustomerRequests:
    """The requests for customers.

    Without one by telephone nobody is found by it; without one by record a change that the CRM
    notifies of is seen when its customer is looked up again; without one for all no table is
    pulled. `changed_record_id` is where a notification has the id of the record.
    """

    by_id: RequestTemplate
    by_phone: RequestTemplate | None = None
    by_record: RequestTemplate | None = None
    every: EveryRecord | None = None
    changed_record_id: str = ""
