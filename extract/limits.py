"""How much a source may take: of memory, of disk, and without end. Each limit is a setting, and a refusal names it."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.settings import positive

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """The limits of a run; the setting of `answer_mb` is LIMIT_ANSWER_MB."""

    answer_mb: int = 64
    """One answer of a vendor, unpacked, which is held in memory."""
    list_mb: int = 8_192
    """All pages of one list, which lie on disk until they are loaded."""
    pages: int = 5_000
    """Pages of one list."""
    file_mb: int = 4_096
    """One file, and what a Parquet file says that it unpacks to."""
    file_rows: int = 20_000_000
    """Rows of one file."""
    disk_mb: int = 16_384
    """What DuckDB may put on disk while a source is sorted and compared."""

    def refusal(self, what: str, name: str, unit: str) -> str:
        """Return what is said of something beyond a limit."""
        return (
            f"{what} has more than {getattr(self, name):,} {unit}, which is the limit. If that is right, set"
            f" {variable(name)} higher"
        )


def variable(name: str) -> str:
    """Return the setting of a limit."""
    return f"LIMIT_{name.upper()}"


def read_limits(environ: Mapping[str, str]) -> Limits:
    """Read the limits that are set.

    Raises:
        ConfigError: One is no whole number from 1 on.
    """
    texts = {
        "answer_mb": environ.get("LIMIT_ANSWER_MB"),
        "list_mb": environ.get("LIMIT_LIST_MB"),
        "pages": environ.get("LIMIT_PAGES"),
        "file_mb": environ.get("LIMIT_FILE_MB"),
        "file_rows": environ.get("LIMIT_FILE_ROWS"),
        "disk_mb": environ.get("LIMIT_DISK_MB"),
    }
    return Limits(
        **{name: positive(variable(name), text) for name, text in texts.items() if text is not None}
    )
