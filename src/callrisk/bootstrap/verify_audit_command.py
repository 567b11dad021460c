"""The command that looks for changes in the audit: python run.py verify-audit"""

import sys
from pathlib import Path

from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.process import speak_utf8
from callrisk.people.anchor_keys import AnchorKeys
from callrisk.people.auditing import faults_of_audit
from callrisk.settings import Settings, SettingsError, load
from callrisk.store.database import DatabaseError
from callrisk.store.people.audit_log import AuditLog


def audit_folder(settings: Settings) -> Path:
    """Return the folder of the anchors."""
    return settings.output_dir / "audit"


def anchor_keys(settings: Settings, log: AuditLog) -> AnchorKeys:
    """Return what signs anchors: the ring of the audit's key store."""
    keys, secret = log.subjects.keys, settings.env.flask_secret_key.get_secret_value()
    return AnchorKeys(lambda: keys.ring, secret)


def main(root: Path) -> int:
    """Print what is wrong with the records, one line each; return 1 if anything is."""
    speak_utf8()
    try:
        settings = load(root)
        log = AuditLog(opened(settings), "verify")
    except (SettingsError, DatabaseError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    faults = faults_of_audit(log, audit_folder(settings), anchor_keys(settings, log))
    for fault in faults:
        print(f"NG  {fault.ja} / {fault.en}")
    if unknown := len(log.unknown_calls()):
        print(
            f"!   {unknown} 件の通話は鍵の保管先にないため不明です（古いバックアップから戻したか、"
            f"削除されました） / {unknown} calls are not in the key store and so unknown: it was "
            "put back from an older copy, or they were deleted there"
        )
    if not faults:
        count = sum(1 for _ in log.all())
        print(f"OK  {count} 件の記録に改変はありません / {count} records, none of them changed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
