"""Makes the world that the options ask for."""

from typing import get_args

from sandbox.server.options import WorldOptions
from sandbox.server.source import WorldLike
from sandbox.world import Scenario, World
from sandbox.world.scenario import Shape, spike_days

SHAPES: tuple[Shape, ...] = get_args(Shape)


def make_world(options: WorldOptions) -> World:
    """Build the invented company; the same options give the same company.

    Raises:
        ValueError: The shape is unknown.
    """
    shape = next((known for known in SHAPES if known == options.shape), None)
    if shape is None:
        raise ValueError(f"unknown shape {options.shape!r}; known: {', '.join(SHAPES)}")
    scenario = Scenario(
        revision=options.revision,
        cost_lag_days=options.cost_lag_days,
        late_days=options.late_days,
        shape=shape,
        spikes=spike_days(options.as_of) if options.spike else (),
    )
    return World(options.people, options.days, options.seed, as_of=options.as_of, scenario=scenario)


def world_of(world: WorldOptions | WorldLike) -> WorldLike:
    """Return a ready world as it is, and make one from options."""
    return make_world(world) if isinstance(world, WorldOptions) else world
