"""What a CRM sends when a record changed there; a hint, never a fact."""

from pydantic import BaseModel, ConfigDict


class RecordChanged(BaseModel):
    """A notification in the words of the CRM, any JSON object; its adapter reads it."""

    model_config = ConfigDict(extra="allow")
