"""A stand-in for Kintone: its REST API on this computer, for tests and for the demo."""

from kintone_stand_in.api.refusals import RefusedError
from kintone_stand_in.demo_company import demo
from kintone_stand_in.fields import Field
from kintone_stand_in.kintone_app import App
from kintone_stand_in.stand_in import StandIn

__all__ = ["App", "Field", "RefusedError", "StandIn", "demo"]
