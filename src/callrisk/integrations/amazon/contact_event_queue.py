"""The queue that EventBridge puts contact events into: received, and deleted once stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from callrisk.domain.outside import OutsideError

_MOST_AT_ONCE = 10


class QueueError(OutsideError):
    """The queue does not answer, or refuses us."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `receipt` deletes it."""

    message_id: str
    body: str
    receipt: str


class ContactEventQueue:
    """One SQS queue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def receive(self, wait_s: int = 10) -> list[Message]:
        """Wait for messages and return up to ten; QueueError when there is no answer."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_MOST_AT_ONCE, WaitTimeSeconds=wait_s
            )
        except (ClientError, BotoCoreError) as error:
            raise QueueError(f"cannot receive from {self._url}: {error}") from error
        return [
            Message(message["MessageId"], message["Body"], message["ReceiptHandle"])
            for message in answer.get("Messages", [])
        ]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages that are stored; one that is not deleted comes again, harmlessly."""
        if not messages:
            return
        entries = [
            {"Id": str(number), "ReceiptHandle": message.receipt}
            for number, message in enumerate(messages)
        ]
        try:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise QueueError(f"{self._url}: messages cannot be deleted: {error}") from error
