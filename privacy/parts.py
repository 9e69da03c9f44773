"""The audit logs of an installation: its own, and with `STATE_URL` those of the parts that others write (ADR 0071)."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from privacy.audit import LOG_FILE, NEWEST_FILE
from warehouse.settings import read_environment


@contextlib.contextmanager
def logs(state_dir: Path) -> Iterator[dict[str, Path]]:
    """Yield the folder of each log by the name of its part, this one's first.

    Raises:
        RemoteError: Another part's cannot be read.
    """
    if "STATE_URL" not in read_environment():
        yield {"": state_dir}
        return
    # A second of start-up that only a state elsewhere needs.
    from warehouse.remote.held import ACCESS, RUN, SERVICE, file_of

    with tempfile.TemporaryDirectory() as folder:
        found = {RUN: state_dir}
        for part in (SERVICE, ACCESS):
            here = Path(folder, part)
            here.mkdir(mode=0o700)
            found[part] = here
            # The end first, which the log may be ahead of, and never the other way round.
            for name in (NEWEST_FILE, LOG_FILE):
                content = file_of(os.environ, part, f"state/{name}")
                if content is not None:
                    (here / name).write_bytes(content)
        yield found
