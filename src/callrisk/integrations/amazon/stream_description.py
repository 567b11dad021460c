"""The description of a stream: when it was created, and how long it keeps its records."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)

_DENIED = "AccessDeniedException"


class StreamDescription:
    """Asks for the description of one stream; where that is not allowed, only once."""

    def __init__(self, client: Any, stream: Mapping[str, str]) -> None:
        self._client = client
        self._stream = dict(stream)
        self._is_denied = False

    def created_at(self) -> datetime | None:
        """Return when the stream was created; None where we may not ask.

        A stream that is deleted and created again under its name is another one.
        """
        created: datetime | None = self._summary().get("StreamCreationTimestamp")
        return created

    def retention(self) -> timedelta:
        """Return how long the stream keeps records; for ever where we may not ask."""
        hours = self._summary().get("RetentionPeriodHours")
        return timedelta.max if hours is None else timedelta(hours=hours)

    def _summary(self) -> Mapping[str, Any]:
        if self._is_denied:
            return {}
        try:
            answer = self._client.describe_stream_summary(**self._stream)
        except ClientError as error:
            if error.response["Error"]["Code"] != _DENIED:
                raise
            self._is_denied = True
            logger.warning(
                "allow kinesis:DescribeStreamSummary to learn of gaps and of a stream that was "
                "created again: %s", error,
            )  # fmt: skip
            return {}
        summary: Mapping[str, Any] = answer["StreamDescriptionSummary"]
        return summary
