"""The points of Amazon Connect, by the functions of its own `check`."""

from collections.abc import Iterator

from callrisk.bootstrap.aws import aws_settings
from callrisk.bootstrap.configured_language import configured_language
from callrisk.bootstrap.doctor.finding import Finding, State, not_set_up
from callrisk.domain.outside import ConnectionCheck
from callrisk.domain.wording import Text
from callrisk.ingest.language_watch import LanguageWatch
from callrisk.ingest.source_health import ingest_checks
from callrisk.integrations.amazon.aws_clients import AwsSettings
from callrisk.integrations.amazon.checking import checks, has_credentials
from callrisk.settings import Settings
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.database import ReadEngine
from callrisk.store.statements.language_in_use import LanguageInUse

_SET_UP = Text(
    ".env の CONNECT_…、KINESIS_…、AWS_… の行か、AWS 側を直す（docs/amazon-connect.md）",
    "correct CONNECT_…, KINESIS_… and AWS_… in .env, or AWS itself (docs/amazon-connect.md)",
)
_USE = Text(
    "使うときは、.env に AWS_…、CONNECT_…、KINESIS_… を設定（docs/amazon-connect.md）",
    "to use it set AWS_…, CONNECT_… and KINESIS_… in .env (docs/amazon-connect.md)",
)
_INGEST = Text(
    "読み取りを起動する: python amazon_connect_integration.py ingest",
    "start the reader: python amazon_connect_integration.py ingest",
)
_SAME_VERSION = Text(
    "すべてのプログラムを同じ版で起動し直す", "start all programs again, of the same version"
)


def connect_points(settings: Settings, engine: ReadEngine | None) -> Iterator[Finding]:
    """Yield the points of Amazon Connect and of its reader, which `engine` tells of."""
    aws = aws_settings(settings)
    if not has_credentials(aws):
        yield _without_credentials(aws)
        return
    for check in checks(aws, settings.writes_category):
        yield _finding(check, State.WRONG, _SET_UP)
    if engine is None:
        return
    for check in ingest_checks(SourceReports(engine), Quarantine(engine)):
        yield _finding(check, State.ATTENTION, _INGEST)
    version = configured_language(settings).language.version
    watch = LanguageWatch(LanguageInUse(engine), version)
    yield _finding(watch.check(), State.ATTENTION, _SAME_VERSION)


def _without_credentials(aws: AwsSettings) -> Finding:
    if not (aws.instance_id or aws.stream_arn or aws.events_queue_url):
        return not_set_up("connect", "設定されていません", "not set up", _USE)
    text = Text(
        "CONNECT_… が設定されていますが、AWS の認証情報がありません",
        "CONNECT_… is set, but there are no credentials of AWS",
    )
    todo = Text(
        ".env に AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を設定するか、ロールを使う",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in .env, or use a role",
    )
    return Finding("connect", State.WRONG, text, todo)


def _finding(check: ConnectionCheck, not_ok: State, todo: Text) -> Finding:
    name = f"connect {check.name}"
    if check.ok is None:
        return Finding(name, State.NOT_SET_UP, check.text)
    if check.ok:
        return Finding(name, State.OK, check.text)
    return Finding(name, not_ok, check.text, todo)
