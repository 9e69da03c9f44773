"""The shapes of explanations. Amounts have all their decimals here, so that they can be worked out again to the last one."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from serving.api.response_models import Provenance

Exact = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]+(\.[0-9]+)?$",
        examples=["0.50345225"],
        description="US dollars, not rounded",
    ),
]


class Step(BaseModel):
    """One line of a sum, calculated from left to right. `[n]` behind a number says that it came out of step n."""

    step: int
    sum: str
    result: str
    rounding: Literal["cut", "rounded"] | None = Field(
        description="What happens to decimals behind the ninth; null where there are none"
    )
    note: str


class Explained(Provenance):
    """How an amount came to be."""

    kind: Literal["ledger_row", "task"]
    key: str
    amount_usd: Exact | None
    comes_out: bool = Field(
        description="Whether every step comes to its result; false is our mistake"
    )
    row: dict[str, Any]
    in_words: dict[str, str | None]
    steps: list[Step]


class ExplainedRow(Explained):
    """How a row of the ledger came to be: parts, their lines, the records of these, and who might own it."""

    parts: list[dict[str, Any]]


class ExplainedTask(Explained):
    """How a task's savings came to be."""

    prices: dict[str, list[dict[str, Any]]]
    decision: dict[str, Any] | None


class WorkItem(BaseModel):
    """Something whose owner is to be found."""

    kind: Literal["keys", "addresses", "rests"]
    name: str
    spend_usd: Exact
    what: str
    remedy: str
    row: dict[str, str] | None = Field(
        description="Cells of a line of api_key_mapping (keys) or people (addresses); null where no line would help"
    )


class WorkToDo(Provenance):
    """Whom nobody knows yet, the dearest first of each kind."""

    start_date: str
    end_date: str
    total_usd: Exact
    items: list[WorkItem]
