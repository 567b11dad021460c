"""The tables that were scored: their figures, files, and how they differ from the training."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.pages.downloads import download_line
from callrisk.dashboards.pages.stability import changes_table, stability_row
from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.exporting import ShownPage, export_buttons
from callrisk.dashboards.texts import plain, say, word
from callrisk.reporting.portfolio.batch_summary import BatchSummary, summaries_in

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = (
    ("risk_scores.xlsx", _XLSX, ":material/table_view:"),
    ("risk_scores.csv", "text/csv", ":material/csv:"),
)


def show_results(places: Places) -> None:
    """Draw the newest scored tables of the output folder, one of them whole."""
    output = places.output
    summaries = summaries_in(output)
    st.subheader(say("batch.results"), anchor=False)
    if not summaries:
        st.caption(say("batch.no_results"))
        return
    name = st.selectbox(
        say("batch.result"), list(summaries), format_func=lambda name: _line(summaries[name]),
        key="scored",
    )  # fmt: skip
    summary = summaries[str(name)]
    st.markdown(
        say("batch.figures", rows=summary.rows, outside=summary.outside,
            version=plain(summary.model_version))
    )  # fmt: skip
    for file, kind, icon in _FILES:
        path = output / str(name) / file
        if path.is_file():
            download_line(path, kind, icon)
    if not summary.has_reference:
        st.caption(say("batch.no_reference"))
    elif summary.columns:
        st.markdown(f"**{say('batch.changes')}**")
        pairs = zip(summary.columns, summary.labels, strict=True)
        st.table([stability_row(one, word(label)) for one, label in pairs])
        facts = [(say("export.model"), summary.model_version), (say("batch.table"), summary.source)]
        table = changes_table(summary.columns, [word(label) for label in summary.labels])
        export_buttons(places, "batch", lambda: ShownPage(say("batch.changes"), [table], facts))


def _line(summary: BatchSummary) -> str:
    made_at = frame.moment(summary.made_at.isoformat())
    return f"{made_at} · {summary.source} · {say('batch.rows', rows=summary.rows)}"
