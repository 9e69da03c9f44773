"""Settings of Metabase, from the environment (`docs/configuration.md`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.addresses import safe_address
from warehouse.settings import (
    ConfigError,
    WarehouseSettings,
    read_environment,
    read_warehouse_settings,
)


@dataclass(frozen=True, kw_only=True)
class MetabaseSettings(WarehouseSettings):
    """Where Metabase is and what it may read."""

    publish_dir: Path
    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    database: str = "AI usage"
    collection: str = "AI usage"
    published_dir: str = ""
    """`publish_dir` as Metabase sees it, for DuckDB."""
    bigquery_key: Path | None = None
    billing_project: str | None = None
    subscribers: tuple[str, ...] = ()
    creator: str = "analytics@example.com"


def read_settings(environ: Mapping[str, str] | None = None) -> MetabaseSettings:
    """Read and check the environment.

    Raises:
        ConfigError: A value cannot be used; the message names the variable.
    """
    env = read_environment(environ)
    publish_dir = Path(env.get("PUBLISH_DIR", "data/published"))
    key = env.get("METABASE_BIGQUERY_KEY")
    url = env.get("METABASE_URL")
    if url:
        safe_address("METABASE_URL", url, env)
    subscribers = [one.strip() for one in env.get("METABASE_SUBSCRIBERS", "").split(",")]
    if any(one and "@" not in one for one in subscribers):
        raise ConfigError("METABASE_SUBSCRIBERS: e-mail addresses, separated by commas.")
    return MetabaseSettings(
        **read_warehouse_settings(env),
        publish_dir=publish_dir,
        url=url,
        api_key=env.get("METABASE_API_KEY"),
        database=env.get("METABASE_DATABASE", "AI usage"),
        collection=env.get("METABASE_COLLECTION", "AI usage"),
        published_dir=env.get("METABASE_PUBLISHED_DIR", str(publish_dir.resolve())),
        bigquery_key=Path(key) if key else None,
        billing_project=env.get("METABASE_BILLING_PROJECT"),
        subscribers=tuple(sorted(one for one in subscribers if one)),
        creator=env.get("METABASE_CREATOR", "analytics@example.com"),
    )
