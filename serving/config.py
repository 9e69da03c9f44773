"""Settings of the serving programs: what `warehouse/settings.py` reads, and what only `serving` needs.

Every variable is listed in `.env.example` and explained in `docs/configuration.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from serving.door.limits import Limits, read_limits
from warehouse.addresses import safe_address
from warehouse.origin import held_origin
from warehouse.settings import (
    ConfigError,
    WarehouseSettings,
    positive,
    read_environment,
    read_warehouse_settings,
)

SERVED_SCHEMAS = ("marts", "metrics", "quality")
"""Schemas whose tables are published; a schema that does not exist has nothing to publish."""


@dataclass(frozen=True)
class OpenIdConnect:
    """The provider of single sign-on."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    groups: Path
    """The file that says what which group may see."""


@dataclass(frozen=True, kw_only=True)
class Settings(WarehouseSettings):
    """What the serving programs need to know."""

    publish_dir: Path = Path("data/published")
    publish_keep: int = 5
    focus_dir: Path = Path("data/focus")
    data_origin: str = "unknown"
    dbt_target_dir: Path = Path("target")
    state_dir: Path = Path("data/state")
    privacy_key: str | None = field(default=None, repr=False)
    api_host: str = "127.0.0.1"
    api_port: int = 8000
    api_rate_per_minute: int = 120_000
    api_request_seconds: int = 10
    api_public_url: str | None = None
    boards_ahead: bool = True
    limits: Limits = field(default_factory=Limits)
    session_hours: int = 12
    session_idle_minutes: int = 120
    oidc: OpenIdConnect | None = None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    env = read_environment(environ)
    found = read_warehouse_settings(env)
    return Settings(
        **found,
        publish_dir=Path(env.get("PUBLISH_DIR", "data/published")),
        publish_keep=positive("PUBLISH_KEEP", env.get("PUBLISH_KEEP", "5")),
        focus_dir=Path(env.get("FOCUS_DIR", "data/focus")),
        data_origin=env.get("DATA_ORIGIN") or held_origin(WarehouseSettings(**found)) or "unknown",
        dbt_target_dir=Path(env.get("DBT_TARGET_PATH", "target")),
        state_dir=Path(env.get("STATE_DIR", "data/state")),
        privacy_key=env.get("PRIVACY_KEY"),
        api_host=env.get("API_HOST", "127.0.0.1"),
        api_port=positive("API_PORT", env.get("API_PORT", "8000")),
        api_rate_per_minute=positive(
            "API_RATE_PER_MINUTE", env.get("API_RATE_PER_MINUTE", "120000")
        ),
        api_request_seconds=positive("API_REQUEST_SECONDS", env.get("API_REQUEST_SECONDS", "10")),
        api_public_url=_origin("API_PUBLIC_URL", env.get("API_PUBLIC_URL")),
        boards_ahead=_yes_or_no("BOARDS_AHEAD", env.get("BOARDS_AHEAD", "true")),
        limits=read_limits(env),
        session_hours=positive("SESSION_HOURS", env.get("SESSION_HOURS", "12")),
        session_idle_minutes=positive(
            "SESSION_IDLE_MINUTES", env.get("SESSION_IDLE_MINUTES", "120")
        ),
        oidc=_open_id_connect(
            {
                "OIDC_ISSUER": env.get("OIDC_ISSUER"),
                "OIDC_CLIENT_ID": env.get("OIDC_CLIENT_ID"),
                "OIDC_CLIENT_SECRET": env.get("OIDC_CLIENT_SECRET"),
                "OIDC_GROUPS": env.get("OIDC_GROUPS"),
            }
        ),
    )


def _open_id_connect(given: Mapping[str, str | None]) -> OpenIdConnect | None:
    """Return single sign-on when all of it is there, nothing when nothing is."""
    missing = [name for name, text in given.items() if not text]
    if len(missing) == len(given):
        return None
    if missing:
        raise ConfigError(f"{missing[0]}: single sign-on needs it beside the others.")
    issuer, client_id, secret, groups = (text or "" for text in given.values())
    safe_address("OIDC_ISSUER", issuer, {})
    return OpenIdConnect(issuer, client_id, secret, Path(groups))


def _origin(name: str, text: str | None) -> str | None:
    """Return scheme and host as browsers write them, or nothing."""
    if not text:
        return None
    parts = urlsplit(text.lower())
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise ConfigError(f"{name}: {text!r} is not https://host, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def _yes_or_no(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise ConfigError(f"{name}: {text!r} is neither true nor false.")
    return text == "true"
