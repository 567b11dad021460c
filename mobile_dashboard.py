"""The agent's tablet: python -m streamlit run mobile_dashboard.py --server.port 8502"""

from pathlib import Path

from streamlit.starlette import App

from callrisk.bootstrap.process import keep_files_private
from callrisk.dashboards import mobile
from callrisk.dashboards.browser_guard import guards
from callrisk.dashboards.error_details import show_traces
from callrisk.settings import SettingsError, load

ROOT = Path(__file__).resolve().parent


def main() -> None:
    """One run of the script, which is one step of one person."""
    try:
        settings = load(ROOT)
        show_traces(wanted=settings.shows_traces)
    except SettingsError as error:
        mobile.show_trouble(str(error))
        return
    mobile.show(f"http://127.0.0.1:{settings.env.api_port}", ROOT / "static" / "favicon.svg")


if __name__ == "__main__":
    main()
else:
    keep_files_private()
    # Streamlit finds this by its name, serves it, and runs this file as a script for each person.
    app = App(Path(__file__), middleware=guards())
