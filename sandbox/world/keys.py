"""Workspaces and API keys: which exist, who really stands behind them, what the vendors' lists say.

Personal Claude Code keys follow the people. Product keys are a cast of their own: each plays one
way in which ownership can be known, contested or lost (see ``ProductKey.case``).
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from string import ascii_lowercase

from sandbox.world import seeded_hash
from sandbox.world.people import FOUNDED, Person, Roster
from sandbox.world.scenario import Scenario

HANDOVER_DAYS = 60
RENAME_DAYS = 75
AGENT_KEY_NAME = "ci-agent"
SPIKE_DAYS = 70


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Ids of the workspaces; the default workspace is ``None`` in usage and bills."""

    default_id: str
    claude_code: str
    atlas: str
    beacon: str
    solo: str


@dataclass(frozen=True, slots=True)
class Habit:
    """One recurring kind of usage of a product key."""

    model: str
    tier: str = "standard"
    context: str = "0-200k"
    geo: str = "global"
    chance: float = 0.9
    scale: float = 1.0
    searches: float = 0.0
    billed: bool = True


@dataclass(frozen=True, slots=True)
class ProductKey:
    """A key of a product, a pipeline or an experiment.

    Attributes:
        case: The hard case that the key plays.
        owner: Who really stands behind it; None if nobody does. See ``owner_on`` for handovers.
        listed: Whether the vendor's list of keys still has it.
        creator: The person whom the vendor names as creator, if any.
    """

    case: str
    key_id: str
    name: str
    workspace: str | None
    owner: Person | None
    second: Person | None
    creator: Person | None
    listed: bool
    service_account: str | None
    habits: tuple[Habit, ...]
    weekends: bool = False

    def owner_on(self, ordinal: int) -> Person | None:
        """Return who stands behind the key on a day; handed-over keys swap every 60 days."""
        if self.case == "handover" and (ordinal - FOUNDED) // HANDOVER_DAYS % 2:
            return self.second
        return self.owner

    def name_on(self, ordinal: int) -> str:
        """Return the key's name on a day; the renamed key gets a new version every 75 days."""
        if self.case == "renamed":
            return f"{self.name}-v{(ordinal - FOUNDED) // RENAME_DAYS + 1}"
        return self.name


