"""Settings of the privacy programs: what `warehouse/settings.py` reads, and what only `privacy` needs.

Every variable is listed in `.env.example` and explained in `docs/configuration.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.origin import origin_file
from warehouse.settings import WarehouseSettings, read_environment, read_warehouse_settings

ROOT = Path(__file__).resolve().parents[1]
RETENTION_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Settings(WarehouseSettings):
    """Where personal data and its copies are, and which day it is."""

    legacy_schema: str = "legacy"
    pipelines_dir: Path = Path("data/dlt")
    publish_dir: Path = Path("data/published")
    focus_dir: Path = Path("data/focus")
    target_dir: Path = Path("target")
    log_dir: Path = Path("logs")
    state_dir: Path = Path("data/state")
    privacy_key: str | None = field(default=None, repr=False)
    working_dir: Path | None = None
    """Where an erasure works on a copy of all this; None for the originals."""

    @property
    def unprefixed(self) -> tuple[str, ...]:
        """The predecessor's schema is not the project's."""
        return (self.legacy_schema,)

    @property
    def local_place(self) -> str:
        """The beginning of the names of files on this machine that belong to the warehouse."""
        return str(origin_file(self).with_suffix(""))

    @property
    def data_origin(self) -> str:
        """Whose data the warehouse holds, as `make run` noted it: sandbox or vendors."""
        noted = origin_file(self)
        return noted.read_text(encoding="utf-8").strip() if noted.exists() else "unknown"

    @property
    def file_places(self) -> tuple[Path, ...]:
        """Folders in which runs leave files that may hold personal data."""
        return (
            self.pipelines_dir,
            self.publish_dir,
            self.focus_dir,
            self.target_dir,
            self.log_dir,
        )


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Raises:
        ConfigError: A value cannot be used. The message names the variable.
    """
    env = read_environment(environ)
    return Settings(
        **read_warehouse_settings(env),
        legacy_schema=env.get("LEGACY_SCHEMA", "legacy"),
        pipelines_dir=Path(env.get("PIPELINES_DIR", "data/dlt")),
        publish_dir=Path(env.get("PUBLISH_DIR", "data/published")),
        focus_dir=Path(env.get("FOCUS_DIR", "data/focus")),
        target_dir=Path(env.get("DBT_TARGET_PATH", "target")),
        log_dir=Path(env.get("DBT_LOG_PATH", "logs")),
        state_dir=Path(env.get("STATE_DIR", "data/state")),
        privacy_key=env.get("PRIVACY_KEY"),
    )
