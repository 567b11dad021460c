"""A stand-in for Kintone: the part of its REST API that callrisk calls, served on this computer.

The demo and the tests use it in place of a real tenant. It holds invented records in memory, can
simulate faults on request, and never runs on a production path.
"""

from kintone_stand_in.api.refusals import RefusedError
from kintone_stand_in.demo_company import demo
from kintone_stand_in.fields import Field
from kintone_stand_in.kintone_app import App
from kintone_stand_in.stand_in import StandIn

__all__ = ["App", "Field", "RefusedError", "StandIn", "demo"]
