"""Amazon Connect as a command: python amazon_connect_integration.py check | ingest | replay"""

import argparse
import io
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from callrisk.background.crash_points import arm
from callrisk.background.loop import Loop
from callrisk.domain.time import utc_now
from callrisk.domain.wording import TRAIN_COMMAND
from callrisk.ingest.contact_follower import (
    AMAZON_AWAY,
    CategoryTeller,
    ContactFollower,
    PeopleFinder,
)
from callrisk.ingest.gap_filling import GapFiller, fill_gap, replay_quarantine
from callrisk.ingest.own_checks import own_checks
from callrisk.ingest.stream import LOOK_BACK, Housekeeping, RecordTaker, StreamIngest
from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.check import checks, has_credentials
from callrisk.integrations.amazon.connect_api import ConnectApi, ConnectError
from callrisk.integrations.amazon.contact_event_queue import ContactEventQueue
from callrisk.integrations.amazon.kinesis import StreamReader
from callrisk.integrations.recordings import Recording, RecordingError, recordings
from callrisk.replay.player import ReplayError, play, to_server, to_stream
from callrisk.settings import Settings, SettingsError, load_to_serve, sealing_secret
from callrisk.store.connect.checkpoints import Checkpoints, FencedError
from callrisk.store.connect.lookups import Gaps, Lookups
from callrisk.store.connect.quarantine import Quarantine, QuarantineError, Seal
from callrisk.store.database import DatabaseError, open_database
from callrisk.store.intake import Contacts, StoreAwayError
from callrisk.store.outbox import Outbox
from callrisk.store.retention import Retention
from callrisk.wire.client import LiveApi, LiveApiError

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent
_SAID_IN_ONE_LINE = (
    SettingsError, DatabaseError, FencedError, RecordingError, ReplayError, LiveApiError,
    ConnectError, QuarantineError, StoreAwayError,
)  # fmt: skip
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MAKE_SAMPLE = "python -m callrisk.sample --out data/raw"
_REHEARSAL_SPEED = 60.0
# A server that takes in many calls at once may be slow to answer.
_REPLAY_TIMEOUT_S = (10.0, 10.0)


