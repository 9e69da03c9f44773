"""The deterministic company: ``World`` answers as the vendors would, day by day.

Read ``world.py`` first; ``people.py`` and ``keys.py`` hold the cast of hard cases.
"""

from sandbox.world.scenario import Scenario
from sandbox.world.world import Day, World

__all__ = ["Day", "Scenario", "World"]
