"""The queue that EventBridge puts contact events into: received, and deleted once stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.shards import StreamRecord

_MOST_AT_ONCE = 10


class QueueError(OutsideError):
    """The queue does not answer, or refuses us."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `receipt` deletes it, and it was sent by the clock of AWS."""

    message_id: str
    body: str
    receipt: str
    sent_at: datetime

    def record(self) -> StreamRecord:
        """Return the message as a record, of which a later one is newer."""
        sequence = str(int(self.sent_at.timestamp() * 1000))
        body = self.body.encode("utf-8", "surrogatepass")
        return StreamRecord(sequence, self.sent_at, body, self.message_id)


class ContactEventQueue:
    """One SQS queue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def receive(self, wait_s: int = 10) -> list[Message]:
        """Wait for messages and return up to ten; QueueError when there is no answer."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_MOST_AT_ONCE, WaitTimeSeconds=wait_s,
                MessageSystemAttributeNames=["SentTimestamp"],
            )  # fmt: skip
        except (ClientError, BotoCoreError) as error:
            raise QueueError(f"cannot receive from {self._url}: {error}") from error
        return [
            Message(
                message["MessageId"], message["Body"], message["ReceiptHandle"], _sent_at(message)
            )
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


def _sent_at(message: Mapping[str, Any]) -> datetime:
    sent_ms = message.get("Attributes", {}).get("SentTimestamp")
    return utc_now() if sent_ms is None else datetime.fromtimestamp(int(sent_ms) / 1000, UTC)
