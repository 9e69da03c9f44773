"""What processes take, read from `/proc`: of one that was started, and of all that it started."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process_id: int) -> float:
    """Return the CPU seconds of a process and of everything below it, also of what has ended and was waited for."""
    fields = _fields(process_id)
    if fields is None:
        return 0.0
    # utime, stime, cutime, cstime: man 5 proc_pid_stat
    own = sum(int(one) for one in fields[11:15]) / _TICKS
    return own + sum(cpu_seconds(child) for child in _children(process_id))


def _children(process_id: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            found += [int(one) for one in task.read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
    return found


def _fields(process_id: int) -> list[str] | None:
    """Return what stands behind the program's name, which may hold spaces."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
