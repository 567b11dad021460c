"""Amazon Connect as a command: python amazon_connect_integration.py ingest"""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.live.ingesting import LOOK_BACK, Chores, StreamIngest
from callrisk.live.live_calls import utc_now
from callrisk.live.wire import begun_payload
from callrisk.settings import Settings, SettingsError, load, missing_for_production
from callrisk.store.checkpoints import Checkpoints, FencedError
from callrisk.store.contacts import Contacts
from callrisk.store.crash_points import arm
from callrisk.store.database import DatabaseError, open_database
from callrisk.store.quarantine import Quarantine, Seal
from callrisk.store.tidying import Tidying

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Do what was asked; 1 with one clear line when it cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("ingest", help="read the stream of the live analysis into the database")
    options = parser.parse_args()
    try:
        settings = load(ROOT)
        missing = missing_for_production(settings)
        if missing:
            raise SettingsError(f"production cannot start without: {'; '.join(missing)}")
        logging.basicConfig(
            level=logging.DEBUG if settings.env.debug_mode else logging.INFO,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )
        _arm(settings)
        return {"ingest": ingest}[options.command](settings)
    except (SettingsError, DatabaseError, FencedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _arm(settings: Settings) -> None:
    name, _, passes = settings.env.callrisk_crash.partition(":")
    if name and not settings.is_production:
        arm(name, int(passes or 1))


def aws_settings(settings: Settings) -> AwsSettings:
    """Where in AWS to look."""
    env = settings.env
    return AwsSettings(
        env.aws_region, env.connect_instance_id, env.kinesis_stream_name, env.connect_stream_arn,
        env.connect_events_queue_url,
    )  # fmt: skip


def ingest(settings: Settings) -> int:
    """Read the stream until stopped."""
    aws = aws_settings(settings)
    engine = open_database(settings.database_url)
    checkpoints = Checkpoints(engine)
    name = aws.stream_arn.rpartition("/")[2] or aws.stream_name
    seal = Seal(settings.env.flask_secret_key.get_secret_value())
    taking = StreamIngest(name, Contacts(engine, begun_payload), checkpoints, seal)
    reader = StreamReader(
        client("kinesis", aws), aws.stream, taking, taking.take, lambda: utc_now() - LOOK_BACK
    )
    chores = Chores(taking, reader, Quarantine(engine), Tidying(engine))
    taking.claim()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: reader.stop())
    beside = threading.Thread(target=chores.run, name="chores", daemon=True)
    beside.start()
    logging.getLogger(__name__).info("reading stream %s", name)
    try:
        reader.run()
    finally:
        chores.stop()
        beside.join(timeout=5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
