"""A column's name says its unit, and whether adding its values means anything."""

import pytest

from serving.api.units import adds_up, unit_of

DECIMAL = "DECIMAL(38,9)"


@pytest.mark.parametrize(
    ("name", "kind", "unit", "adds"),
    [
        ("spend_usd", DECIMAL, "USD", True),
        ("BilledCost", DECIMAL, None, None),
        ("cost_usd_per_accepted_line", DECIMAL, "USD per accepted line", False),
        ("list_unit_price", DECIMAL, "USD per unit", False),
        ("cache_read_tokens", "BIGINT", "tokens", True),
        ("n_accepted_lines_added", "BIGINT", "number of accepted lines added", True),
        # The same person may be in two rows, and the same day.
        ("n_active_people_28d", "BIGINT", "number of active people 28d", False),
        ("n_idle_days", "BIGINT", "number of idle days", False),
        ("line_acceptance_share", "DOUBLE", "share, from 0 to 1", False),
        ("spend_share_usd", DECIMAL, "USD", True),
        ("budget_used_ratio", DECIMAL, "ratio", False),
        ("duration_ms_sum", "BIGINT", "milliseconds", True),
        ("max_duration_ms", "BIGINT", "milliseconds", False),
        ("cumulative_savings_usd", DECIMAL, "USD", False),
        ("compute_units", DECIMAL, None, None),
        ("usage_date", "DATE", "UTC day", False),
        ("loaded_at", "TIMESTAMP WITH TIME ZONE", "UTC instant", False),
        ("team_name", "VARCHAR", None, False),
        ("is_read", "BOOLEAN", None, False),
    ],
)
def test_unit_and_sum(name: str, kind: str, unit: str | None, adds: bool | None) -> None:
    assert (unit_of(name, kind), adds_up(name, kind)) == (unit, adds)


def test_what_the_mart_says_goes_before_the_name() -> None:
    assert adds_up("p50_forecast_usd", DECIMAL) is False
    assert adds_up("lower_usd", DECIMAL) is True
    assert adds_up("lower_usd", DECIMAL, ["lower_usd"]) is False
