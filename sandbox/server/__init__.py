"""The vendors' APIs, imitated by one ASGI program on one loopback port.

`running(WorldOptions(people=5, days=10), faults=["endpoint=cost_report kind=http_500 times=1"])`
is a context manager that serves a world in a thread and yields base URLs and environment. The
command line is `python -m sandbox --help`; what is imitated and what is not: `sandbox/README.md`.
"""

from sandbox.server.faults import KINDS, Fault, parse_fault
from sandbox.server.options import ServerOptions, WorldOptions
from sandbox.server.running import Running, running

__all__ = [
    "KINDS",
    "Fault",
    "Running",
    "ServerOptions",
    "WorldOptions",
    "parse_fault",
    "running",
]
