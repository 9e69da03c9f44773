"""`python -m extract`: load vendor data into the raw tables. The manual is `--help`."""

import sys

from extract.cli import main

if __name__ == "__main__":
    sys.exit(main())
