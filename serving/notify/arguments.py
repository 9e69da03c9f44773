"""The arguments of `notify`, apart: what it needs takes a second to load, which no other command should wait for."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `notify`."""
    parser.add_argument("--digest", action="store_true", help="all that alarms, once a day")
    parser.add_argument(
        "--report", action="store_true", help="mail the executive report, once for each month"
    )
    parser.add_argument(
        "--month", help="YYYY-MM, with --report: that month, though it was made already"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be said; send and note nothing"
    )
