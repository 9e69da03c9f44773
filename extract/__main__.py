"""`python -m extract`: load vendor data into the raw tables. The manual is `--help`."""

from extract.cli import main
from warehouse.command import begin

if __name__ == "__main__":
    begin("extract", main)
