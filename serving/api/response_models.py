"""The shapes of the answers, for the OpenAPI document and for whoever calls."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Money = Annotated[
    str, Field(pattern=r"^-?[0-9]+\.[0-9]{6}$", examples=["1234.500000"], description="US dollars")
]
Share = Annotated[float, Field(ge=0, le=1)]


class Freshness(BaseModel):
    """What is known of one raw table that an answer is made from."""

    source: str
    table: str
    last_status: str
    last_attempt_at: dt.datetime | None
    last_success_at: dt.datetime | None
    changed_at: dt.datetime | None = Field(description="When it last brought something new")
    last_date: dt.date | None = Field(
        description="Last day with data; of prices the last day on which one began; null where rows are of no day"
    )


class Provenance(BaseModel):
    """Where an answer comes from."""

    as_of: dt.datetime
    snapshot_id: str
    data_origin: str = Field(
        description="Whose data it is: `vendors`, or `sandbox`: an invented company, no number is real"
    )
    freshness: list[Freshness]


class Period(BaseModel):
    """First and last day, both included."""

    start: dt.date | None
    end: dt.date | None


class TrendPoint(BaseModel):
    """Savings of one day, week (from Monday) or month, named by its first day."""

    date: dt.date
    savings: Money | None
    cumulative_savings: Money | None


class SavingsSummary(Provenance):
    """What routing saved.

    Compared tasks are the successful ones whose actual and baseline cost are both known. `total_cost` is of more tasks
    than `baseline_cost`, so `baseline_cost` less `total_cost` is not `total_savings`.
    """

    total_savings: Money | None = Field(
        description="Gross: baseline less actual cost, of the compared tasks; signed"
    )
    net_savings: Money | None = Field(
        description="total_savings less the cost of failed tasks and retries"
    )
    total_cost: Money | None = Field(
        description="Actual cost of all tasks whose price is known, compared or not"
    )
    baseline_cost: Money | None = Field(description="Of the compared tasks")
    savings_percentage: float | None = Field(
        description="total_savings in per cent of baseline_cost, both of the compared tasks"
    )
    currency: Literal["USD"]
    period: Period
    coverage: Share | None = Field(description="Compared tasks, of all tasks")
    trend: list[TrendPoint] = Field(description="Of the compared tasks")


class ProviderCosts(BaseModel):
    """One provider. Compared tasks are the successful ones whose actual and baseline cost are both known."""

    provider: str
    tasks: int = Field(description="All tasks")
    actual_cost: Money | None = Field(
        description="Of all tasks whose price is known, failed and repeated ones too"
    )
    baseline_cost: Money | None = Field(description="Of the compared tasks")
    savings: Money | None = Field(
        description="baseline_cost less the actual cost of the compared tasks; actual_cost is of more tasks"
    )
    avg_cost_per_task: Money | None = Field(
        description="actual_cost over the tasks whose price is known"
    )


class CostsByProvider(Provenance):
    """Cost and savings by provider, the dearest first."""

    providers: list[ProviderCosts]


class TaskPerformance(BaseModel):
    """One type of task."""

    task_type: str
    total_tasks: int
    success_rate: Share | None
    avg_duration_ms: float | None
    p50_duration_ms: int | None
    p95_duration_ms: int | None
    p99_duration_ms: int | None
    optimal_provider: str | None = Field(
        description=(
            "Least cost per successful task, among providers with at least 30 successful tasks of the type in the period"
            " and a known price for 95 % of them; null when there is none: fewer say nothing"
        )
    )


class TasksPerformance(Provenance):
    """Success, duration and the best provider by type of task."""

    tasks: list[TaskPerformance]


class TypeCount(BaseModel):
    """Tasks of one type."""

    type: str
    count: int


class FeatureAdoption(BaseModel):
    """Shares of all tasks."""

    intelligent_routing: Share | None
    cost_optimization: Share | None


class UsageMetrics(Provenance):
    """Who uses the orchestrator, and how much."""

    daily_active_users: float | None = Field(description="Mean over the days of the period")
    tasks_per_day: float | None
    tasks_per_user: float | None
    top_task_types: list[TypeCount]
    feature_adoption: FeatureAdoption


class SpendRow(BaseModel):
    """Spend of one day, vendor, platform, category and team; what is not grouped by is absent."""

    date: dt.date | None = None
    month: str | None = Field(default=None, pattern=r"^[0-9]{4}-[0-9]{2}$")
    vendor: str | None = None
    platform: str | None = None
    category: str | None = None
    team: str | None = None
    spend: Money


class Reading(BaseModel):
    """How much of what a total is made of was read. Only where it is everything is the total the whole."""

    days: int | None = Field(description="Days that were asked for, as far as they end")
    days_read: int | None = Field(
        description="Of these, the days on which all sources of the money were read"
    )
    reason: (
        Literal[
            "days_not_loaded", "source_not_read", "days_not_read", "seats_never_read", "unknown"
        ]
        | None
    ) = Field(description="Why the total is not the whole, or null where it is")


class Spend(Provenance):
    """The ledger, added up."""

    total_spend: Money | None = Field(
        description="What the ledger has; null where nothing of it was read: see reading"
    )
    currency: Literal["USD"]
    period: Period
    reading: Reading
    spend: list[SpendRow]


class MartColumn(BaseModel):
    """A column of a mart."""

    name: str
    type: str
    renamed_to: str | None = Field(
        default=None,
        description="Only of a name that goes with the next release: the column that this one is a copy of",
    )


class DescribedColumn(MartColumn):
    """A column with what it means."""

    description: str | None = Field(description="null in a snapshot from before descriptions")
    unit: str | None = Field(
        description="USD, tokens, share, UTC day …; null where a column has none, or its name does not say"
    )
    adds_up: bool | None = Field(
        description="Whether values may be added over rows, of money over those that the mart's money names; never shares,"
        " prices and counts of people or days, which may be the same in two rows. null: the name does not say"
    )


class MoneyRule(BaseModel):
    """Over which rows a mart's money may be added."""

    rows: str | None = Field(default=None, description="Only these rows, as a condition")
    one: list[str] | None = Field(
        default=None, description="One value of each of these columns at a time"
    )
    never: list[str] | None = Field(default=None, description="Columns that are never added")
    why: str = ""


class MartPage(Provenance):
    """One page of a mart's rows."""

    mart: str
    renamed_to: str | None = Field(
        default=None,
        description="Only of a name that goes with the next release: the name to ask for",
    )
    columns: list[MartColumn]
    next: str | None = Field(description="Address of the next page")
    rows: list[dict[str, str | int | float | bool | None]]


class MartSummary(BaseModel):
    """A mart that this token may read."""

    mart: str
    renamed_to: str | None = Field(
        default=None,
        description="Only of a name that goes with the next release: the name to ask for",
    )
    description: str | None = Field(description="Its grain first; null in a snapshot from before")
    money: MoneyRule | None = Field(description="null where it has no money")
    rows: int
    columns: list[DescribedColumn]


class Marts(Provenance):
    """The published marts that this token may read."""

    marts: list[MartSummary]


class ReportFigure(BaseModel):
    """One figure of the executive report, with the digits that the page shows."""

    key: str = Field(examples=["savings.total"])
    label: str
    value: str | int | float | None = Field(
        description="Money as text, other numbers as numbers; null where nobody knows, or not for this token: see note"
    )
    unit: str
    n: int | None = Field(description="How many tasks (days, months) the value is of")
    note: str


class ExecutiveReport(Provenance):
    """The executive report of one month."""

    month: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    organization_id: str | None = Field(description="null: all organisations together")
    figures: list[ReportFigure]