class KeyRing:
    """The workspaces, the product keys and the naming of personal keys of one organisation."""

    def __init__(self, seed: int, roster: Roster, scenario: Scenario) -> None:
        """Cut the product keys; larger companies get one more mapped key per twenty people."""
        self.seed, self.roster, self.scenario = seed, roster, scenario
        self.workspaces = Workspaces(
            default_id=seeded_hash.identifier("wrkspc", seed, "default"),
            claude_code=seeded_hash.identifier("wrkspc", seed, "claude code"),
            atlas=seeded_hash.identifier("wrkspc", seed, "atlas"),
            beacon=seeded_hash.identifier("wrkspc", seed, "beacon"),
            solo=seeded_hash.identifier("wrkspc", seed, "solo"),
        )
        self.sole_member = roster.lasting(9)
        self.federated_account = seeded_hash.identifier("svac", seed, "federated")
        self.cursor_account = seeded_hash.identifier("svac", seed, "cursor").replace(
            "svac_01", "sa_"
        )
        self.product_keys = tuple(self._shaped(key) for key in self._cut())
        self.agent_key = next(key for key in self.product_keys if key.case == "agent")

    def personal_key_name(self, person: Person) -> str:
        """Return the name of a person's Claude Code key; chair 10's says nothing."""
        if person.slot == 10:
            return f"lab-bench-{person.serial}"
        tail = seeded_hash.number(self.seed, person.serial, "key tail")
        letters = "".join(ascii_lowercase[tail // 26**place % 26] for place in range(4))
        local = person.email.partition("@")[0]
        return f"claude_code_key_{local}_{letters}"

    def personal_key_workspace(self, person: Person) -> str | None:
        """Return where a person's Claude Code key lives: two of the cast are in odd places."""
        if person.slot == 8:
            return None
        return self.workspaces.atlas if person.slot == 10 else self.workspaces.claude_code

    def spike(self, ordinal: int) -> tuple[str, str, date, date]:
        """Return id, name, first day and archival day of the quarter's short-lived workspace."""
        day = date.fromordinal(ordinal)
        return _spike(self.seed, day.year, (day.month - 1) // 3 + 1)

    def _shaped(self, key: ProductKey) -> ProductKey:
        if key.case == "agent":
            return key
        if self.scenario.has("ghost_key"):
            return replace(key, listed=False)
        if self.scenario.has("equal_key_names"):
            return replace(key, name="default")
        return key

    def _cut(self) -> list[ProductKey]:
        spaces, person = self.workspaces, self.roster.lasting
        sonnet, haiku, opus = "claude-sonnet-5", "claude-haiku-4-5", "claude-opus-5"

        def key(case: str, name: str, workspace: str | None, *habits: Habit) -> ProductKey:
            return ProductKey(
                case=case,
                key_id=seeded_hash.identifier("apikey", self.seed, case, name),
                name=name,
                workspace=workspace,
                owner=None,
                second=None,
                creator=None,
                listed=True,
                service_account=None,
                habits=habits,
            )

        cut = [
            replace(
                key(
                    "mapped",
                    "atlas-search",
                    spaces.atlas,
                    Habit(sonnet, searches=30, scale=3),
                    Habit(sonnet, geo="us", chance=0.7, scale=2),
                    Habit("claude-sonnet-4-5", geo="not_available", chance=0.6),
                    Habit("claude-sonnet-4-5", context="200k-1M", geo="not_available", chance=0.6),
                ),
                owner=person(15),
                creator=person(0),
            ),
            replace(
                key("handover", "beacon-summaries", spaces.beacon, Habit(haiku, scale=4)),
                owner=person(16),
                second=person(17),
                creator=person(0),
            ),
            replace(
                key("conflict", "atlas-labels", spaces.atlas, Habit(haiku, scale=2)),
                owner=person(18),
                second=person(19),
                creator=person(0),
            ),
            replace(
                key("by_name", "beacon-translate", spaces.beacon, Habit(sonnet, chance=0.8)),
                owner=person(20),
            ),
            replace(
                key("creator_only", "quick-test", None, Habit(haiku, chance=0.7)),
                owner=person(21),
                creator=person(21),
            ),
            key(
                "orphan",
                "legacy-import",
                spaces.beacon,
                Habit("claude-3-haiku-20240307", geo="not_available"),
            ),
            replace(
                key("sole_member", "notebook", spaces.solo, Habit(opus, chance=0.6)),
                owner=self.sole_member,
            ),
            replace(
                key("service_account", "deploy-notes", spaces.atlas, Habit(haiku, chance=0.8)),
                service_account=seeded_hash.identifier("svac", self.seed, "deploy"),
            ),
            replace(
                key("ghost", "deleted", spaces.beacon, Habit(sonnet, chance=0.6)), listed=False
            ),
            replace(
                key(
                    "batch",
                    "night-batch",
                    spaces.beacon,
                    Habit(sonnet, tier="batch", scale=8),
                    Habit("claude-opus-4-8", tier="batch", chance=0.5, scale=2),
                ),
                owner=person(22),
                creator=person(22),
            ),
            replace(
                key(
                    "priority",
                    "checkout-assistant",
                    spaces.atlas,
                    Habit(opus, tier="priority", scale=2),
                    Habit(opus, chance=0.8),
                ),
                owner=person(24),
                creator=person(0),
            ),
            replace(
                key(
                    "blocked",
                    "load-test",
                    spaces.beacon,
                    Habit("claude-opus-4-1", geo="not_available", chance=0.5, billed=False),
                ),
                owner=person(25),
                creator=person(25),
            ),
            replace(
                key("renamed", "mobile-review", spaces.atlas, Habit("claude-sonnet-4-6", geo="us")),
                owner=person(26),
                creator=person(0),
            ),
            replace(
                key("shared_ci", "ci-shared", None, Habit(haiku, scale=5), Habit(sonnet)),
                owner=person(1),
                creator=person(0),
                weekends=True,
            ),
            key("same_name", AGENT_KEY_NAME, spaces.atlas, Habit(haiku, chance=0.5)),
            key("agent", AGENT_KEY_NAME, spaces.claude_code),
            key("spike", "spike", None, Habit("claude-opus-4-7", chance=0.8)),
        ]
        for number in range(self.roster.people // 20 - 1):
            habit = Habit((sonnet, haiku, opus)[number % 3], chance=0.8, scale=1 + number % 3)
            space = (spaces.atlas, spaces.beacon)[number % 2]
            extra = key("extra", f"service-{number:03d}", space, habit)
            cut.append(replace(extra, owner=person(15 + number * 19), creator=person(0)))
        return cut


@lru_cache(maxsize=64)
def _spike(seed: int, year: int, quarter: int) -> tuple[str, str, date, date]:
    name = f"Spike {year}Q{quarter}"
    first = date(year, 3 * quarter - 2, 1)
    archived = date.fromordinal(first.toordinal() + SPIKE_DAYS)
    return seeded_hash.identifier("wrkspc", seed, name), name, first, archived
