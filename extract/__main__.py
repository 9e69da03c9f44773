"""`python -m extract`: load vendor data into the raw tables. The manual is `--help`."""

import sys

from extract.cli import main
from warehouse.private import for_the_owner_only

if __name__ == "__main__":
    for_the_owner_only()
    sys.exit(main())
