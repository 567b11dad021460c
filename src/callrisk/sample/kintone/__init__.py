"""A stand-in for Kintone: its REST API on this computer, for tests and for the demo."""

from callrisk.sample.kintone.app import App
from callrisk.sample.kintone.demo import demo
from callrisk.sample.kintone.fields import Field
from callrisk.sample.kintone.refusals import RefusedError
from callrisk.sample.kintone.stand_in import StandIn

__all__ = ["App", "Field", "RefusedError", "StandIn", "demo"]
