"""The manager's analytics: python -m streamlit run streamlit_dashboard.py --server.port 8501"""

from pathlib import Path

from streamlit.starlette import App

from callrisk.bootstrap.apps.streamlit_apps import (
    MANAGER,
    access_to,
    middleware_of,
    routes_of,
    settings_of_script,
)
from callrisk.dashboards import manager
from callrisk.dashboards.data_tables.upload_route import UPLOAD_PATH
from callrisk.dashboards.runs import Places
from callrisk.settings import SettingsError

ROOT = Path(__file__).resolve().parent


def main() -> None:
    """One run of the script, which is one step of one person."""
    try:
        settings = settings_of_script(ROOT)
    except SettingsError as error:
        manager.show_trouble(str(error))
        return
    access = access_to(settings, MANAGER)
    manager.show(
        Places(
            raw=settings.raw_dir,
            output=settings.output_dir,
            models=settings.models_dir,
            pipeline=ROOT / "src" / "main.py",
            icon=ROOT / "static" / "favicon.svg",
            api=access.api,
            refuses_demo=settings.is_production,
            upload_path=f"{access.path}{UPLOAD_PATH}",
            largest_upload_mb=settings.env.largest_upload_mb,
        ),
        access,
    )


if __name__ == "__main__":
    main()
else:
    # Streamlit finds this by its name, serves it, and runs this file as a script for each person.
    app = App(
        Path(__file__),
        middleware=middleware_of(ROOT, MANAGER),
        routes=routes_of(ROOT, MANAGER),
    )
