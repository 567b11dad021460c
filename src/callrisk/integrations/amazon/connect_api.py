"""The requests to Amazon Connect: contacts, agents, segments, and attributes that are written."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from callrisk.domain.contact_events import ContactDetails
from callrisk.domain.outside import OutsideError
from callrisk.integrations.amazon.rate_limit import RateLimit

# AWS allows 10, 2 and 1 a second and account; others use the account too.
_CONTACTS_A_SECOND, _USERS_A_SECOND, _SEGMENTS_A_SECOND = 8.0, 1.6, 0.8
_ATTRIBUTE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Everything else mends: lines, quotas, keys that ran out, a permission that somebody still gives.
_FOR_GOOD = frozenset(
    {"ResourceNotFound", "ResourceNotFoundException", "InvalidRequest", "InvalidRequestException",
     "InvalidParameter", "InvalidParameterException", "ParamValidation", "ValidationException"}
)  # fmt: skip
_SERVER_ERROR = 500
# As long as the database's columns; Connect's attributes and names may be longer.
_LONGEST_ID = 256
# botocore reads of a garbled answer what it can, or trips: fields are missing or of another type.
_GARBLED = (ResponseParserError, AttributeError, LookupError, TypeError, ValueError)


class ConnectError(OutsideError):
    """Amazon Connect did not do what it was asked."""


@dataclass(frozen=True, slots=True)
class ConnectUser:
    """An agent as Connect knows them."""

    user_id: str
    username: str
    name: str


class ConnectApi:
    """The requests that the product makes, each within its quota; ConnectError on failure."""

    def __init__(
        self, connect: Any, contact_lens: Any, instance_id: str, customer_id_attribute: str
    ) -> None:
        self._connect = connect
        self._contact_lens = contact_lens
        self._instance_id = instance_id
        self._customer_id_attribute = customer_id_attribute
        self._contacts = RateLimit(_CONTACTS_A_SECOND)
        self._users = RateLimit(_USERS_A_SECOND)
        self._segments = RateLimit(_SEGMENTS_A_SECOND)

    def contact(self, contact_id: str, now: datetime) -> ContactDetails:
        """Return who takes part in a contact: phone, customer, agent, the contact it came from."""
        self._contacts.wait()
        with _one_error():
            answer = self._connect.describe_contact(
                InstanceId=self._instance_id, ContactId=contact_id
            )
            return _details(answer["Contact"], contact_id, self._customer_id_attribute, now)

    def user(self, user_id: str) -> ConnectUser:
        """Return an agent with name and user name."""
        self._users.wait()
        with _one_error():
            answer = self._connect.describe_user(InstanceId=self._instance_id, UserId=user_id)
            return _user(answer["User"], user_id)

    def write_attributes(self, initial_contact_id: str, attributes: Mapping[str, str]) -> None:
        """Set attributes of a contact; others stay. ValueError for a key that Connect refuses."""
        for key in attributes:
            if not _ATTRIBUTE_KEY.fullmatch(key):
                raise ValueError(f"attribute {key}: only letters, digits, - and _ are allowed")
        self._contacts.wait()
        with _one_error():
            self._connect.update_contact_attributes(
                InstanceId=self._instance_id, InitialContactId=initial_contact_id,
                Attributes=dict(attributes),
            )  # fmt: skip

    def segments(self, contact_id: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the segments of a contact of the last 24 hours, page by page.

        A token also stands for "perhaps more later", so an empty page ends the reading.
        """
        token: dict[str, str] = {}
        while True:
            self._segments.wait()
            with _one_error():
                answer = self._contact_lens.list_realtime_contact_analysis_segments(
                    InstanceId=self._instance_id, ContactId=contact_id, MaxResults=100, **token
                )
                page = list(answer["Segments"])
            if page:
                yield page
            if not answer.get("NextToken") or not page:
                return
            token = {"NextToken": answer["NextToken"]}


def _details(
    contact: Mapping[str, Any], contact_id: str, customer_id_attribute: str, now: datetime
) -> ContactDetails:
    agent = contact.get("AgentInfo") or {}
    initial = contact.get("InitialContactId")
    attributes = contact.get("Attributes") or {}
    return ContactDetails(
        contact_id=contact_id,
        arrived_at=now,
        initial_contact_id=None if initial == contact_id else initial,
        agent_user_id=agent.get("Id"),
        customer_id=_id(attributes.get(customer_id_attribute)),
        phone=_phone(contact.get("CustomerEndpoint") or {}),
        connected_at=agent.get("ConnectedToAgentTimestamp"),
        disconnected_at=contact.get("DisconnectTimestamp"),
    )


def _user(user: Mapping[str, Any], user_id: str) -> ConnectUser:
    identity = user.get("IdentityInfo") or {}
    # A Japanese name is read family name first.
    name = " ".join(filter(None, (identity.get("LastName"), identity.get("FirstName"))))
    return ConnectUser(user_id, user["Username"], (name or user["Username"])[:_LONGEST_ID])


def _id(value: Any) -> str | None:
    """Return the id in an attribute; None for a text that is too long to be anybody's id."""
    is_one = isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and "\0" not in value
    return value if is_one else None


def _phone(endpoint: Mapping[str, Any]) -> str | None:
    """Return the number of the other end; a withheld one is missing or a word."""
    address = str(endpoint.get("Address") or "")
    is_number = endpoint.get("Type") == "TELEPHONE_NUMBER" and any(map(str.isdigit, address))
    return address[:32] if is_number else None


@contextmanager
def _one_error() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        status = int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
        raise ConnectError(str(error), code in _FOR_GOOD and status < _SERVER_ERROR) from error
    except BotoCoreError as error:
        raise ConnectError(str(error), isinstance(error, ParamValidationError)) from error
    except _GARBLED as error:
        message = f"Amazon Connect's answer cannot be read ({type(error).__name__})"
        raise ConnectError(message, permanent=False) from error
