"""The endpoints of an app's settings: fields that are added, and put into operation."""

from collections.abc import Mapping
from typing import Any

from kintone_stand_in.api.parameters import required_number
from kintone_stand_in.api.refusals import REQUIRED_PARAMETER, invalid, refused
from kintone_stand_in.kintone_app import App

Parameters = Mapping[str, Any]
JsonObject = dict[str, Any]


def get_staged_fields(app: App, _: Parameters) -> JsonObject:
    """Return the fields of the form as the settings have it."""
    return {"properties": app.staged.properties(), "revision": str(app.staged.revision)}


def add_fields(app: App, parameters: Parameters) -> JsonObject:
    """Stage fields; RefusedError where the settings were changed since the revision named."""
    properties = parameters.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        raise invalid({"properties": [REQUIRED_PARAMETER]})
    if str(parameters.get("revision", -1)) not in ("-1", str(app.staged.revision)):
        raise refused("GAIA_CO02")
    app.staged.add(properties)
    return {"revision": str(app.staged.revision)}


def deploy(app: App, _: Parameters) -> JsonObject:
    """Begin to put the settings into operation."""
    app.staged.is_under_way = True
    return {}


def get_deployment(app: App, _: Parameters) -> JsonObject:
    """Return how far that is: under way when first asked for, then done."""
    status = "PROCESSING" if app.staged.is_under_way else "SUCCESS"
    if app.staged.is_under_way:
        app.deploy()
    return {"apps": [{"app": str(app.app_id), "status": status}]}


def deployed_app(parameters: Parameters) -> int:
    """Return the number of the one app whose settings are meant; RefusedError without one."""
    apps = parameters.get("apps")
    if not isinstance(apps, list) or len(apps) != 1:
        raise invalid({"apps": [REQUIRED_PARAMETER]})
    named = apps[0] if isinstance(apps[0], Mapping) else {"app": apps[0]}
    return required_number(named, "app")
