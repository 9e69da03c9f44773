"""The report's figures against values worked out by hand from `published.py`."""

from decimal import Decimal

import pytest

from serving.report.figures import Figure, Value, figure
from serving.report.reading import Scope, month_of
from serving.report.report import NoReportError, Report, chosen, make, months
from tests.unit.serving.report.published import (
    DAILY,
    EVERYBODY,
    NORTH,
    OVERVIEW,
    PROJECTIONS,
    Published,
    changed,
)


def of(
    month: str = "2026-10", scope: Scope = EVERYBODY, published: Published | None = None
) -> Report:
    snapshot = published or Published()
    return make(snapshot, scope, chosen(snapshot, scope, month))


def values(report: Report, *keys: str) -> list[str]:
    return [str(report[key].value) for key in keys]


def test_savings_of_the_month() -> None:
    found = of()
    # 12 - 5 + 2.9 of 30 + 25 + 5.8; 179 of 189 tasks.
    assert values(found, *(f"savings.{name}" for name in ("total", "percent", "baseline"))) == [
        "9.90",
        "16.3",
        "60.80",
    ]
    names = ("actual", "overhead", "net", "coverage")
    assert values(found, *(f"savings.{name}" for name in names)) == [
        "50.90",
        "2.00",
        "7.90",
        "94.7",
    ]
    assert found["savings.total"].n == found["savings.percent"].n == 179
    assert found["savings.coverage"].n == 189
    # 1.005 is 1.01: half away from zero.
    assert values(found, "savings.month.2026-09", "savings.month.2026-10") == ["1.01", "9.90"]


def test_projection_is_signed_and_names_its_months() -> None:
    found = of()["savings.projected_annual"]
    assert (str(found.value), found.n) == ("-36.01", 3)
    assert found.text == "\u2212$36.01"
    assert found.note == "mean of 3 closed months times 12, 2026-08 to 2026-10"


@pytest.mark.parametrize(
    ("rows", "value", "note"),
    [
        ([], None, "fewer than three closed months"),
        (
            [("2026-10-01", "north", "2026-10", 1, 1, None, "too_few_closed_months", True)],
            None,
            "fewer than three closed months",
        ),
        (
            [("2026-10-01", "north", None, 3, 0, None, "savings_unknown", True)],
            None,
            "savings known of fewer than three closed months",
        ),
        (
            [
                *PROJECTIONS,
                ("2026-10-01", "south", "2026-09 2026-10", 2, 2, None, "too_few_closed_months", 1),
                ("2026-10-01", "west", "2026-06 2026-07 2026-08 2026-09", 4, 4, 40, None, True),
            ],
            "4.00",
            "mean of 3 closed months times 12, 2026-06 to 2026-10, 2 of 3 organisations",
        ),
    ],
)
def test_projection_that_is_none_says_why(
    rows: list[tuple[object, ...]], value: str | None, note: str
) -> None:
    found = of(published=Published(changed(projections=rows)))["savings.projected_annual"]
    assert (None if found.value is None else str(found.value), found.note) == (value, note)


def test_productivity_beside_the_month_before() -> None:
    found = of()
    # 1,250 s ÷ 150 is 8.333 s, a sixth less than 10 s.
    assert values(found, "tasks.total", "tasks.success", "tasks.time", "tasks.time_before") == [
        "189",
        "94.7",
        "8.3",
        "10.0",
    ]
    assert values(found, "tasks.time_change") == ["-16.7"]
    assert (found["tasks.time"].n, found["tasks.time_before"].n) == (150, 50)
    assert found["tasks.hours_saved"].value is None
    assert "not measured" in found["tasks.hours_saved"].note
    first = of("2026-09")
    assert first["tasks.time_change"].text == "\u2013"
    assert first["tasks.time_change"].note == "none known then"


