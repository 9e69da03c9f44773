"""Settings of the migration: what `warehouse/settings.py` reads, and what only `migration` needs.

Every variable is listed in `.env.example` and explained in `docs/configuration.md`.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from warehouse.settings import (
    ConfigError,
    WarehouseSettings,
    read_environment,
    read_warehouse_settings,
)

OWN_SCHEMA = "migration"
NEW_SCHEMA = "compatibility"
"""Where dbt puts the models of `marts/legacy`."""

KEEP_DAYS = 30

TOLERANCE, MOST_TOLERANCE = Decimal("0.0001"), Decimal("0.01")
"""The unexplained share of a measure that passes a validation: unless another is set, and at most."""


@dataclass(frozen=True, kw_only=True)
class Settings(WarehouseSettings):
    """Where the tables are, and which day it is."""

    legacy_schema: str = "legacy"
    tolerance: Decimal = TOLERANCE

    @property
    def day(self) -> dt.date:
        """The UTC day that counts as today."""
        return self.as_of.date()

    @property
    def own_schema(self) -> str:
        """The schema or dataset with the migration's own tables and the archives."""
        return self.prefix + OWN_SCHEMA

    @property
    def new_schema(self) -> str:
        """The schema or dataset with the compatibility views."""
        return self.prefix + NEW_SCHEMA

    @property
    def unprefixed(self) -> tuple[str, ...]:
        """All schemas that the migration reads or writes: it names them whole."""
        return (self.legacy_schema, self.own_schema, self.new_schema)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    env = read_environment(environ)
    settings = Settings(
        **read_warehouse_settings(env),
        legacy_schema=env.get("LEGACY_SCHEMA", "legacy"),
        tolerance=read_tolerance("MIGRATION_TOLERANCE", env.get("MIGRATION_TOLERANCE", TOLERANCE)),
    )
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", settings.legacy_schema):
        raise ConfigError(f"LEGACY_SCHEMA: {settings.legacy_schema!r} is not a schema's name.")
    if settings.legacy_schema in (settings.own_schema, settings.new_schema):
        raise ConfigError(f"LEGACY_SCHEMA: {settings.legacy_schema!r} is a schema of this project.")
    return settings


def read_tolerance(name: str, given: str | Decimal) -> Decimal:
    """Return a tolerance.

    Raises:
        ConfigError: It is no number, or would let through what a validation is there to find.
    """
    try:
        tolerance = Decimal(given)
    except InvalidOperation:
        tolerance = Decimal("nan")
    if not tolerance.is_finite() or not 0 <= tolerance <= MOST_TOLERANCE:
        raise ConfigError(
            f"{name}: {given!s} is no share from 0 to {MOST_TOLERANCE}. What differs more needs an explanation."
        )
    return tolerance
