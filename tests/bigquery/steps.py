"""The steps of the proof: each prints its table and returns how many things are wrong."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bigquery.analysing import analyse
from tests.bigquery.comparing import check_second_run, compare
from tests.bigquery.compiling import Compiled, compile_project, read_compiled
from tests.bigquery.emulator.end_to_end import end_to_end
from tests.bigquery.emulator.loading import load_twice
from tests.bigquery.emulator.sides import EndToEnd
from tests.bigquery.raw_tables import SETTINGS, copy_world, make_hard_world
from tests.bigquery.workspace import WORK, dbt, environment


def compile_step(settings: Mapping[str, str] = SETTINGS, *, reuse: bool = False) -> Compiled:
    """Compile the project twice, or read what was compiled before."""
    if reuse:
        return read_compiled()
    compiled, seconds = compile_project(settings=settings)
    kinds = [node.kind for node in compiled.first.nodes.values()]
    counts = ", ".join(f"{kinds.count(kind)} {kind}s" for kind in ("model", "test", "seed"))
    say(f"compile   {counts}, empty and filled warehouse: {seconds:.0f} s")
    return compiled


def analyse_step(compiled: Compiled) -> int:
    """Type-check everything that was compiled."""
    analysis = analyse(compiled)
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(analysis.statements.items()))
    total = sum(analysis.statements.values())
    say(
        f"analyse   {total} statements ({counts}): {len(analysis.failures)} failures, "
        f"{analysis.seconds:.0f} s"
    )
    for failure in analysis.failures:
        say(f"  FAILED  {failure.name}: {failure.message}")
    return len(analysis.failures)


def compare_step(compiled: Compiled, warehouse: Path | None = None, days: int | None = None) -> int:
    """Compare both engines' rows: of the hard rows, or of a warehouse's last days."""
    folder = WORK / ("warehouse" if warehouse else "hard_rows")
    file = folder / "world.duckdb"
    if warehouse:
        copy_world(warehouse, file, compiled.first, days)
        settings = settings_of_user()
    else:
        make_hard_world(file, compiled.first)
        settings = SETTINGS
    _build(file, settings)
    return compare_rows(compiled, file)


def compare_hard_rows(
    compiled: Compiled, file: Path, build: Callable[[Path], None], *, of_each_way: bool
) -> int:
    """Compare both engines' rows of the hard rows, which somebody else builds with DuckDB."""
    make_hard_world(file, compiled.first)
    build(file)
    return compare_rows(compiled, file, of_each_way=of_each_way)


def compare_rows(compiled: Compiled, file: Path, *, of_each_way: bool = False) -> int:
    """Compare what DuckDB has built in a file with what BigQuery's SQL makes of the same raw rows."""
    comparison = compare(compiled.first, file)
    check_second_run(comparison, compiled.incremental, of_each_way=of_each_way)
    say(
        f"compare   {len(comparison.outcomes)} results, {comparison.rows} rows: "
        f"{len(comparison.failures)} differ, {comparison.seconds:.0f} s"
    )
    for outcome in comparison.failures:
        for difference in outcome.differences:
            say(f"  DIFFERS {outcome.name}: {difference}")
    return len(comparison.failures)


def _build(file: Path, settings: Mapping[str, str]) -> None:
    dbt(
        *("build", "--full-refresh", "--exclude-resource-type", "test", "unit_test"),
        target="duckdb",
        target_path=WORK / "duckdb",
        env=environment(**settings, DUCKDB_PATH=str(file)),
    )


def emulator_step(*, only_loads: bool = False) -> int:
    """Load and build end to end on the emulator, or only load."""
    result: EndToEnd = load_twice(say=say) if only_loads else end_to_end(say=say)
    seconds = sum(result.seconds.values())
    say(
        f"emulator  {result.tables} tables, {result.rows} rows, {result.sent.checked} statements "
        f"sent: {len(result.failures)} failures, {seconds:.0f} s"
    )
    published = result.published
    if not only_loads:
        say(f"  published from both: {published.tables} tables, {published.rows} rows")
    fixes = ", ".join(f"{name} {times}" for name, times in result.fixes.items())
    say(f"  fixes of the emulator that were needed: {fixes}")
    for failure in result.failures:
        say(f"  FAILED  {failure}")
    return len(result.failures)


def settings_of_user() -> dict[str, str]:
    """Return the settings with which a user's warehouse is to be looked at."""
    return {name: os.environ[name] for name in SETTINGS if name in os.environ} | {
        "PIPELINE_RUN_ID": "bigquery-check"
    }


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201 - the printed table is the product
