"""With a state elsewhere somebody has to say of each program whether it changes, reads or follows it."""

import re

import serving.__main__ as serving
from warehouse.remote.uses import CHANGE, OWN, READ


def test_every_command_of_serving_is_one_of_them() -> None:
    commands = set(re.findall(r"python -m (serving [a-z-]+)", serving.__doc__ or ""))
    assert len(commands) > 8
    assert commands == {name for name in CHANGE | READ | OWN if name.startswith("serving ")}
