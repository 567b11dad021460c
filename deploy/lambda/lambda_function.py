"""The AWS Lambda on the stream of the live analysis; see README.md beside this file."""

import logging
from functools import cache
from pathlib import Path
from typing import Any

from callrisk.ingest.lambda_records import Answer, take_event
from callrisk.ingest.stream import RecordTaker
from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.settings import load, sealing_secret
from callrisk.store.connect.quarantine import Seal
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts

logging.getLogger().setLevel(logging.INFO)


def handler(event: dict[str, Any], _context: object) -> Answer:
    """Store the records of a batch; AWS delivers again what this names."""
    return take_event(event, _taker())


@cache
def _taker() -> RecordTaker:
    """Made with the first batch, and kept while this Lambda lives."""
    settings = load(Path(__file__).resolve().parent)
    env = settings.env
    aws = AwsSettings(
        env.aws_region, stream_name=env.kinesis_stream_name, stream_arn=env.connect_stream_arn
    )
    contacts = Contacts(open_database(settings.database_url))
    # Only real calls come this way, whatever APP_ENV says.
    seal = Seal(sealing_secret(settings, is_development=False))
    return RecordTaker(aws.stream_title, contacts, seal)
