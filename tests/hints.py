"""What dlt finds out about a type hint, it finds out once.

It asks of a field's hint whether it is a secret for each place where the field could be set: twenty thousand times in a load,
a tenth of the load's CPU. The answer depends on nothing but the hint.
"""

import functools
import sys

from dlt.common.configuration.specs import base_configuration


def remember() -> None:
    """Have dlt's modules ask the memory first."""
    find_out = base_configuration.is_secret_hint
    remembered = functools.cache(find_out)

    def is_secret_hint(hint: type) -> bool:
        try:
            return remembered(hint)
        except TypeError:  # a hint without a hash
            return find_out(hint)

    for module in list(sys.modules.values()):
        if vars(module).get("is_secret_hint") is find_out:
            vars(module)["is_secret_hint"] = is_secret_hint
