"""What was worked out and may be wanted again: the latest, and no more than there is room for."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by what decides them; the one that was wanted longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()

    def find(self, key: Hashable) -> Thing | None:
        """Return what is kept under a key."""
        found = self._things.get(key)
        if found is not None:
            self._things.move_to_end(key)
        return found

    def keep(self, key: Hashable, thing: Thing) -> None:
        """Keep something."""
        self._things[key] = thing
        while len(self._things) > self._most:
            self._things.popitem(last=False)
