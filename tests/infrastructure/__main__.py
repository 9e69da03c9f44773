"""`make infra-check`: everything that can be said of `infrastructure/` without an account; exit code 1 if something is wrong."""

import sys

from tests.infrastructure.checks import CHECKS
from tests.infrastructure.extracting import PROVIDER
from tests.infrastructure.parsing import read_all


def main() -> int:
    """Print what is wrong."""
    tree = read_all()
    wrong = 0
    for name, check in CHECKS.items():
        found = list(check(tree))
        wrong += len(found)
        print(f"infra-check: {name}: {'well' if not found else f'{len(found)} wrong'}")
        for line in found:
            print(f"  {line}")
    n = len([one for one in tree.declared if one.is_of_provider])
    print(f"infra-check: {len(tree.files)} files, {n} resources, hashicorp/google {PROVIDER}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
