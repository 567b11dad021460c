"""The page of downloads: the files of a run, each with its purpose."""

from pathlib import Path

import streamlit as st

from callrisk.artifacts import ArtifactError, load_version
from callrisk.dashboards import frame
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.monthly_report import show_month
from callrisk.dashboards.texts import plain, say, word
from callrisk.domain.evaluation import Skill
from callrisk.model.scorecard import NotAdditiveError
from callrisk.reporting.portfolio.scorecard_table import scorecard_files

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = (
    ("report.html", "text/html", ":material/description:"),
    ("risk_scores.xlsx", _XLSX, ":material/table_view:"),
    ("risk_scores.csv", "text/csv", ":material/csv:"),
    ("model_card.md", "text/markdown", ":material/badge:"),
    ("evaluation.json", "application/json", ":material/data_object:"),
)


def show(places: Places) -> None:
    """Draw a row with a button for each file."""
    frame.heading("downloads")
    show_month(places)
    version = versions.picked(places)
    if version is None:
        return
    frame.unproven_mark(version.evaluation.verdict is Skill.UNPROVEN)
    if version.run is None:
        frame.empty("run", ":material/folder_off:")
        return
    for name, kind, icon in _FILES:
        path = version.file(name)
        if path is not None:
            download_line(path, kind, icon)
    _scorecard(places.models, version.name)


def _scorecard(models: Path, version: str) -> None:
    """Draw the points of each value as files, or why the version has no such table."""
    with st.container(border=True):
        st.markdown(f"**{say('file.scorecard')}**")
        st.caption(say("file.scorecard_about"))
        try:
            table, book = _scorecard_files(models, version)
        except (NotAdditiveError, ArtifactError) as error:
            st.caption(plain(word(error.text)))
            return
        with st.container(horizontal=True):
            for content, suffix, kind, icon in (
                (book, "xlsx", _XLSX, ":material/table_view:"),
                (table, "csv", "text/csv", ":material/csv:"),
            ):
                st.download_button(
                    f"scorecard.{suffix}", data=content, mime=kind, icon=icon, on_click="ignore",
                    file_name=f"scorecard_{version}.{suffix}", key=f"scorecard_{suffix}",
                )  # fmt: skip


@st.cache_resource(max_entries=4, show_spinner=False)
def _scorecard_files(models: Path, version: str) -> tuple[bytes, bytes]:
    """Return the scorecard as CSV and workbook; NotAdditiveError, ArtifactError."""
    return scorecard_files(load_version(models, version))


def download_line(path: Path, kind: str, icon: str) -> None:
    """Draw what a file is and the button that saves it."""
    with st.container(border=True):
        words, button = st.columns([3, 2], vertical_alignment="center")
        words.markdown(f"**{say(f'file.{path.stem}_{path.suffix[1:]}')}**")
        words.caption(say(f"file.{path.stem}_{path.suffix[1:]}_about"))
        button.download_button(
            f"{path.name} ({frame.size(path)})",
            # Read only when someone asks for it.
            data=path.read_bytes,
            file_name=f"{path.parent.name}_{path.name}",
            mime=kind,
            icon=icon,
            on_click="ignore",
            width="stretch",
            key=f"download_{path.name}",
        )
