"""Everything of a running server that changes: world, limits, faults, tokens, counters."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date

from sandbox.server.answers import JsonObject
from sandbox.server.faults import FaultBook
from sandbox.server.limits import Limiter
from sandbox.server.options import ServerOptions
from sandbox.server.replay import Recordings
from sandbox.server.service_account import ServiceAccount
from sandbox.server.source import Days, WorldLike
from sandbox.server.tokens import PageTokens

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
    tokens: PageTokens = field(default_factory=PageTokens)
    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    log: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=_LOGGED))

    @property
    def world(self) -> WorldLike:
        """Return the world that is served."""
        return self.days.world

    def serve(self, world: WorldLike) -> None:
        """Serve another world from the next request on."""
        self.days = Days(world)

    def today(self) -> date:
        """Return the world's today as a date."""
        return self.world.as_of

    def reset(self) -> None:
        """Forget faults, counts, limits and tokens; the world stays."""
        self.faults.replace([])
        self.limiter.clear()
        self.tokens.clear()
        self.requests.clear()
        self.statuses.clear()
        self.log.clear()


def new_state(world: WorldLike, options: ServerOptions, faults: FaultBook) -> State:
    """Build the state of a server that starts now."""
    return State(
        days=Days(world),
        options=options,
        limiter=Limiter(options.rate_limit_window),
        faults=faults,
        account=ServiceAccount.new(),
        recordings=Recordings.read(options.replay) if options.replay else None,
    )
