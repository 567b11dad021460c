"""The language of the server: the job that follows a change of it, and what people must know."""

from callrisk.background.loop import Loop
from callrisk.domain.language import Language
from callrisk.domain.outside import OutsideError
from callrisk.domain.wording import Text
from callrisk.ingest.language_watch import LanguageWatch
from callrisk.live.served_model import ServedChampion
from callrisk.live.servers.rereading import PAUSE_S, Rereading
from callrisk.store.calls import Store
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.store.statements.stale_turns import StaleTurns
from callrisk.store.store_away import store_away_reported
from callrisk.wire.health import CheckResult

_READING_AGAIN = "stored turns are read again"


class ServerLanguage:
    """Keeps a language in use; `fault` is why it is not the company's own, if it is not."""

    def __init__(
        self, store: Store, language: Language, fault: Text | None, champion: ServedChampion
    ) -> None:
        in_use, stale = LanguageInUse(store.engine), StaleTurns(store.engine, language)
        self._watch = LanguageWatch(in_use, language.version)
        # A table with a fault will be mended; until then its version stays the one in use.
        self.rereading = Rereading(in_use, stale, language, may_activate=fault is None)
        self._loop = Loop(
            "language", store_away_reported()(self.rereading.step), PAUSE_S, (OutsideError,)
        )
        self._fault = fault
        self._champion = champion

    def start(self) -> None:
        """Put the language in use, and read stored turns again where they bear another."""
        self._loop.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._loop.stop()

    def check(self) -> CheckResult:
        """Return the health of the language, with one sentence for each thing that is wrong."""
        troubles = [
            # Another version is in use then, too; that is said already.
            self._fault or self._watch.look(),
            self._others(),
            self._champion.language_trouble,
        ]
        found = [trouble for trouble in troubles if trouble is not None]
        if not found:
            detail = _READING_AGAIN if self.rereading.is_reading else ""
            return CheckResult(ok=True, detail=detail)
        english = " ".join(trouble.en for trouble in found)
        return CheckResult(
            ok=False, detail=english, message_en=english,
            message="".join(trouble.ja for trouble in found),
        )  # fmt: skip

    def _others(self) -> Text | None:
        version = self.rereading.foreign
        if version is None:
            return None
        return Text(
            f"別の言語版（{version}）で取り込まれた発話があります。通話の取り込みを起動し直してください。",
            f"Turns come in that were read in language {version}: start the ingest again.",
        )
