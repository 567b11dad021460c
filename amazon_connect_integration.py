"""Amazon Connect as a command: python amazon_connect_integration.py ingest"""

import argparse
import logging
import signal
import sys
from pathlib import Path

from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.connect_api import ConnectApi
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.live.ingesting import LOOK_BACK, Chores, StreamIngest
from callrisk.live.live_calls import utc_now
from callrisk.live.telephony import CategoryTeller, ContactFollower, Loop, PeopleFinder
from callrisk.live.wire import begun_payload
from callrisk.settings import Settings, SettingsError, load, missing_for_production
from callrisk.store.checkpoints import Checkpoints, FencedError
from callrisk.store.contacts import Contacts
from callrisk.store.crash_points import arm
from callrisk.store.database import DatabaseError, open_database
from callrisk.store.lookups import Lookups
from callrisk.store.outbox import Outbox
from callrisk.store.quarantine import Quarantine, Seal
from callrisk.store.tidying import Tidying

logger = logging.getLogger(__name__)

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
    """Where in AWS to look, and with which keys."""
    env = settings.env
    return AwsSettings(
        region=env.aws_region,
        instance_id=env.connect_instance_id,
        stream_name=env.kinesis_stream_name,
        stream_arn=env.connect_stream_arn,
        events_queue_url=env.connect_events_queue_url,
        access_key_id=env.aws_access_key_id,
        secret_access_key=env.aws_secret_access_key.get_secret_value(),
        session_token=env.aws_session_token.get_secret_value(),
    )


def ingest(settings: Settings) -> int:
    """Read the stream, and what is configured beside it, until stopped."""
    aws, engine = aws_settings(settings), open_database(settings.database_url)
    seal = Seal(settings.env.flask_secret_key.get_secret_value())
    contacts = Contacts(engine, begun_payload)
    taking = StreamIngest(aws.stream_title, contacts, Checkpoints(engine), seal)
    reader = StreamReader(
        client("kinesis", aws), aws.stream, taking, taking.take, lambda: utc_now() - LOOK_BACK
    )
    loops = loops_beside(settings, aws, contacts, seal)
    chores = Chores(taking, reader, Quarantine(engine), Tidying(engine), loops)
    taking.claim()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: reader.stop())
    running: list[Loop | Chores] = [chores, *loops]
    for loop in running:
        loop.start()
    logger.info("reading stream %s, with %s", aws.stream_title, ", ".join(map(str, loops)) or "-")
    try:
        reader.run()
    finally:
        for loop in running:
            loop.stop()
    return 0


def loops_beside(
    settings: Settings, aws: AwsSettings, contacts: Contacts, seal: Seal
) -> list[Loop]:
    """What runs beside the stream, as far as it is configured."""
    loops: list[Loop] = []
    if aws.events_queue_url:
        queue = ContactEventQueue(client("sqs", aws), aws.events_queue_url)
        loops.append(Loop("contact-events", ContactFollower(queue, contacts, seal).step, 0.0))
    if aws.instance_id:
        connect = settings.connect
        clients = (client("connect", aws), client("connect-contact-lens", aws))
        api = ConnectApi(*clients, aws.instance_id, connect.customer_id_attribute)
        lookups = Lookups(contacts.engine)
        finder = PeopleFinder(api, lookups, contacts, connect.agents)
        loops.append(Loop("people", finder.step, 0.5))
        if connect.risk_attribute:
            teller = CategoryTeller(api, Outbox(contacts.engine), connect.risk_attribute)
            loops.append(Loop("risk-attribute", teller.step, 0.5))
    return loops


if __name__ == "__main__":
    sys.exit(main())
