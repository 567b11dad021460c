"""A transcript in one cell as turns: who speaks is told by tags in the common forms of Japan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from callrisk.domain.segment import ParticipantRole

ExportTurn = tuple[ParticipantRole, str]

# Excel cuts a cell at 32,767 characters; programs before it stop a little earlier.
EXCEL_CELL_CHARS = 32_767
_CUT_FROM = 32_700

_AGENT = (
    "AGENT", "OPERATOR", "OP", "エージェント", "ｴｰｼﾞｪﾝﾄ", "オペレーター", "オペレータ", "ｵﾍﾟﾚｰﾀｰ",
    "ｵﾍﾟﾚｰﾀ", "担当者", "担当", "応対者", "スタッフ", "コミュニケーター", "当社", "弊社",
)  # fmt: skip
_CUSTOMER = (
    "CUSTOMER", "CLIENT", "CALLER", "カスタマー", "ｶｽﾀﾏｰ", "顧客", "お客様", "お客さま", "お客さん",
    "客", "契約者", "契約者様", "入電者",
)  # fmt: skip
# Full-width letters and signs, one character for one, so that places stay.
_ONE_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_TIME = r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?[\])]?[ \t-]*)?"
_LINE_END = re.compile(r"\r\n|\r|\n|_x000D_")
# What looks like the tag of a speaker whom nobody knows.
_FOREIGN = re.compile(
    r"\s*(?:[(\[【<〈《「][^)\]】>〉》」\s]{1,12}[)\]】>〉》」]|[^\s:>。、]{1,10}[:>\t])"
)
_FOREIGN_SHARE = 0.2


@dataclass(frozen=True)
class SpeakerTags:
    """The words that tag a speaker, beside the common ones: (AGENT), オペレータ：, 【お客様】 …"""

    agent: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()

    def turns(self, transcript: str) -> list[ExportTurn]:
        """Return the turns of a transcript; lines without a tag continue the last turn."""
        text = _LINE_END.sub("\n", transcript)
        if "\n" not in text and "\\n" in text:
            text = text.replace("\\n", "\n")
        folded = text.translate(_ONE_WIDTH)
        tags = self._in_one_line if "\n" not in text.strip() else self._by_lines
        found = list(tags.finditer(folded))
        ends = [*(tag.start() for tag in found[1:]), len(text)][: len(found)]
        return [
            (self._role(tag), text[tag.end() : end].replace("\n", ""))
            for tag, end in zip(found, ends, strict=True)
        ]

    def _role(self, tag: re.Match[str]) -> ParticipantRole:
        word = (tag["bracketed"] or tag["named"]).upper()
        is_agent = word in self._words(_AGENT, self.agent)
        return ParticipantRole.AGENT if is_agent else ParticipantRole.CUSTOMER

    @staticmethod
    def _words(common: Sequence[str], own: Sequence[str]) -> list[str]:
        words = {word.translate(_ONE_WIDTH).strip().upper() for word in (*common, *own)}
        # Longer words first, so that 契約者様 is not 契約者.
        return sorted(words - {""}, key=len, reverse=True)

    @cached_property
    def _by_lines(self) -> re.Pattern[str]:
        return self._pattern(r"^[ \t]*", r"^[ \t]*")

    @cached_property
    def _in_one_line(self) -> re.Pattern[str]:
        return self._pattern("", r"(?:^|(?<=[\s。]))[ \t]*")

    def _pattern(self, before_bracket: str, before_name: str) -> re.Pattern[str]:
        words = [*self._words(_AGENT, self.agent), *self._words(_CUSTOMER, self.customer)]
        word = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        aside = r"[ \t]*\d*[ \t]*(?:\([^()\n]{1,20}\))?[ \t]*"
        return re.compile(
            rf"{before_bracket}{_TIME}[(\[【<〈《「][ \t]*(?P<bracketed>{word})[ \t]*\d*[ \t]*"
            rf"[)\]】>〉》」][ \t]*(?:{_TIME}[:>][ \t]*)?"
            rf"|{before_name}{_TIME}(?P<named>{word}){aside}[:>\t][ \t]*",
            re.IGNORECASE | re.MULTILINE,
        )

    def strange_tag(self, transcript: str) -> str | None:
        """Return the beginning of a line whose speaker cannot be told; None for a readable text."""
        text = _LINE_END.sub("\n", transcript).translate(_ONE_WIDTH)
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if not lines:
            return None
        untold = [line for line in lines if not self._by_lines.match(line)]
        strange = [line for line in untold if _FOREIGN.match(line)]
        if not self.turns(transcript):
            return lines[0]
        is_usual = len(strange) >= max(2, _FOREIGN_SHARE * len(lines))
        return strange[0] if is_usual else None


def looks_cut(transcript: str) -> bool:
    """Return True for a transcript that is as long as a cell of Excel may be, or nearly so."""
    # Excel counts in UTF-16, where a character beyond the first plane is two.
    return len(transcript.encode("utf-16-le", "surrogatepass")) // 2 >= _CUT_FROM
