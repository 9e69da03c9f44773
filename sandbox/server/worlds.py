"""Makes the world that the options ask for."""

from sandbox.server.options import WorldOptions
from sandbox.server.source import WorldLike
from sandbox.world import Scenario, World
from sandbox.world.scenario import shapes_named, spike_days


def make_world(options: WorldOptions) -> World:
    """Build the invented company; the same options give the same company.

    Raises:
        ValueError: A shape is unknown.
    """
    scenario = Scenario(
        revision=options.revision,
        cost_lag_days=options.cost_lag_days,
        late_days=options.late_days,
        shapes=shapes_named(options.shape),
        spikes=spike_days(options.as_of) if options.spike else (),
    )
    return World(options.people, options.days, options.seed, as_of=options.as_of, scenario=scenario)


def world_of(world: WorldOptions | WorldLike) -> WorldLike:
    """Return a ready world as it is, and make one from options."""
    return make_world(world) if isinstance(world, WorldOptions) else world
