"""What all models of the wire share: how they are rendered, and the types of their fields."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]

# ISO 8601 in UTC with milliseconds and Z. Text, so that what was stored is sent as it stands.
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class Wire(BaseModel):
    """A part of an answer or an event; fields that are not given are not sent."""

    # A newer server may send more than this version reads.
    model_config = ConfigDict(extra="ignore", from_attributes=True, protected_namespaces=())

    @classmethod
    def of_value(cls, value: object, **given: Any) -> Self:
        """Return the rendering of a value of the domain; `given` are fields that it lacks."""
        return cls.model_validate(_Overlaid(value, given), from_attributes=True)

    def rendered(self) -> Json:
        """Return the fields that were given, as plain JSON values.

        What was stored as JSON and stands in a field of this model is sent as it was stored.
        """
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)


class Logged(Wire):
    """The payload of an event of the log, or what is answered once it is stored."""

    seq: int = Field(
        default=0, description="The number of the event in the log; every event that is sent has it"
    )


class _Overlaid:
    """The attributes of a value, some of them replaced."""

    def __init__(self, value: object, given: Json) -> None:
        self._value, self._given = value, given

    def __getattr__(self, name: str) -> Any:
        if name in self._given:
            return self._given[name]
        return getattr(self._value, name)


def wire_time(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with milliseconds and Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def wire_time_or_none(moment: datetime | None) -> str | None:
    """Return a moment as `wire_time` does; None stays None."""
    return None if moment is None else wire_time(moment)
