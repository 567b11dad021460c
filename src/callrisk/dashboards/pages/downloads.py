"""The page of downloads: the files of a run, each with its purpose."""

from pathlib import Path

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.pages import versions
from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import say
from callrisk.domain.evaluation import Skill

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
            _line(path, kind, icon)


def _line(path: Path, kind: str, icon: str) -> None:
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
