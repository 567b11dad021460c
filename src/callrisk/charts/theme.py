"""The theme of all figures: palette, fonts and language; and their conversion to SVG."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, cast

import altair as alt
import vl_convert

from callrisk.domain.features.contract import Block
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import Text

Language = Literal["ja", "en"]
# A finished figure, and what it is made of.
Chart = alt.LayerChart
Layer = alt.Chart | alt.LayerChart

# The first that the reader's machine has; every system has one with Japanese letters.
FONTS = (
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, "
    "'Noto Sans JP', 'Noto Sans CJK JP', sans-serif"
)
_FONT_SIZE = 12
_HALO = 4
# Narrow, so that letters stay legible where a phone shows a figure still narrower.
WIDTH = 380


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb, no two alike, so that a drawn figure can be recoloured.

    Blue, amber and crimson stay apart for every kind of colour vision.
    """

    ink: str
    muted: str
    line: str
    surface: str
    accent: str
    low: str
    medium: str
    high: str
    low_soft: str
    medium_soft: str
    high_soft: str
    paid: str
    unpaid: str
    history: str
    customer: str
    step_1: str
    step_2: str
    step_3: str
    step_4: str
    step_5: str

    def of_category(self, category: str) -> str:
        """Return the colour of high, medium or low."""
        return str(getattr(self, RiskCategory(category).value))

    def ground_of(self, category: str) -> str:
        """Return the background colour of high, medium or low."""
        return str(getattr(self, f"{RiskCategory(category).value}_soft"))

    @property
    def blocks(self) -> dict[Block, str]:
        """The colour of each block of features."""
        return {
            Block.SAID: self.accent,
            Block.SAID_DETAIL: self.step_4,
            Block.HISTORY: self.history,
            Block.CUSTOMER: self.customer,
            Block.MANNER: self.step_3,
        }

    @property
    def steps(self) -> tuple[str, ...]:
        """The colours of feature values from low to high."""
        return (self.step_1, self.step_2, self.step_3, self.step_4, self.step_5)


LIGHT = Palette(
    ink="#151922", muted="#5f6777", line="#e4e7ec", surface="#ffffff", accent="#4338ca",
    low="#1d88ad", medium="#c77b0a", high="#cc2453",
    low_soft="#e6f3f8", medium_soft="#fcf2df", high_soft="#fdebef",
    paid="#b9c1ce", unpaid="#ad1040",
    history="#0f8a6d", customer="#8a6d3b",
    step_1="#2c6fbb", step_2="#86add6", step_3="#b4a9b6", step_4="#d97d98", step_5="#c2185b",
)  # fmt: skip
DARK = Palette(
    ink="#eceef3", muted="#979fb0", line="#262b36", surface="#14171e", accent="#a5a6ff",
    low="#3fa9cd", medium="#dd9a2e", high="#ee5c80",
    low_soft="#11303c", medium_soft="#362910", high_soft="#411724",
    paid="#4d576a", unpaid="#ff8ba5",
    history="#45c4a2", customer="#c9a866",
    step_1="#5aa2f0", step_2="#41719f", step_3="#7f7585", step_4="#b8607f", step_5="#ff6f9c",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Theme:
    """The palette and the language of a figure."""

    palette: Palette = LIGHT
    language: Language = "ja"

    def say(self, ja: str, en: str) -> str:
        """Return the text in the language of the figure."""
        return ja if self.language == "ja" else en

    def word(self, text: Text) -> str:
        """Return the text of a pair in the language of the figure."""
        return self.say(text.ja, text.en)


def values(rows: list[dict[str, Any]]) -> alt.InlineData:
    """Return plain rows as the data of a figure."""
    return alt.InlineData(values=rows)


def finished(layers: Sequence[Layer], theme: Theme, height: int) -> Chart:
    """Return the finished figure of layers from back to front, with background and axes."""
    palette = theme.palette
    # alt.layer would make a facet of facets; ours are never that.
    layered = cast(alt.LayerChart, alt.layer(*layers))
    chart: Chart = layered.properties(width=WIDTH, height=height).configure(
        background="transparent",
        font=FONTS,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        axis=alt.AxisConfig(
            labelColor=palette.muted,
            labelFontSize=_FONT_SIZE,
            labelLimit=0,
            labelOverlap="greedy",
            labelSeparation=8,
            titleColor=palette.muted,
            titleFontSize=_FONT_SIZE,
            titleFontWeight="normal",
            titlePadding=8,
            gridColor=palette.line,
            domainColor=palette.line,
            tickColor=palette.line,
        ),
        legend=alt.LegendConfig(
            labelColor=palette.muted,
            labelFontSize=_FONT_SIZE,
            labelLimit=0,
            titleColor=palette.muted,
            titleFontSize=_FONT_SIZE,
            titleFontWeight="normal",
            orient="top",
            symbolType="circle",
        ),
        text=alt.MarkConfig(color=palette.ink, fontSize=_FONT_SIZE),
        view=alt.ViewConfig(stroke=None),
    )
    return chart


def with_halo(words: alt.Chart, theme: Theme) -> alt.LayerChart:
    """Return text with a halo in the background colour, legible over lines."""
    mark = words.mark.copy()
    mark.color = mark.stroke = theme.palette.surface
    mark.strokeWidth, mark.strokeJoin, mark.aria = _HALO, "round", False
    beneath = words.copy()
    beneath.mark = mark
    return cast(alt.LayerChart, alt.layer(beneath, words))


def svg(chart: Chart) -> str:
    """Return the figure as SVG whose text stays text, shown with the reader's fonts."""
    drawn: str = vl_convert.vegalite_to_svg(chart.to_json(), vl_version="6.4")
    return drawn


def recoloured(drawn: str, palette: Palette) -> str:
    """Return SVG that takes its colours from CSS: each #rrggbb becomes var(--figure-name)."""
    for field in fields(palette):
        name = field.name.replace("_", "-")
        drawn = drawn.replace(getattr(palette, field.name), f"var(--figure-{name})")
    return drawn


def colour_rules(palette: Palette) -> str:
    """Return the CSS declarations that `recoloured` figures use."""
    return " ".join(
        f"--figure-{field.name.replace('_', '-')}: {getattr(palette, field.name)};"
        for field in fields(palette)
    )
