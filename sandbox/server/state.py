"""Everything of a running server that changes: world, limits, faults, tokens, counters."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sandbox.ci_files import write_ci_files
from sandbox.exports import write_exports
from sandbox.server.answers import JsonObject
from sandbox.server.faults import FaultBook
from sandbox.server.github_site import Site
from sandbox.server.limits import Limiter
from sandbox.server.options import ServerOptions
from sandbox.server.replay import Recordings
from sandbox.server.service_account import ServiceAccount
from sandbox.server.source import Days, WorldLike
from sandbox.server.tokens import PageTokens
from sandbox.task_files import write_task_files
from sandbox.world import World

_LOGGED = 10_000


@dataclass
class State:
    """State of one running server; the event loop is its only writer."""

    days: Days
    options: ServerOptions
    limiter: Limiter
    faults: FaultBook
    account: ServiceAccount
    recordings: Recordings | None = None
    export_dir: Path | None = None
    task_dir: Path | None = None
    ci_dir: Path | None = None
    tokens: PageTokens = field(default_factory=PageTokens)
    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    site: Site | None = None
    log: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=_LOGGED))

    @property
    def world(self) -> WorldLike:
        """Return the world that is served."""
        return self.days.world

    def serve(self, world: WorldLike) -> None:
        """Serve another world from the next request on, and write its exports and what it leaves in folders."""
        self.days = Days(world)
        self.site = site_of(world)
        self.export()
        self.write_tasks()
        self.write_ci_events()

    def export(self) -> list[Path]:
        """Write the exports of claude.ai as they would be downloaded now; recordings have none."""
        if self.export_dir is None or self.recordings is not None:
            return []
        return write_exports(
            self.world,
            self.export_dir,
            malformed=lambda: self.faults.spoils_export("claude_ai.audit_log"),
        )

    def write_tasks(self) -> list[Path]:
        """Write what the orchestrator has written by now; only a whole company has one."""
        world = self.world
        if self.task_dir is None or self.recordings is not None or not isinstance(world, World):
            return []
        return write_task_files(
            world,
            self.task_dir,
            fault=lambda table: self.faults.export_fault(f"orchestrator.{table}"),
        )

    def write_ci_events(self) -> list[Path]:
        """Write what CI has recorded by now; only a whole company has one."""
        world = self.world
        if self.ci_dir is None or self.recordings is not None or not isinstance(world, World):
            return []
        return write_ci_files(
            world,
            self.ci_dir,
            fault=lambda table: self.faults.export_fault(f"dev_events.{table}"),
        )

    def records(self, vendor: str) -> bool:
        """Say whether a vendor's endpoints can be answered: always, unless from recordings."""
        return self.recordings is None or self.recordings.knows(vendor)

    def today(self) -> date:
        """Return the world's today as a date."""
        return self.world.as_of

    def reset(self) -> None:
        """Forget faults, what they changed, counts, limits and tokens; the world stays."""
        self.site = site_of(self.world)
        self.faults.replace([])
        self.limiter.clear()
        self.tokens.clear()
        self.requests.clear()
        self.statuses.clear()
        self.log.clear()


def site_of(world: WorldLike) -> Site | None:
    """Return GitHub of a company whose delivery can be seen."""
    delivery = world.delivery if isinstance(world, World) else None
    return Site(delivery) if delivery else None


def new_state(world: WorldLike, options: ServerOptions, faults: FaultBook) -> State:
    """Build the state of a server that starts now."""
    return State(
        days=Days(world),
        site=site_of(world),
        options=options,
        limiter=Limiter(options.rate_limit_window),
        faults=faults,
        account=ServiceAccount.new(),
        recordings=Recordings.read(options.replay) if options.replay else None,
    )
