"""Parts that the pages of both apps share: header, DEMO and unproven marks, figures, times."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from callrisk.charts.theme import DARK, LIGHT, Chart, Theme
from callrisk.dashboards.texts import language, plain, say, told, word
from callrisk.domain.features.contract import Feature
from callrisk.domain.wording import Text
from callrisk.reporting.captions import caption_of
from callrisk.reporting.facts import JST
from callrisk.reporting.figure_tables import FigureTable
from callrisk.wire.health import HealthAnswer

_STYLE = Path(__file__).parent / "style.css"
_PAGES = "pages"
_MEGABYTE = 1000
# What axis, title and legend need, in pixels.
_AXES = 90


def begin(title: str, icon: Path) -> None:
    """Draw the head of an app; the first call of every script run."""
    # A picture of our own: Streamlit would fetch an icon by name from a server far away.
    st.set_page_config(page_title=title, page_icon=icon, layout="wide")
    st.html(_STYLE)


def remember_pages(pages: Mapping[str, StreamlitPage]) -> None:
    """Store the pages of this app, so that `link_to` finds them."""
    st.session_state[_PAGES] = pages


def link_to(name: str, label: str, icon: str, **asked: str) -> None:
    """Draw a link to another page, or its label alone where the app has no such page.

    `asked` stands in the address of that page.
    """
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is None:
        st.write(label)
    else:
        st.page_link(page, label=label, icon=icon, query_params=asked)


def go_to(name: str, **asked: str) -> None:
    """Leave for another page, if the app has it; `asked` stands in its address."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        st.switch_page(page, query_params=asked)


def heading(key: str) -> None:
    """Draw the title of a page and one line about it."""
    st.title(say(f"{key}.title"), anchor=False)
    st.caption(say(f"{key}.about"))


def demo_mark(demo: bool) -> None:
    """Draw a notice that the data are fictional."""
    if demo:
        st.info(say("demo"), icon=":material/science:")


def refused_mark(refused: bool) -> None:
    """Draw an error where the champion is a DEMO model that the live server does not serve."""
    if refused:
        st.error(say("demo_refused"), icon=":material/block:")


def unproven_mark(unproven: bool) -> None:
    """Draw a notice that the scores come from a model without demonstrated skill."""
    if unproven:
        st.warning(say("unproven"), icon=":material/help:")


def model_mark(health: HealthAnswer) -> None:
    """Draw an error where the server cannot use its model."""
    model = health.checks["model"]
    if model.message is not None:
        st.error(plain(told(model, "message")), icon=":material/gpp_bad:")


def language_mark(health: HealthAnswer) -> None:
    """Draw a warning where the server cannot use the company's words, or the model knew others."""
    check = health.checks.get("language")
    if check is not None and check.message is not None:
        st.warning(plain(told(check, "message")), icon=":material/translate:")


def empty(key: str, icon: str) -> None:
    """Draw a placeholder that says why nothing is here and what to do next."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.subheader(icon, anchor=False, text_alignment="center")
        st.markdown(f"**{say(f'{key}.empty')}**", text_alignment="center")
        st.caption(say(f"{key}.empty_next"), text_alignment="center")


def theme() -> Theme:
    """Return the colours of the person's screen and the language."""
    dark = st.context.theme.type == "dark"
    return Theme(DARK if dark else LIGHT, language())


@dataclass(frozen=True, slots=True)
class FigureDetails:
    """The details of a chart: a description in words, sentences under it, its numbers."""

    described: Text | None = None
    notes: Sequence[Text] = ()
    table: FigureTable | None = None


_NO_DETAILS = FigureDetails()


def figure(name: str, draw: Callable[[Theme], Chart], details: FigureDetails = _NO_DETAILS) -> None:
    """Draw a chart with its title, its reading and what accompanies it."""
    caption = caption_of(name)
    title = word(details.described or caption.title)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(title)}**")
        chart(draw(theme()), title, f"figure_{name}")
        _notes(details.notes)
        st.caption(word(caption.reading))
        if details.table is not None:
            numbers(details.table)


def absent(name: str, why: Sequence[Text]) -> None:
    """Draw the title of a chart that a run lacks, and the reasons."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{word(caption_of(name).title)}**")
        _notes(why)


def _notes(sentences: Sequence[Text]) -> None:
    for text in sentences:
        st.markdown(f":small[{plain(word(text))}]")


def numbers(table: FigureTable) -> None:
    """Draw the numbers behind a chart in a closed expander."""
    headings = [word(text) or "\u00a0" for text in table.headings]
    rows = [{head: plain(word(cell)) for head, cell in zip(headings, row, strict=True)}
            for row in table.rows]  # fmt: skip
    with st.expander(say("figure.numbers")):
        st.table(rows)


def chart(drawn: Chart, described: str, key: str) -> None:
    """Draw a chart at full width; its height is that of the marks plus the axes."""
    height = int(drawn.to_dict()["height"]) + _AXES
    st.altair_chart(drawn, height=height, theme=None, alt=described, key=key)


def feature_label(feature: Feature) -> str:
    """Return the name of a feature in the language of this session."""
    return feature.label_en if language() == "en" else feature.label


def moment(text: str) -> str:
    """Return an ISO time in UTC as date and time in Japan."""
    return f"{datetime.fromisoformat(text).astimezone(JST):%Y/%m/%d %H:%M}"


def clock(text: str) -> str:
    """Return an ISO time in UTC as the time of day in Japan."""
    return f"{datetime.fromisoformat(text).astimezone(JST):%H:%M:%S}"


def now_clock() -> str:
    """Return the present time of day in Japan."""
    return f"{datetime.now(UTC).astimezone(JST):%H:%M:%S}"


def size(path: Path) -> str:
    """Return the size of a file as text."""
    kilobytes = path.stat().st_size / 1000
    return f"{kilobytes / 1000:.1f} MB" if kilobytes >= _MEGABYTE else f"{kilobytes:.0f} kB"


def duration(seconds: float) -> str:
    """Return seconds as minutes and seconds, 5:07."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
