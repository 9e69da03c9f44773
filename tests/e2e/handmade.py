"""Raw rows written by hand, as the loaders land them, so that a test can be worked out on paper."""

from datetime import date, timedelta

LOADED = "timestamptz '2026-11-20 05:00:00+00'"
LONG_AGO = "2026-01-01 00:00:00+00"
Value = str | int | bool | None
Values = dict[str, Value]


def row(table: str, **values: Value) -> str:
    """Return the statement that lands one row."""
    named: Values = {**values, "_dlt_load_id": "by-hand"}
    cells = ", ".join(_literal(value) for value in named.values())
    return f"insert into {table} ({', '.join(named)}, _loaded_at) values ({cells}, {LOADED})"


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()


def closed_load(source: str) -> str:
    """Return the note that the load of all these rows was finished."""
    values = "'by-hand', 'by-hand', 0, timestamptz '2026-11-20 05:00:00+00', 'by-hand'"
    columns = "load_id, schema_name, status, inserted_at, schema_version_hash"
    return f"insert into raw_{source}._dlt_loads ({columns}) values ({values})"


def loaded_day(source: str, resource: str, day: date) -> str:
    """Return the note that a day of a table was loaded."""
    noted = {"partition_id": str(day), "usage_date": str(day), "content_hash": "by-hand"}
    values: Values = {"resource_name": resource, **noted, "n_rows": 1, "n_quarantined": 0}
    return row(f"raw_{source}.loaded_partitions", **values)


def _bucket(day: date) -> Values:
    until = day + timedelta(days=1)
    return {
        "usage_date": str(day),
        "starting_at": f"{day} 00:00:00+00",
        "ending_at": f"{until} 00:00:00+00",
    }


def messages(day: date, model: str, tokens: int, **values: Value) -> str:
    """Return a line of the messages report: uncached input, of nobody unless a key is named."""
    usual = {"workspace_id": "wrkspc_cc", "service_tier": "standard", "context_window": "0-200k"}
    counts: Values = {"uncached_input_tokens": tokens, "output_tokens": 0}
    given = {**_bucket(day), **usual, "inference_geo": "global", **counts, **values}
    return row("raw_anthropic.usage_report_messages", model=model, **given)


def bill(day: date, model: str, cents: int, **values: Value) -> str:
    """Return a line of the bill for uncached input."""
    usual = {"workspace_id": "wrkspc_cc", "service_tier": "standard", "context_window": "0-200k"}
    kind = {"cost_type": "tokens", "token_type": "uncached_input_tokens", "currency": "USD"}
    costs = {"inference_geo": "global", **kind, "amount": str(cents)}
    given = {**_bucket(day), **usual, **costs, **values}
    return row("raw_anthropic.cost_report", model=model, **given)


def code(day: date, email: str, model: str, tokens: int, customer: str = "api") -> tuple[str, str]:
    """Return a record of the Claude Code report and its one model."""
    record = {"usage_date": str(day), "record_id": f"{day} {email} {model} {customer}"}
    actor = {"actor_type": "user_actor", "actor_email_address": email, "customer_type": customer}
    counts: Values = {
        "input_tokens": tokens,
        "estimated_cost_amount": "1",
        "estimated_cost_currency": "USD",
    }
    return (
        row("raw_anthropic.usage_report_claude_code", **record, **actor, num_sessions=1),
        row("raw_anthropic.usage_report_claude_code_models", **record, model=model, **counts),
    )


def version(table: str, begun: str = LONG_AGO, ended: str | None = None, **values: Value) -> str:
    """Return one version of a row of the vendor's lists, and when the loader saw it."""
    seen = {"_dlt_valid_from": begun, "_dlt_valid_to": ended}
    created = {} if table == "users" else {"created_at": LONG_AGO}
    hashed = {"row_hash": f"{values['id']} {begun}"}
    return row(f"raw_anthropic.{table}", **values, **created, **hashed, **seen)


def person(number: int, email: str, aliases: str = "", team: str = "A") -> str:
    """Return a line of the people tab."""
    who = {"email": email, "aliases": aliases, "person_id": f"person_{number}", "team": team}
    dates = {"valid_from": "2026-01-01", "valid_to": ""}
    return row("raw_sheets.people", sheet_tab="people", sheet_row=number, **who, **dates)


def mapping(
    number: int, owner: str, *, key: str = "", name: str = "", begun: str = "", ended: str = ""
) -> str:
    """Return a line of the mapping tab."""
    what = {"api_key_id": key, "api_key_name": name, "owner_email": owner, "platform": ""}
    dates = {"valid_from": begun, "valid_to": ended}
    tab: Values = {"sheet_tab": "api_key_mapping", "sheet_row": number}
    return row("raw_sheets.api_key_mapping", **tab, **what, **dates)
