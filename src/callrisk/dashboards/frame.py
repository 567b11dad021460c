"""What every page of both apps has: its head, the marks DEMO and unproven, figures, moments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from callrisk.charts.theme import DARK, LIGHT, Chart, Theme
from callrisk.dashboards.texts import language, plain, say, told, word
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
    """The head of an app; the first thing that it does."""
    # A picture of our own: Streamlit would fetch an icon by name from a server far away.
    st.set_page_config(page_title=title, page_icon=icon, layout="wide")
    st.html(_STYLE)


def remember_pages(pages: Mapping[str, StreamlitPage]) -> None:
    """Let `link_to` find the pages of this app."""
    st.session_state[_PAGES] = pages


def link_to(name: str, label: str, icon: str) -> None:
    """A link to another page; only its words where the page stands alone."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is None:
        st.write(label)
    else:
        st.page_link(page, label=label, icon=icon)


def heading(key: str) -> None:
    """The title of a page and one line on what it is for."""
    st.title(say(f"{key}.title"), anchor=False)
    st.caption(say(f"{key}.about"))


def demo_mark(demo: bool) -> None:
    """Fictional data say so."""
    if demo:
        st.info(say("demo"), icon=":material/science:")


def unproven_mark(unproven: bool) -> None:
    """Wherever a score of a model without demonstrated skill is shown."""
    if unproven:
        st.warning(say("unproven"), icon=":material/help:")


def model_mark(health: HealthAnswer) -> None:
    """A model that the server cannot use, and what answers instead."""
    model = health.checks["model"]
    if model.message is not None:
        st.error(plain(told(model, "message")), icon=":material/gpp_bad:")


def empty(key: str, icon: str) -> None:
    """Nothing is here yet: why, and what to do next."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.subheader(icon, anchor=False, text_alignment="center")
        st.markdown(f"**{say(f'{key}.empty')}**", text_alignment="center")
        st.caption(say(f"{key}.empty_next"), text_alignment="center")


def look() -> Theme:
    """The colours that the person's screen has, and the language."""
    dark = st.context.theme.type == "dark"
    return Theme(DARK if dark else LIGHT, language())


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a picture: what it shows in words, sentences under it, its numbers."""

    described: Text | None = None
    notes: Sequence[Text] = ()
    table: FigureTable | None = None


_NOTHING_BESIDE = Beside()


def figure(name: str, draw: Callable[[Theme], Chart], beside: Beside = _NOTHING_BESIDE) -> None:
    """One picture with its title, how to read it, and what belongs to it."""
    caption = caption_of(name)
    title = word(beside.described or caption.title)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(title)}**")
        chart(draw(look()), title, f"figure_{name}")
        _notes(beside.notes)
        st.caption(word(caption.reading))
        if beside.table is not None:
            numbers(beside.table)


def absent(name: str, why: Sequence[Text]) -> None:
    """In the place of a picture that a run lacks: its title, and the reason."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{word(caption_of(name).title)}**")
        _notes(why)


def _notes(sentences: Sequence[Text]) -> None:
    for text in sentences:
        st.markdown(f":small[{plain(word(text))}]")


def numbers(table: FigureTable) -> None:
    """The numbers behind a picture, folded away."""
    headings = [word(text) or "\u00a0" for text in table.headings]
    rows = [{head: plain(word(cell)) for head, cell in zip(headings, row, strict=True)}
            for row in table.rows]  # fmt: skip
    with st.expander(say("figure.numbers")):
        st.table(rows)


def chart(drawn: Chart, described: str, key: str) -> None:
    """A figure as wide as there is room; its height is that of the marks, axes come on top."""
    height = int(drawn.to_dict()["height"]) + _AXES
    st.altair_chart(drawn, height=height, theme=None, alt=described, key=key)


def moment(text: str) -> str:
    """A moment that the server or a file gives in UTC, as the clock on the wall in Japan."""
    return f"{datetime.fromisoformat(text).astimezone(JST):%Y/%m/%d %H:%M}"


def clock(text: str) -> str:
    """The same, only the time of day."""
    return f"{datetime.fromisoformat(text).astimezone(JST):%H:%M:%S}"


def now_clock() -> str:
    """This moment, as the clock on the wall in Japan."""
    return f"{datetime.now(UTC).astimezone(JST):%H:%M:%S}"


def size(path: Path) -> str:
    """How large a file is."""
    kilobytes = path.stat().st_size / 1000
    return f"{kilobytes / 1000:.1f} MB" if kilobytes >= _MEGABYTE else f"{kilobytes:.0f} kB"


def duration(seconds: float) -> str:
    """Minutes and seconds, 5:07."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
