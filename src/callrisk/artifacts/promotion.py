"""Promotion and rollback: changes of the champion through the gate, by a named person."""

from datetime import UTC, datetime
from pathlib import Path

from callrisk.artifacts.champion import (
    Action,
    Champion,
    champion,
    champion_if_readable,
    install_champion,
)
from callrisk.artifacts.files import ArtifactError
from callrisk.artifacts.promotion_gate import (
    UNKNOWN,
    VersionFigures,
    needs_a_person,
    reasons_not_to_promote,
)
from callrisk.artifacts.versions import load_version, version_figures
from callrisk.domain.wording import Text

_LONGEST_NAME = 100
# Recorded where no person was needed; refused as the name of a person.
_PROGRAM = "callrisk"
_BY_PROGRAM = {
    True: f"{_PROGRAM}: first model",
    False: f"{_PROGRAM}: replaces a DEMO model",
}


class PromotionRefusedError(ArtifactError):
    """The gate refused a promotion, for `reasons`."""

    def __init__(self, version: str, reasons: list[Text]) -> None:
        super().__init__(
            f"{version} was not promoted: {'; '.join(reason.en for reason in reasons)}",
            f"{version} は昇格できません: {'／'.join(reason.ja for reason in reasons)}",
        )
        self.reasons = tuple(reasons)


def person(name: str | None) -> str:
    """Return the name of the person who answers for a change; ArtifactError for an invalid name."""
    cleaned = " ".join((name or "").split())
    if not cleaned:
        raise ArtifactError(
            "a person's name is needed, of the one who answers for the change: --by NAME",
            "切り替えに責任を持つ方のお名前を入れてください",
        )
    if len(cleaned) > _LONGEST_NAME or not cleaned.isprintable():
        raise ArtifactError(
            f"a person's name has at most {_LONGEST_NAME} printable characters",
            f"お名前は {_LONGEST_NAME} 文字までの、表示できる文字で入れてください",
        )
    if cleaned.casefold().startswith(_PROGRAM):
        raise ArtifactError(
            f"{cleaned!r} is no person's name", f"「{cleaned}」は人の名前として使えません"
        )
    return cleaned


def gate(models: Path, version: str) -> list[Text]:
    """Return the reasons why this version may not replace the champion; empty if it may."""
    return reasons_not_to_promote(version_figures(models, version), _champion_figures(models))


def promote(models: Path, version: str, by: str, now: datetime) -> Champion:
    """Make a version the champion.

    Raise PromotionRefusedError if the gate refuses it, ArtifactError if it cannot be loaded.
    """
    name = person(by)
    load_version(models, version)
    current = champion_if_readable(models)
    if current is not None and current.version == version:
        raise ArtifactError(f"{version} serves already", f"{version} はすでに使用中です")
    old = _champion_figures(models)
    if reasons := reasons_not_to_promote(version_figures(models, version), old):
        raise PromotionRefusedError(version, reasons)
    return _serve(models, version, name, now, is_first=old is None)


def finish_training(models: Path, version: str, by: str | None, now: datetime) -> list[Text]:
    """Make a newly trained version the champion if the gate allows; else return the reasons."""
    load_version(models, version)
    old = _champion_figures(models)
    reasons = reasons_not_to_promote(version_figures(models, version), old)
    if reasons:
        return reasons
    if by is None and needs_a_person(old):
        return [_needs_a_person(version)]
    name = _BY_PROGRAM[old is None] if by is None else person(by)
    _serve(models, version, name, now, is_first=old is None)
    return []


def why_no_rollback(models: Path) -> Text | None:
    """Return the reason against a rollback; None if it is possible.

    Loading the version is not tried here: that takes long, and `rollback` does it.
    """
    current = champion(models)
    if current is None or current.previous is None:
        return Text("戻せる前の版がありません", "There is no earlier version to go back to")
    old = _champion_figures(models)
    if version_figures(models, current.previous).demo and not (old and old.demo):
        return Text(
            "前の版は DEMO モデルのため、実データのモデルから戻すことはできません",
            "The version before is a DEMO model, which never takes the place of one of real data",
        )
    return None


def rollback(models: Path, by: str, now: datetime) -> Champion:
    """Make the previous version the champion again, one step; raise ArtifactError without one."""
    name = person(by)
    reason, current = why_no_rollback(models), champion(models)
    if reason is not None or current is None or current.previous is None:
        reason = reason or Text("使用中のモデルがありません", "No version serves")
        raise ArtifactError(reason.en, reason.ja)
    load_version(models, current.previous)
    back = Champion(current.previous, None, name, _to_second(now), Action.ROLLED_BACK)
    return install_champion(models, back, current.version)


def _serve(models: Path, version: str, by: str, now: datetime, is_first: bool) -> Champion:
    current = champion_if_readable(models)
    before = None if current is None else current.version
    action = Action.FIRST if is_first else Action.PROMOTED
    return install_champion(models, Champion(version, before, by, _to_second(now), action), before)


def _champion_figures(models: Path) -> VersionFigures | None:
    try:
        current = champion(models)
        return None if current is None else version_figures(models, current.version)
    except ArtifactError:
        return UNKNOWN


def _to_second(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0)


def _needs_a_person(version: str) -> Text:
    return Text(
        "評価の基準は満たしました。実データのモデルを置き換えるには、担当者の名前での昇格が必要です"
        f"（モデル一覧の画面、または python src/main.py --promote {version} --by 名前）",
        "It passes the gate; to take the place of a model of real data a person has to promote it "
        f"by name (on the models page, or python src/main.py --promote {version} --by NAME)",
    )
