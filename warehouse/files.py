"""Files as DuckDB reads them: each by its own name, and nothing is data but what stands in it.

Left alone, DuckDB takes `organization_id=org-2` in a path for a column that overrules the file's own, and `*.parquet` for all
files beside it, though somebody named a file so.
"""

import re
from collections.abc import Iterable
from pathlib import Path

NO_FOLDERS = "hive_partitioning = false"
"""An option of every function that reads files: the names of folders are no columns."""
_PATTERN = re.compile(r"[*?\[]")


def one_file(path: Path | str) -> str:
    """Return the literal of one file's path, which is no pattern whatever its name is."""
    text = path.as_posix() if isinstance(path, Path) else path
    return literal(_PATTERN.sub(r"[\g<0>]", text))


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def parquet(path: Path | str, *options: str) -> str:
    """Return the relation that one Parquet file is."""
    return f"read_parquet({', '.join((one_file(path), NO_FOLDERS, *options))})"


def parquet_files(paths: Iterable[Path]) -> str:
    """Return the relation that some Parquet files are together."""
    return f"read_parquet([{', '.join(map(one_file, paths))}], {NO_FOLDERS})"


def parquet_folder(folder: Path, *options: str) -> str:
    """Return the relation that the Parquet files of a folder of ours are together."""
    inside = _PATTERN.sub(r"[\g<0>]", folder.as_posix())
    return f"read_parquet({', '.join((literal(inside + '/*.parquet'), NO_FOLDERS, *options))})"
