"""The commands of Amazon Connect: check, ingest, replay."""

import argparse
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from callrisk.bootstrap.aws import aws_settings, connect_api, seal_of
from callrisk.bootstrap.configured_language import configured_language
from callrisk.bootstrap.ingest import ingest
from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.domain.masking import Masking
from callrisk.domain.time import utc_now
from callrisk.domain.wording import TRAIN_COMMAND
from callrisk.ingest.gap_filling import fill_gap
from callrisk.ingest.language_watch import LanguageWatch
from callrisk.ingest.quarantine_replay import replay_quarantine
from callrisk.ingest.source_health import ingest_checks
from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.checking import checks, has_credentials
from callrisk.integrations.amazon.connect_api import ConnectError
from callrisk.integrations.recordings import Recording, RecordingError, recordings
from callrisk.replay.player import play, staggered
from callrisk.replay.to_server import ProductionError, to_server
from callrisk.replay.to_stream import to_stream
from callrisk.settings import Settings, SettingsError
from callrisk.store.connect.checkpoints import FencedError
from callrisk.store.connect.gaps import Gaps
from callrisk.store.connect.quarantine import Quarantine, QuarantineError
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.database import DatabaseError
from callrisk.store.intake import Contacts
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.store.store_away import StoreAwayError
from callrisk.wire.client import LiveApi, LiveApiError

# Errors whose message is the one line that the user gets.
USER_ERRORS = (
    SettingsError, DatabaseError, FencedError, RecordingError, LiveApiError, ProductionError,
    ConnectError, QuarantineError, StoreAwayError,
)  # fmt: skip
T = TypeVar("T", int, float)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MAKE_SAMPLE = "python -m callrisk.sample --out data/raw"
_TERMINAL_SPEED = 60.0
# A server that takes in many calls at once may be slow to answer.
_REPLAY_TIMEOUT_S = (10.0, 10.0)


