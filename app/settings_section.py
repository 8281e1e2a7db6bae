"""What all sections of the settings have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section: unknown keys are errors, values never change and never show in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
