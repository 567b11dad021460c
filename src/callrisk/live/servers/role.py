"""The roles of a server's process: one does everything, or several share the work."""

from enum import StrEnum


class Role(StrEnum):
    """What a process does; any number of each may run on one database.

    WEB answers requests and pushes events, ASSESS assesses calls and ends them, JOBS keeps the
    database in order and does long jobs. ALL does everything, and shares the calls with
    other assessors.
    """

    ALL = "all"
    WEB = "web"
    ASSESS = "assess"
    JOBS = "jobs"

    @property
    def answers(self) -> bool:
        """True if it answers requests, and pushes to the sockets that it has."""
        return self in {Role.ALL, Role.WEB}

    @property
    def assesses(self) -> bool:
        """True if it assesses calls."""
        return self in {Role.ALL, Role.ASSESS}

    @property
    def follows(self) -> bool:
        """True if it follows the log."""
        return self is not Role.JOBS

    @property
    def does_jobs(self) -> bool:
        """True if it keeps the database in order and does long jobs."""
        return self in {Role.ALL, Role.JOBS}
