"""The predecessor's tables: their columns, and what makes a row of one the same as a row of the other.

Every column is part of the key, a measure, an attribute that is compared row by row, or not compared, with the reason.

`row_key` and `platform` are SQL over the table's own columns; the same text is used for the old table and for the
compatibility view, on both engines. `was_dropped` says, over a row of the new table, whether the predecessor's inner
joins could not have kept it (`known_user`, `known_key`, `known_workspace` are what its own dimensions list).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

TYPES = {
    "s": "string",
    "i": "int64",
    "f": "float64",
    "n": "numeric",
    "t": "timestamp",
    "d": "date",
    "b": "bool",
}
TYPES["j"] = "json"


@dataclass(frozen=True)
class OldTable:
    """One table of the predecessor."""

    name: str
    columns: tuple[tuple[str, str], ...]
    row_key: tuple[str, ...]
    platform: str
    day: str | None = None
    measures: tuple[str, ...] = ()
    is_money: bool = False
    was_dropped: str = "false"
    attributes: tuple[str, ...] = ()
    """Columns that say something of a row beside its measures: compared where the same row is on both sides."""
    not_compared: Mapping[str, str] = field(default_factory=dict)
    """Columns that are not compared, with the reason, which each validation repeats."""
    never_null: tuple[str, ...] = ()
    """Columns without which a row says nothing."""

    @property
    def view(self) -> str:
        """The compatibility view of the same shape."""
        return f"mart_legacy__{self.name}"

    @property
    def kept(self) -> str:
        """The name of the old table while its own name is a view."""
        return f"{self.name}__before_cutover"

    @property
    def has_requests(self) -> bool:
        """Whether rows carry the id of the request they came with."""
        return any(name == "request_id" for name, _ in self.columns)


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.split(":") for part in text.split())
    return tuple((name, TYPES[kind]) for name, kind in pairs)


_EMAIL = "lower(trim({}))"
_OWN_ID = "each system gives its own ids"
_READ = {
    "ingest_date": "each system reads at its own time; used as evidence of late revisions",
    "ingest_timestamp": "each system reads at its own time",
    "request_id": "each system names its own requests; used to find rows that were stored twice",
    "raw_response": "the view leaves it empty: the raw tables have the vendor's answer column by column",
}
_COMPUTED = {
    "user_id": _OWN_ID,
    "ingest_date": _READ["ingest_date"],
    "created_timestamp": "each system computes at its own time",
    "request_id": _READ["request_id"],
}
_WRITTEN = {
    "user_id": _OWN_ID,
    "created_date": "each system knows the entry since another day",
    "updated_date": "used as evidence of a later change",
    "created_by": "each system writes down its own hand",
    "updated_by": "each system writes down its own hand",
}

TABLES = (
    OldTable(
        "raw_cursor_usage",
        _columns(
            "email:s usage_date:d total_lines_added:i accepted_lines_added:i total_accepts:i"
            " subscription_included_reqs:i usage_based_reqs:i ingest_date:d ingest_timestamp:t request_id:s raw_response:j"
        ),
        row_key=(_EMAIL.format("email"),),
        platform="'cursor'",
        day="usage_date",
        measures=(
            "total_lines_added",
            "accepted_lines_added",
            "total_accepts",
            "subscription_included_reqs",
            "usage_based_reqs",
        ),
        not_compared=_READ,
        never_null=("usage_date",),
    ),
    OldTable(
        "raw_anthropic_usage",
        _columns(
            "api_key_id:s workspace_id:s model:s uncached_input_tokens:i cached_input_tokens:i cache_read_input_tokens:i"
            " output_tokens:i usage_date:d usage_hour:i ingest_date:d ingest_timestamp:t request_id:s raw_response:j"
        ),
        row_key=("api_key_id", "workspace_id", "model"),
        platform="'anthropic'",
        day="usage_date",
        measures=(
            "uncached_input_tokens",
            "cached_input_tokens",
            "cache_read_input_tokens",
            "output_tokens",
        ),
        attributes=("usage_hour",),
        not_compared=_READ,
        never_null=("usage_date",),
    ),
    OldTable(
        "raw_anthropic_cost",
        _columns(
            "api_key_id:s workspace_id:s model:s cost_usd:f cost_type:s cost_date:d cost_hour:i ingest_date:d"
            " ingest_timestamp:t request_id:s raw_response:j"
        ),
        row_key=("workspace_id", "model", "cost_type"),
        platform="'anthropic'",
        day="cost_date",
        measures=("cost_usd",),
        is_money=True,
        attributes=("api_key_id", "cost_hour"),
        not_compared=_READ,
        never_null=("cost_date",),
    ),
    OldTable(
        "fct_usage_daily",
        _columns(
            "usage_date:d platform:s user_email:s user_id:s api_key_id:s model:s workspace_id:s input_tokens:i"
            " output_tokens:i cached_input_tokens:i cache_read_tokens:i sessions:i lines_of_code_added:i"
            " lines_of_code_accepted:i acceptance_rate:f total_accepts:i subscription_requests:i usage_based_requests:i"
            " ingest_date:d created_timestamp:t request_id:s"
        ),
        row_key=(
            "case when api_key_id is null then lower(trim(user_email)) end",
            "api_key_id",
            "model",
            "workspace_id",
        ),
        platform="platform",
        day="usage_date",
        measures=(
            "input_tokens",
            "output_tokens",
            "cached_input_tokens",
            "cache_read_tokens",
            "sessions",
            "lines_of_code_added",
            "lines_of_code_accepted",
            "total_accepts",
            "subscription_requests",
            "usage_based_requests",
        ),
        was_dropped="case when platform = 'cursor' or (model is null and api_key_id is null) then not known_user"
        " else not known_key end",
        attributes=("user_email", "acceptance_rate"),
        not_compared=_COMPUTED,
        never_null=("usage_date", "platform"),
    ),
    OldTable(
        "fct_cost_daily",
        _columns(
            "cost_date:d platform:s user_email:s user_id:s api_key_id:s model:s workspace_id:s cost_usd:f cost_type:s"
            " volume_units:f unit_type:s ingest_date:d created_timestamp:t request_id:s"
        ),
        row_key=(
            "case when platform = 'cursor' then lower(trim(user_email)) end",
            "model",
            "workspace_id",
            "cost_type",
        ),
        platform="platform",
        day="cost_date",
        measures=("cost_usd",),
        is_money=True,
        was_dropped="case when platform = 'cursor' then not known_user else not known_workspace end",
        attributes=("user_email", "api_key_id"),
        not_compared=_COMPUTED
        | {
            "volume_units": "the view leaves it empty: units stand in fct_usage_daily",
            "unit_type": "the view leaves it empty: units stand in fct_usage_daily",
        },
        never_null=("cost_date", "platform"),
    ),
    OldTable(
        "dim_users",
        _columns(
            "user_id:s email:s first_name:s last_name:s display_name:s department:s team:s manager_email:s is_active:b"
            " created_date:d updated_date:d created_by:s updated_by:s"
        ),
        row_key=(_EMAIL.format("email"),),
        platform="'all'",
        attributes=(
            "first_name",
            "last_name",
            "display_name",
            "department",
            "team",
            "manager_email",
            "is_active",
        ),
        not_compared=_WRITTEN,
        never_null=("email",),
    ),
    OldTable(
        "dim_api_keys",
        _columns(
            "api_key_id:s api_key_name:s user_email:s user_id:s platform:s workspace_id:s purpose:s is_active:b"
            " created_date:d expires_date:d notes:s updated_date:d updated_timestamp:t created_by:s updated_by:s"
        ),
        row_key=("api_key_id",),
        platform="coalesce(platform, 'none')",
        attributes=("api_key_name", "user_email", "workspace_id", "is_active", "expires_date"),
        not_compared=_WRITTEN
        | {
            "purpose": "the view leaves it empty",
            "notes": "the view leaves it empty: no source has notes",
            "updated_timestamp": "the view leaves it empty: the vendor does not say",
        },
        never_null=("api_key_id",),
    ),
)