def main() -> int:
    """Do what was asked; 1 with one clear line when it cannot be done."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A machine whose code page lacks Japanese still prints the English beside it.
            stream.reconfigure(errors="replace")
    options = _options()
    commands = {"check": check, "ingest": ingest, "replay": replay}
    try:
        settings = load_to_serve(ROOT)
        logging.basicConfig(
            level=logging.DEBUG if settings.env.debug_mode else logging.INFO,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )
        if not settings.is_production:
            arm(settings.env.callrisk_crash)
        return commands[options.command](settings, options)
    except _SAID_IN_ONE_LINE as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="say whether everything at Amazon is as it must be")
    reading = commands.add_parser("ingest", help="take calls from Amazon Connect into the database")
    reading.add_argument(
        "--without-stream", action="store_true",
        help="only contact events and names: an AWS Lambda reads the stream",
    )  # fmt: skip
    again = commands.add_parser("replay", help="play recorded calls, or take in again what failed")
    again.add_argument("--to", choices=("server", "stream"), default="server")
    again.add_argument("--url", help="the server (default: the one of this installation)")
    again.add_argument("--calls", type=int, default=3, help="how many calls")
    again.add_argument("--speed", type=float, default=1.0, help="how many times as fast")
    again.add_argument("--recordings", type=Path, help="a folder of recorded calls")
    again.add_argument(
        "--real-stream", action="store_true", help="even into a stream of AWS itself"
    )
    again.add_argument(
        "--quarantine", action="store_true", help="take in quarantined records again"
    )
    again.add_argument("--contact", help="ask Contact Lens again what it heard of this contact")
    return parser.parse_args()


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


def ingest(settings: Settings, options: argparse.Namespace) -> int:
    """Read the stream, and what is configured beside it, until stopped."""
    aws, engine = aws_settings(settings), open_database(settings.database_url)
    contacts, seal = Contacts(engine), _seal(settings)
    loops, checkpoints = loops_beside(settings, aws, contacts, seal), Checkpoints(engine)
    tidied = (checkpoints, Quarantine(engine), Retention(engine), loops)
    if options.without_stream:
        return _run_beside(loops, Housekeeping(*tidied))
    taking = StreamIngest(
        aws.stream_title, RecordTaker(aws.stream_title, contacts, seal), checkpoints
    )
    reader = StreamReader(
        client("kinesis", aws), aws.stream, taking, taking.take, lambda: utc_now() - LOOK_BACK
    )
    reader.lost = lambda: Gaps(engine).mark(utc_now())
    chores = Housekeeping(*tidied, lambda: taking.report(reader.behind_ms, reader.problem))
    taking.claim()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: reader.stop())
    logger.info("reading stream %s, with %s", aws.stream_title, ", ".join(map(str, loops)) or "-")
    _run([chores, *loops], reader.run)
    return 0


def _run_beside(loops: list[Loop], chores: Housekeeping) -> int:
    if not loops:
        raise SettingsError("nothing to do: set CONNECT_EVENTS_QUEUE_URL or CONNECT_INSTANCE_ID")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())

    def wait() -> None:
        while not stopped.wait(1.0):
            pass

    _run([chores, *loops], wait)
    return 0


def _run(running: Sequence[Loop | Housekeeping], until: Callable[[], None]) -> None:
    for loop in running:
        loop.start()
    try:
        until()
    finally:
        for loop in running:
            loop.stop()


def loops_beside(
    settings: Settings, aws: AwsSettings, contacts: Contacts, seal: Seal
) -> list[Loop]:
    """What runs beside the stream, as far as it is configured."""
    steps: list[tuple[str, Callable[[], int], float]] = []
    if aws.events_queue_url:
        queue = ContactEventQueue(client("sqs", aws), aws.events_queue_url)
        follower = ContactFollower(queue, contacts, seal, aws.instance_id)
        steps.append(("contact-events", follower.step, 0.0))
    if aws.instance_id:
        engine, api = contacts.engine, _connect_api(settings, aws)
        finder = PeopleFinder(api, Lookups(engine), contacts, settings.connect.agents)
        steps.append(("people", finder.step, 0.5))
        steps.append(("gaps", GapFiller(api, Gaps(engine), contacts).step, 10.0))
        if settings.writes_category:
            teller = CategoryTeller(api, Outbox(engine), settings.connect.risk_attribute)
            steps.append(("risk-attribute", teller.step, 0.5))
    return [Loop(*one, AMAZON_AWAY) for one in steps]


def _connect_api(settings: Settings, aws: AwsSettings) -> ConnectApi:
    if not aws.instance_id:
        raise SettingsError("CONNECT_INSTANCE_ID is empty: set it to the id of the instance")
    clients = (client("connect", aws), client("connect-contact-lens", aws))
    return ConnectApi(*clients, aws.instance_id, settings.connect.customer_id_attribute)


def _seal(settings: Settings) -> Seal:
    return Seal(sealing_secret(settings, is_development=not settings.is_production))


def check(settings: Settings, _options: argparse.Namespace) -> int:
    """Each point in both languages, good or what to do; without credentials a call is played."""
    aws = aws_settings(settings)
    if not has_credentials(aws):
        return _rehearse(settings)
    engine, wrong = open_database(settings.database_url), 0
    for point in (*checks(aws), *own_checks(Checkpoints(engine), Quarantine(engine))):
        mark = {True: "ok  ", False: "NG  ", None: "--  "}[point.ok]
        print(f"{mark} {point.name:12s} {point.text.ja}")
        if point.text.en != point.text.ja:
            print(f"{'':17s}{point.text.en}")
        wrong += point.ok is False
    return int(wrong > 0)


def _rehearse(settings: Settings) -> int:
    """What a developer sees: no cloud is set up, and the path works all the same."""
    # Only this plays with a model: the reader of the stream does without its libraries.
    from callrisk.live.served_model import ServedChampion  # noqa: PLC0415
    from callrisk.replay.terminal import rehearse  # noqa: PLC0415

    print("開発モード: AWS の認証情報がありません。録音した通話を 1 件、ここで再生します（DEMO）。")
    print("Development: no AWS credentials. One recorded call is played here (DEMO).")
    found = _recordings(settings, None)
    champion = ServedChampion(settings.models_dir, allow_demo=not settings.is_production)
    summary = rehearse(found[0], champion, _REHEARSAL_SPEED, print)
    score, turns = summary["final_risk_score"], summary["turns"]
    none = score is None
    print(f"         {turns} 発話、最終スコア {'なし' if none else score}"
          + (f"（モデルがありません: {TRAIN_COMMAND}）" if none else ""))  # fmt: skip
    print(f"         {turns} turns, final score {'none' if none else score}"
          + (f" (there is no model: {TRAIN_COMMAND})" if none else ""))  # fmt: skip
    return 0


def replay(settings: Settings, options: argparse.Namespace) -> int:
    """Play recorded calls into the server or a stream, or take in again what failed."""
    aws = aws_settings(settings)
    if options.quarantine or options.contact:
        return _take_again(settings, aws, options)
    found = _recordings(settings, options.recordings)
    if options.to == "stream":
        kinesis = client("kinesis", aws)
        _refuse_real(kinesis.meta.endpoint_url, options)
        hear, where = to_stream(kinesis, aws.stream), aws.stream_title
        mark = "as real calls: a stream knows no DEMO"
    else:
        where = options.url or f"http://127.0.0.1:{settings.env.api_port}"
        hear, mark = to_server(LiveApi(where, _REPLAY_TIMEOUT_S)), "DEMO"
    print(f"{options.calls} calls to {where}, {options.speed:g} times as fast ({mark})")
    events = play(found, options.calls, options.speed, hear)
    print(f"{events} events of {options.calls} calls")
    return 0


def _take_again(settings: Settings, aws: AwsSettings, options: argparse.Namespace) -> int:
    engine = open_database(settings.database_url)
    contacts = Contacts(engine)
    if options.contact:
        turns = fill_gap(options.contact, _connect_api(settings, aws), contacts)
        Gaps(engine).filled(options.contact, utc_now())
        print(f"{turns} turns of {options.contact} were missing")
    if options.quarantine:
        stored, left = replay_quarantine(
            Quarantine(engine), _seal(settings), contacts, aws.instance_id
        )
        print(f"{stored} records are stored now, {left} stay in quarantine")
    return 0


def _recordings(settings: Settings, folder: Path | None) -> list[Recording]:
    folder = folder or settings.raw_dir / "recorded_calls"
    found = recordings(folder)
    if not found:
        raise RecordingError(f"no recorded calls in {folder}; make some: {_MAKE_SAMPLE}")
    return found


def _refuse_real(endpoint: str, options: argparse.Namespace) -> None:
    if urlsplit(endpoint).hostname not in _LOOPBACK and not options.real_stream:
        raise SettingsError(
            f"{endpoint} is no test endpoint (AWS_ENDPOINT_URL_KINESIS): recorded calls would be "
            "taken for real ones. If that is meant, add --real-stream"
        )


if __name__ == "__main__":
    sys.exit(main())
