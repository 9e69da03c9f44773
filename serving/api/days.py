"""A range of days, as every question takes it and every answer states it."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_DAY = "YYYY-MM-DD, a UTC day"


def _only_a_day(value: object) -> object:
    # Left to itself the parser takes numbers for seconds since 1970.
    if isinstance(value, str) and len(value) != len("2026-01-31"):
        raise ValueError("write a day as YYYY-MM-DD")
    return value


Day = Annotated[dt.date, BeforeValidator(_only_a_day)]


class Days(BaseModel):
    """A range of days, and the format of the answer."""

    model_config = ConfigDict(extra="forbid")

    start_date: Day | None = Field(None, description=f"First day, included ({_DAY})")
    end_date: Day | None = Field(None, description=f"Last day, included ({_DAY})")
    format: Literal["json", "csv"] | None = Field(None, description="Wins over Accept")

    @model_validator(mode="after")
    def _in_order(self) -> "Days":
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise ValueError("start_date is after end_date")
        return self


def period_of(asked: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the days that were asked for; where none was named, the first and last that there are."""
    start, end = asked["start_date"] or found["first_date"], asked["end_date"] or found["last_date"]
    return {
        "start": None if start is None else start.isoformat(),
        "end": None if end is None else end.isoformat(),
    }
