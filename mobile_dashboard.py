"""The agent's tablet: python -m streamlit run mobile_dashboard.py --server.port 8502"""

from pathlib import Path

from streamlit.starlette import App

from callrisk.bootstrap.apps.streamlit_apps import (
    TABLET,
    access_to,
    middleware_of,
    settings_of_script,
)
from callrisk.dashboards import mobile
from callrisk.settings import SettingsError

ROOT = Path(__file__).resolve().parent


def main() -> None:
    """One run of the script, which is one step of one person."""
    try:
        settings = settings_of_script(ROOT)
    except SettingsError as error:
        mobile.show_trouble(str(error))
        return
    mobile.show(access_to(settings, TABLET), ROOT / "static" / "favicon.svg")


if __name__ == "__main__":
    main()
else:
    # Streamlit finds this by its name, serves it, and runs this file as a script for each person.
    app = App(Path(__file__), middleware=middleware_of(ROOT, TABLET))
