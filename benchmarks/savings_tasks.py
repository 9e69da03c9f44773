"""The tasks of the savings benchmark: one Parquet file with 90 days, one with a further day, prices and policies."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

DAYS = 90
FIRST_DAY = "2026-08-23"
CHANGE_DAY = "2026-10-01"
PRICES = {
    "github_copilot": ("0.000002", "0.0000015"),
    "openai_codex": ("0.0000015", "0.0000018"),
    "google_code_assist": ("0.000001", "0.0000012"),
    "claude_code": ("0.000004", "0.000004"),
}
"""USD per token before and from the day of the change."""
BASELINE = "claude_code"
ORGANIZATIONS = 20


@dataclass(frozen=True)
class TaskData:
    """Where the files are."""

    history: Path
    day: Path
    prices: Path
    sheets: Path


def write_tasks(folder: Path, n_tasks: int, n_day: int) -> TaskData:
    """Write the files; numbers hang on the row alone, so the same size gives the same tasks."""
    folder.mkdir(parents=True, exist_ok=True)
    found = TaskData(
        folder / "history.parquet", folder / "day.parquet", folder / "prices.csv", folder / "sheets"
    )
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        con.execute("set TimeZone = 'UTC'")
        con.execute(_copy(found.history, "0", n_tasks, DAYS))
        con.execute(_copy(found.day, str(n_tasks), n_day, 1))
    lines = ["id,provider,pricing_model,cost_per_unit,currency,effective_date,end_date,source"]
    for provider, (before, after) in PRICES.items():
        way = f"{provider},per_token"
        lines.append(f"{provider}-1,{way},{before},USD,2025-01-01,{CHANGE_DAY},contract")
        lines.append(f"{provider}-2,{way},{after},USD,{CHANGE_DAY},,contract")
    found.prices.write_text("\n".join(lines) + "\n")
    found.sheets.mkdir(exist_ok=True)
    policies = [f"org-{n},2025-01-01,,{BASELINE},,cfo@example.com," for n in range(ORGANIZATIONS)]
    tabs = {
        "people": "email,aliases,name,department,team,manager_email,cost_centre,valid_from,valid_to",
        "api_key_mapping": "api_key_id,api_key_name,owner_email,platform,purpose,valid_from,valid_to",
        "baseline_policies": "\n".join(
            ["organization_id,valid_from,valid_to,provider,model,approved_by,rationale", *policies]
        ),
    }
    for name, text in tabs.items():
        (found.sheets / f"{name}.csv").write_text(text + "\n")
    return found


def _copy(path: Path, first: str, n_rows: int, days: int) -> str:
    start = f"timestamptz '{FIRST_DAY}' + interval {DAYS if days == 1 else 0} day"
    return f"""
    copy (
        select
            'task-' || lpad(cast(i as varchar), 10, '0') as task_id,
            'user-' || lpad(cast(hash(i, 1) % 1000 as varchar), 4, '0') as user_id,
            'org-' || cast(hash(i, 1) % {ORGANIZATIONS} as varchar) as organization_id,
            {list(PRICES)}[cast(1 + hash(i, 2) % 4 as integer)] as provider,
            ['code_generation', 'bug_fix', 'refactor', 'test_generation'][cast(1 + hash(i, 3) % 4 as integer)]
                as task_type,
            'Please mend module ' || cast(i as varchar) as task_description,
            started as start_time,
            started + to_milliseconds(ms) as end_time,
            ms as duration_ms,
            cast(500 + hash(i, 5) % 60000 as bigint) as tokens_used,
            cast(hash(i, 6) % 9000 / 1000.0 as decimal(12, 4)) as compute_units,
            'USD' as currency,
            hash(i, 7) % 100 >= 6 as success,
            case when hash(i, 7) % 100 < 6 then 'Request timed out after 30 s' end as error_message,
            cast(hash(i, 8) % 1000 / 1000.0 as double) as confidence_score,
            case when hash(i, 9) % 20 <> 0 then 'route-' || cast(i as varchar) end as routing_decision_id,
            started as created_at
        from (
            select
                i,
                {start} + to_microseconds(cast(floor((i - {first}) * {days} * 86400e6 / {n_rows}) as bigint))
                    as started,
                cast(500 + hash(i, 4) % 60000 as bigint) as ms
            from range({first}, {first} + {n_rows}) as numbers(i)
        )
    ) to '{path}' (format parquet)
    """
