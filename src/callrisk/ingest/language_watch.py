"""The language of this process compared with the one that the database names."""

import logging

from callrisk.domain.outside import ConnectionCheck
from callrisk.domain.wording import Text
from callrisk.store.statements.language_in_use import LanguageInUse

logger = logging.getLogger(__name__)

# How often a process that takes calls in looks, in seconds.
LOOK_EVERY_S = 60.0


class LanguageWatch:
    """Says when another version is in use than the one that this process holds.

    The process goes on; what it reads bears its own version, and the server reads it again.
    """

    def __init__(self, in_use: LanguageInUse, version: str) -> None:
        self._in_use = in_use
        self._version = version
        self._logged: str | None = None

    def step(self) -> int:
        """Look, for a loop."""
        self.look()
        return 0

    def look(self) -> Text | None:
        """Return what is wrong, which is also logged once; None while nothing is."""
        named = self._in_use.named()
        if named is None or named.version == self._version:
            self._logged = None
            return None
        trouble = Text(
            f"このプログラムの言語版（{self._version}）が、使用中の言語版（{named.version}）と"
            "違います。同じ版のプログラムと言葉の表で起動し直してください。",
            f"This program reads with language {self._version}, but {named.version} is in use: "
            "start it again with the same version of the program and of the company's own table.",
        )
        if self._logged != named.version:
            logger.warning("%s", trouble.en)
            self._logged = named.version
        return trouble

    def check(self) -> ConnectionCheck:
        """Return this point of the check of our own side."""
        trouble = self.look()
        text = Text(f"言語版 {self._version}", f"language {self._version}")
        return ConnectionCheck("language", trouble is None, trouble or text)
