"""What processes take, read from `/proc`: of one that was started, and of all that it started."""

import os
from pathlib import Path
from typing import Literal

_TICKS = os.sysconf("SC_CLK_TCK")


def own_cpu_seconds(process_id: int) -> float:
    """Return the CPU seconds of a process alone."""
    fields = _fields(process_id)
    return 0.0 if fields is None else sum(int(one) for one in fields[11:13]) / _TICKS


def cpu_seconds(process_id: int) -> float:
    """Return the CPU seconds of a process and of everything below it, also of what has ended and was waited for."""
    fields = _fields(process_id)
    if fields is None:
        return 0.0
    # utime, stime, cutime, cstime: man 5 proc_pid_stat
    own = sum(int(one) for one in fields[11:15]) / _TICKS
    return own + sum(cpu_seconds(child) for child in _children(process_id))


def memory_mib(pid: int, of: Literal["VmHWM", "VmRSS"]) -> int:
    """Return the most that a process has had in memory (`VmHWM`), or what it has now (`VmRSS`); 0 where only Linux tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(fields[of].split()[0]) // 1_024


def tree_mib(process_id: int) -> int:
    """Return what a process and everything below it have in memory now."""
    try:
        own = memory_mib(process_id, "VmRSS")
    except (OSError, KeyError):  # it has ended meanwhile
        return 0
    return own + sum(tree_mib(child) for child in _children(process_id))


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
