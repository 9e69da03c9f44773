"""Files that only their owner may read."""

import os
from pathlib import Path

from warehouse.remote.checkpoints import settle


def write_private(path: Path, content: str | bytes) -> None:
    """Replace a file that only its owner may read, in one step; it lasts when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    settle()