def test_providers() -> None:
    found = of()
    # 50 of 179; 22.9 ÷ 119 = 0.19243…, 30 ÷ 60.
    assert values(found, "providers.best_share") == ["27.9"]
    assert found["providers.best_share"].n == 179
    for place, name, tasks, success, cost, saved in (
        (1, "alpha", "129", "92.2", "0.1924", "14.90"),
        (2, "beta", "60", "100.0", "0.5000", "-5.00"),
    ):
        keys = ("name", "tasks", "success", "cost_per_success", "savings")
        assert values(found, *(f"providers.{place}.{key}" for key in keys)) == [
            name,
            tasks,
            success,
            cost,
            saved,
        ]


def test_best_performer_and_cheapest_by_type() -> None:
    found = of()
    keys = ("name", "tasks", "best", "best_success", "cheapest", "cheapest_cost")
    # beta: 60 of 60 against 90 of 100; alpha: 20 ÷ 90.
    assert values(found, *(f"types.1.{key}" for key in keys)) == [
        "bug_fix",
        "160",
        "beta",
        "100.0",
        "alpha",
        "0.2222",
    ]
    assert (found["types.1.best"].note, found["types.1.best_success"].n) == ("", 60)
    # 29 tasks of one provider are too few to say anything.
    assert [found[f"types.2.{key}"].text for key in keys] == ["refactor", "29", *["\u2013"] * 4]
    assert found["types.2.best"].note == "fewer than 30 tasks of two providers"


def test_a_lead_that_may_be_chance_is_called_so() -> None:
    # 29 of 30 against 90 of 100: (30/32 - 91/102) ± 0.10.
    daily = [*DAILY[:2], ("north", "2026-10-02", "beta", "bug_fix", 30, 29, *[0] * 10)]
    found = of(published=Published(changed(savings__daily=daily)))
    assert found["types.1.best"].value == "beta"
    assert found["types.1.best"].note == "lead within chance"


def test_many_providers_and_kinds_are_added_up_and_none_is_lost() -> None:
    daily = [
        ("north", "2026-10-01", f"p{number}", f"t{number}", number, number, number, number, 0, 0, number, number, 0, -number, 0, -number)
        for number in range(1, 10)
    ]  # fmt: skip
    found = of(published=Published(changed(savings__daily=daily)))
    assert values(found, "providers.1.name", "providers.6.name") == ["p9", "p4"]
    # 3 + 2 + 1
    assert values(found, "providers.others.name", "providers.others.tasks") == ["3 others", "6"]
    assert values(found, "providers.others.savings") == ["-6.00"]
    assert values(found, "types.others.name", "types.others.tasks") == ["3 others", "6"]
    tasks = [one.number for one in found.figures if one.key.endswith(".tasks")]
    assert sum(one for one in tasks if one is not None) == 2 * 45


def test_spend_against_budget() -> None:
    found = of()
    names = ("total", "budget", "used", "difference", "distance", "owned")
    assert values(found, *(f"spend.{name}" for name in names)) == [
        "960.00",
        "1000.00",
        "96.0",
        "-40.00",
        "-4.0",
        "75.0",
    ]
    assert values(found, "spend.category.1.name", "spend.category.1.spend") == [
        "Coding agents",
        "660.00",
    ]
    assert found["spend.category.2.budget"].note == "no budget"
    assert "spend.forecast_p50" not in {one.key for one in found.figures}


def test_a_running_month_is_said_and_has_a_forecast() -> None:
    found = of("2026-11")
    assert found["report.status"].value == "month to date, 29 November 2026"
    assert found["spend.total"].note == "so far"
    forecast = [f"spend.forecast_{name}" for name in ("p10", "p50", "p90")]
    assert values(found, *forecast) == ["950.00", "975.00", "1010.50"]
    assert found["report.headline"].value == (
        "So far in November 2026 what routing saved is not known; 90.0 % of the budget is spent;"
        " 100.0 % of 1 task succeeded."
    )


def test_a_month_that_has_ended_is_closed_only_with_tasks_and_spend() -> None:
    assert of()["report.status"].value == "closed month"
    open_tasks = changed(projections=[(*PROJECTIONS[0][:-1], False)])
    assert of(published=Published(open_tasks))["report.status"].value == "not all there yet: tasks"
    unread = [(*OVERVIEW[0][:7], "days_not_read", False, False)]
    found = of(published=Published(changed(overview_monthly=unread)))
    assert found["report.status"].value == "not all there yet: spend"
    assert found["spend.total"].note == "some days were not read"
    # What no organisation may see does not close its month or open it.
    found = of(scope=NORTH, published=Published(changed(overview_monthly=unread)))
    assert found["report.status"].value == "closed month"


