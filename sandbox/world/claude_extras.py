"""What is on Anthropic's bill and in no usage report: code that runs, managed agents, and what the vendor gives back."""

from collections.abc import Iterator
from typing import NamedTuple

from sandbox.world import seeded_hash
from sandbox.world.keys import KeyRing


class Extra(NamedTuple):
    """Something on the bill that no usage report shows."""

    workspace_id: str | None
    cost_type: str
    description: str
    pico: int


def extras(seed: int, ordinal: int, ring: KeyRing, *, credited: bool) -> Iterator[Extra]:
    """Yield the day's lines without usage; with ``credited`` also what the vendor gives back."""
    yield from _run(seed, ordinal, ring)
    if credited:
        yield from _given_back(seed, ordinal, ring)


def _run(seed: int, ordinal: int, ring: KeyRing) -> Iterator[Extra]:
    rng = seeded_hash.stream(seed, ordinal, "extras")
    run, talk = rng.random(), rng.random()
    if run < 0.5:
        hours = 1 + int(run * 40)
        yield Extra(
            ring.workspaces.atlas, "code_execution", "Code Execution Usage", hours * 5 * 10**10
        )
    if talk < 0.4:
        minutes = 30 + int(talk * 900)
        yield Extra(
            ring.workspaces.beacon,
            "session_usage",
            "Managed Agent Session Usage",
            minutes * 125 * 10**7,
        )


def _given_back(seed: int, ordinal: int, ring: KeyRing) -> Iterator[Extra]:
    """Yield credits: some days a little, now and then more than the day costs."""
    roll = seeded_hash.stream(seed, ordinal, "credits").random()
    if roll < 0.4:
        pico = -(1 + int(roll * 30)) * 7 * 10**9
        yield Extra(ring.workspaces.atlas, "code_execution", "Code Execution Credit", pico)
    if roll < 0.15:
        yield Extra(None, "session_usage", "Goodwill Credit", -500 * 10**12)
