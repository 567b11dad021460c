"""Puts the AWS Lambda on the stream together: its handler stores the records of a batch."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from callrisk.bootstrap.configured_language import configured_language
from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.domain.masking import Masking
from callrisk.ingest.lambda_records import Answer, take_event
from callrisk.ingest.language_watch import LanguageWatch
from callrisk.ingest.record_taker import RecordTaker
from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.settings import load
from callrisk.store.connect.quarantine import Seal
from callrisk.store.intake import Contacts
from callrisk.store.statements.language_in_use import LanguageInUse

Handler = Callable[[dict[str, Any], object], Answer]


def make_handler(root: Path) -> Handler:
    """Return the handler with the settings of a folder, which are read at the first batch."""

    @cache
    def taker() -> RecordTaker:
        """Return the parts that serve all batches while this Lambda lives."""
        settings = load(root)
        env = settings.env
        aws = AwsSettings(
            env.aws_region,
            env.connect_instance_id,
            stream_name=env.kinesis_stream_name,
            stream_arn=env.connect_stream_arn,
        )
        engine, language = (
            # Beside a server; a ring of its own would be another one.
            opened(settings, makes_ring=False),
            configured_language(settings).language,
        )
        LanguageWatch(LanguageInUse(engine), language.version).look()
        contacts = Contacts(engine, language, Masking(settings.masked_kinds))
        return RecordTaker(aws.stream_title, contacts, Seal(engine), aws.instance_id)

    def handler(event: dict[str, Any], _context: object) -> Answer:
        """Store the records of a batch; AWS delivers again what the answer names."""
        return take_event(event, taker())

    return handler