def parse(description: str, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the command and its options."""
    parser = argparse.ArgumentParser(description=description)
    commands = parser.add_subparsers(dest="command", title="commands; without one: check")
    commands.add_parser("check", help="say whether everything at Amazon is as it must be")
    reading = commands.add_parser("ingest", help="take calls from Amazon Connect into the database")
    reading.add_argument(
        "--without-stream", action="store_true",
        help="only contact events and names: an AWS Lambda reads the stream",
    )  # fmt: skip
    again = commands.add_parser("replay", help="play recorded calls, or take in again what failed")
    again.add_argument("--to", choices=("server", "stream"), default="server")
    again.add_argument("--url", help="the server (default: the one of this installation)")
    again.add_argument("--calls", type=_positive(int), default=3, help="how many calls")
    again.add_argument("--speed", type=_positive(float), default=1.0, help="how many times as fast")
    again.add_argument("--recordings", type=Path, help="a folder of recorded calls")
    again.add_argument(
        "--real-stream", action="store_true", help="even into a stream of AWS itself"
    )
    again.add_argument(
        "--quarantine", action="store_true", help="take in quarantined records again"
    )
    again.add_argument("--contact", help="ask Contact Lens again what it heard of this contact")
    options = parser.parse_args(arguments)
    options.command = options.command or "check"
    return options


def _positive(number: Callable[[str], T]) -> Callable[[str], T]:
    """Return a type of an option that takes finite numbers above 0."""

    def read(text: str) -> T:
        try:
            value = number(text)
        except ValueError:
            value = number("0")
        if not 0 < value < math.inf:
            raise argparse.ArgumentTypeError(
                f"{text!r} は使えません。0 より大きい数を指定してください"
                f" / {text!r} is not a number above 0"
            )
        return value

    return read


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Run the command; return the exit status, or raise one of `USER_ERRORS`."""
    commands = {"check": check, "ingest": ingest, "replay": replay}
    return commands[options.command](settings, options)


def check(settings: Settings, _options: argparse.Namespace) -> int:
    """Print each point in both languages; without credentials a recorded call is played."""
    aws = aws_settings(settings)
    if not has_credentials(aws):
        return _check_without_cloud(settings)
    engine, wrong = opened(settings), 0
    watch = LanguageWatch(LanguageInUse(engine), configured_language(settings).language.version)
    own_side = ingest_checks(SourceReports(engine), Quarantine(engine))
    for point in (*checks(aws, settings.writes_category), *own_side, watch.check()):
        mark = {True: "ok  ", False: "NG  ", None: "--  "}[point.ok]
        print(f"{mark} {point.name:12s} {point.text.ja}")
        if point.text.en != point.text.ja:
            print(f"{'':17s}{point.text.en}")
        wrong += point.ok is False
    return int(wrong > 0)


def _check_without_cloud(settings: Settings) -> int:
    """Play a recorded call where no cloud is set up, to show that the path works."""
    # Only this plays with a model: the reader of the stream does without its libraries.
    from callrisk.live.served_model import ServedChampion  # noqa: PLC0415
    from callrisk.replay.terminal import play_in_terminal  # noqa: PLC0415

    print("開発モード: AWS の認証情報がありません。録音した通話を 1 件、ここで再生します（DEMO）。")
    print("Development: no AWS credentials. One recorded call is played here (DEMO).")
    recording, *_ = _recordings(settings, None)
    champion = ServedChampion(settings.models_dir, allow_demo=not settings.is_production)
    language = configured_language(settings).language
    summary = play_in_terminal(recording, champion, language, _TERMINAL_SPEED, print)
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
    recorded = _recordings(settings, options.recordings)
    if options.to == "stream":
        kinesis = client("kinesis", aws)
        _refuse_real(kinesis.meta.endpoint_url, options)
        receive, where = to_stream(kinesis, aws.stream), aws.stream_title
        mark = "as real calls: a stream knows no DEMO"
    else:
        where = options.url or f"http://127.0.0.1:{settings.env.api_port}"
        receive, mark = to_server(LiveApi(where, _REPLAY_TIMEOUT_S)), "DEMO"
    print(f"{options.calls} calls to {where}, {options.speed:g} times as fast ({mark})")
    events = play(staggered(recorded, options.calls), options.speed, receive)
    print(f"{events} events of {options.calls} calls")
    return 0


def _take_again(settings: Settings, aws: AwsSettings, options: argparse.Namespace) -> int:
    engine = opened(settings)
    language = configured_language(settings).language
    contacts = Contacts(engine, language, Masking(settings.masked_kinds))
    if options.contact:
        turns = fill_gap(options.contact, connect_api(settings, aws), contacts)
        Gaps(engine).filled(options.contact, utc_now())
        print(f"{turns} turns of {options.contact} were missing")
    if options.quarantine:
        stored, left = replay_quarantine(
            Quarantine(engine), seal_of(settings, engine), contacts, aws.instance_id
        )
        print(f"{stored} records are stored now, {left} stay in quarantine")
    return 0


def _recordings(settings: Settings, folder: Path | None) -> list[Recording]:
    folder = folder or settings.raw_dir / "recorded_calls"
    recorded = recordings(folder)
    if not recorded:
        raise RecordingError(
            f"録音した通話がありません: {folder}。作るには: {_MAKE_SAMPLE} / no recorded calls in "
            f"{folder}; make some by that"
        )
    return recorded


def _refuse_real(endpoint: str, options: argparse.Namespace) -> None:
    if urlsplit(endpoint).hostname not in _LOOPBACK and not options.real_stream:
        raise SettingsError(
            f"{endpoint} はテスト用ではありません (AWS_ENDPOINT_URL_KINESIS)。録音が本物の通話に"
            f"なります。それでよければ --real-stream を付けてください / {endpoint} is no test "
            "endpoint: recorded calls would be taken for real ones. If that is meant, add "
            "--real-stream"
        )
