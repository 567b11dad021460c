"""Every error of the REST interface as problem+json (RFC 9457)."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from callrisk.wire.base import Wire

MEDIA_TYPE = "application/problem+json"


class FieldProblem(Wire):
    """One field that was refused, and why."""

    field: str
    message: str


def named(errors: Sequence[FieldProblem]) -> str:
    """Return one sentence that names the fields that were refused."""
    return "; ".join(f"{refused.field}: {refused.message}" for refused in errors)


class Problem(Wire):
    """A problem of RFC 9457; `errors` names the fields that were refused."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str
    errors: list[FieldProblem]
    request_id: str = Field(
        default="", description="The id of the request, as the log of the server names it"
    )
