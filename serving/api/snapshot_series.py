"""Series of `/metrics` that the published quality tables and marts tell: each is one query, asked once per snapshot.

A label is a vendor, a platform, a source, a check, a status or the kind of a budget: closed lists. No label is a person, a
team, an organisation or a key. Sums stand apart (what has an owner, and of what), so that a share is divided where it is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
from prometheus_client.core import GaugeMetricFamily

from warehouse.snapshot import Snapshot

MOST_OF_ONE = 200
"""No series has more; a list of checks or vendors that grew beyond is cut off, in order of its labels."""


@dataclass(frozen=True)
class Series:
    """A gauge: its labels are the query's first columns, its value the last; rows without a value are left out."""

    name: str
    says: str
    labels: tuple[str, ...]
    table: str
    sql: str


_RECENT = """
    from marts.mart_savings__daily
    where usage_date > (select max(usage_date) from marts.mart_savings__daily) - 7
"""
SERIES = (
    Series(
        "ai_cost_reconciliation_drift_ratio",
        "Money of the newest invoiced month that nothing explains, per money of the invoice, without its sign.",
        ("vendor",),
        "quality.dq_reconciliation_drift",
        "select vendor, max_by(abs(observed_value), check_date) from quality.dq_reconciliation_drift group by vendor",
    ),
    Series(
        "ai_spend_usd",
        "Spend of the last 90 days in US dollars.",
        ("platform",),
        "quality.dq_attributed_usd",
        "select platform, sum(spend_usd) from quality.dq_attributed_usd where check_name = 'attributed_usd' group by platform",
    ),
    Series(
        "ai_attributed_spend_usd",
        "Spend of the last 90 days in US dollars that has an owner.",
        ("platform",),
        "quality.dq_attributed_usd",
        "select platform, sum(attributed_usd) from quality.dq_attributed_usd"
        " where check_name = 'attributed_usd' group by platform",
    ),
    Series(
        "ai_quality_findings",
        "Broken promises of data quality, by check and how bad one is.",
        ("check", "status"),
        "quality.dq_results",
        "select check_name, check_status, count(*) from quality.dq_results where check_status <> 'ok' group by all",
    ),
    Series(
        "ai_quality_checks",
        "Checks of data quality that said something, be it that nothing was found.",
        (),
        "quality.dq_results",
        "select count(distinct check_name) from quality.dq_results",
    ),
    Series(
        "ai_data_age_per_promise_ratio",
        "Age of the latest table of a late source when the marts were built, per age that the vendor's lag and our promise allow.",
        ("source",),
        "quality.dq_results",
        "select split_part(check_scope, '.', 1), max(observed_value / expected_value) from quality.dq_results"
        " where check_name = 'stale_source' and check_status <> 'ok' and expected_value > 0 group by 1",
    ),
    Series(
        "ai_budget_used_ratio",
        "Spend to date per budget of the running month, of the budget of each kind that is used most.",
        ("scope",),
        "marts.mart_finance__budget_status",
        "select budget_scope, max(budget_used_ratio) from marts.mart_finance__budget_status"
        " where month_status = 'running' group by budget_scope",
    ),
    Series(
        "ai_budget_forecast_ratio",
        "Forecast of the running month (its middle) per budget, of the budget of each kind that is worst.",
        ("scope",),
        "marts.mart_finance__budget_status",
        "select budget_scope, max(cast(p50_forecast_usd as double) / cast(budget_usd as double))"
        " from marts.mart_finance__budget_status where month_status = 'running' and budget_usd > 0 group by budget_scope",
    ),
    *(
        Series(
            f"ai_recent_{name}_tasks",
            f"{says} of the newest seven days that have tasks.",
            (),
            "marts.mart_savings__daily",
            f"select sum({column}) {_RECENT}",
        )
        for name, column, says in (
            ("all", "n_tasks", "Tasks"),
            ("priced", "n_priced_tasks", "Tasks whose cost is known"),
            ("compared", "n_compared_tasks", "Tasks whose saving is known"),
            ("negative_savings", "n_negative_savings_tasks", "Tasks that cost more than baseline"),
        )
    ),
)


@dataclass(frozen=True)
class Told:
    """What a snapshot tells."""

    points: tuple[tuple[Series, tuple[tuple[tuple[str, ...], float], ...]], ...]
    n_unread: int
    """Series that it cannot tell, because its tables are of another version: monitoring is half blind, not the service."""

    def families(self) -> Iterator[GaugeMetricFamily]:
        """Yield them as Prometheus' client wants them."""
        for series, found in self.points:
            family = GaugeMetricFamily(series.name, series.says, labels=series.labels)
            for labels, value in found:
                family.add_metric(labels, value)
            yield family
        yield GaugeMetricFamily(
            "ai_series_unread",
            "Series of this list that the published snapshot could not tell.",
            value=self.n_unread,
        )


def read_series(cursor: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> Told:
    """Ask a snapshot's tables; one that is not there tells nothing, one of another shape counts as unread."""
    told, n_unread = [], 0
    for series in SERIES:
        if not snapshot.has(series.table):
            continue
        try:
            rows = cursor.execute(f"{series.sql} order by all limit {MOST_OF_ONE}").fetchall()
        except duckdb.Error:
            n_unread += 1
            continue
        found = tuple(
            (tuple(str(label) for label in labels), float(value))
            for *labels, value in rows
            if value is not None
        )
        told.append((series, found))
    return Told(tuple(told), n_unread)