def test_headline_is_made_of_the_figures() -> None:
    assert of()["report.headline"].value == (
        "Routing saved $9.90, 16.3 % of what the baseline would have cost; spend is 4.0 % under budget;"
        " 94.7 % of 189 tasks succeeded."
    )
    worse = [(*DAILY[2][:13], -5, 0, -5)]
    over = [(*OVERVIEW[0][:4], 1100, *OVERVIEW[0][5:])]
    found = of(published=Published(changed(savings__daily=worse, overview_monthly=over)))
    assert found["report.headline"].value == (
        "Routing cost $5.00 more than the baseline would have, 20.0 % of it; spend is 10.0 % over budget;"
        " 100.0 % of 60 tasks succeeded."
    )


def test_each_check_counts_once_by_its_worst_result() -> None:
    names = ("total", "ok", "notes", "warnings", "failures")
    assert values(of(), *(f"checks.{name}" for name in names)) == ["4", "1", "1", "1", "1"]


def test_a_token_of_an_organisation_is_told_its_savings_only() -> None:
    found = of(scope=NORTH)
    for one in found.figures:
        if one.key.startswith(("spend.", "checks.")):
            assert (one.value, one.note) == (None, "not for this token"), one.key
    assert found["savings.total"].text == "$9.90"
    assert "budget" not in str(found["report.headline"].value)


def test_another_organisation_is_in_no_figure() -> None:
    daily = [*DAILY, ("south", "2026-10-01", "gamma", "bug_fix", 1000, *[1000] * 11)]
    alone = of(scope=NORTH, published=Published(changed(savings__daily=daily)))
    assert alone.figures == of(scope=NORTH).figures
    assert of(published=Published(changed(savings__daily=daily)))["tasks.total"].text == "1,189"


def test_months_are_those_of_who_asks() -> None:
    published = Published(changed(overview_monthly=[("2026-07-01", *OVERVIEW[0][1:])]))
    assert list(map(str, months(published, NORTH))) == ["2026-09", "2026-10", "2026-11"]
    assert str(months(published, EVERYBODY)[0]) == "2026-07"
    assert str(chosen(published, NORTH, None)) == "2026-10"
    with pytest.raises(NoReportError, match="there are 2026-09, 2026-10, 2026-11"):
        chosen(published, NORTH, "2026-07")
    with pytest.raises(NoReportError, match="no months yet"):
        chosen(Published({}), EVERYBODY, None)


def test_a_snapshot_without_a_part_has_a_report_of_the_others() -> None:
    rows = {table: some for table, some in Published().tables.items() if "savings" not in table}
    found = of(published=Published(rows))
    assert found["savings.total"].note == "nothing of routed tasks is in this snapshot"
    assert found["spend.total"].text == "$960.00"
    rows = {table: some for table, some in Published().tables.items() if "savings" in table}
    found = of(published=Published(rows))
    assert found["spend.total"].note == "no day of the month is loaded"
    assert found["checks.total"].text == "\u2013"


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-1", "26-01", "2026-01-01", "0000-01", "2\u0660\u0662\u0666-01"]
)
def test_what_is_no_month_is_none(text: str) -> None:
    assert month_of(text) is None


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (Decimal("-0.001"), "USD", "$0.00"),
        (Decimal("1234567.895"), "USD", "$1,234,567.90"),
        (Decimal("0.00005"), "USD per success", "$0.0001"),
        (Decimal("0.05"), "percent change", "+0.1\u202f%"),
        (None, "seconds", "\u2013"),
    ],
)
def test_what_a_figure_looks_like(amount: Decimal | None, unit: str, text: str) -> None:
    found: Figure = figure("k", "l", amount, unit)  # type: ignore[arg-type]
    value: Value = found.value
    assert found.text == text
    assert (value is None) == (amount is None)
