"""Persons and sessions as they are answered."""

from callrisk.domain.access.person import Means
from callrisk.domain.access.policy_table import Operation, Role
from callrisk.wire.base import Wire


class SessionAnswer(Wire):
    """Who asks: a person, a wallboard, a service, or everybody in development (`demo`).

    `csrf_token` goes into the header X-CSRF-Token of every write that a cookie proves.
    `access_version` rises whenever somebody logs out or may do less or more.
    """

    subject_id: str
    name: str
    means: Means
    roles: list[Role]
    agent_ids: list[str]
    operations: list[Operation]
    csrf_token: str | None
    access_version: int
