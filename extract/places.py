"""Where files may lie: a folder, or a bucket's folder by its address."""

from pathlib import Path

from warehouse.settings import ConfigError

BUCKETS = ("gs", "gcs", "s3", "s3a", "az", "abfs", "abfss", "adl", "file", "memory")
"""What packs files (zip), fetches them over a plain line (ftp) or hides another place (::) is none of them."""


def folder(name: str, text: str | None) -> Path | None:
    """Return the folder that a setting names.

    Raises:
        ConfigError: It is none.
    """
    if text is None:
        return None
    if not Path(text).is_dir():
        raise ConfigError(f"{name}: {text!r} is not a folder.")
    return Path(text)


def place_of_files(name: str, text: str | None, *, must_exist: bool = True) -> str | None:
    """Check a folder, or the address of a bucket's folder; a bucket is opened later.

    Raises:
        ConfigError: It is neither.
    """
    if text is None:
        return None
    scheme, divider, rest = text.partition("://")
    if not divider:
        return str(folder(name, text)) if must_exist else text
    if scheme not in BUCKETS or not rest:
        raise ConfigError(f"{name}: must be a folder, or a bucket like gs://bucket/folder.")
    if "@" in rest:
        raise ConfigError(f"{name}: must not hold a key; the bucket's own credentials are used.")
    return text.rstrip("/")
