"""How many examples a property is tried with: a number of each test's own, and many times that at night (`make proofs`)."""

import os


def examples(number: int) -> int:
    """Return how many examples to try where `make test` tries this many."""
    return number * int(os.environ.get("PROOFS_EXAMPLES_FACTOR", "1"))
