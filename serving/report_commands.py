"""`python -m serving report`: the executive report of one month as a file, or as several."""

import argparse
from collections.abc import Callable
from pathlib import Path

from serving.config import Settings
from serving.published_view import open_published
from serving.report.page import draw
from serving.report.reading import Scope
from serving.report.report import NoReportError, Report, chosen, make
from serving.report.tables import as_csv, as_json

_FORMATS: dict[str, Callable[[Report], bytes]] = {
    ".pdf": draw,
    ".png": lambda report: draw(report, "png"),
    ".csv": as_csv,
    ".json": as_json,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `report`."""
    parser.add_argument("--month", help="YYYY-MM; without it the newest month that has ended")
    parser.add_argument("--organization", help="one alone; without it all together")
    parser.add_argument(
        "--out",
        action="append",
        type=_file,
        metavar="FILE",
        help=f"{', '.join(_FORMATS)}; may be repeated (data/reports/executive-MONTH.pdf, .csv and .json)",
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the report and return the exit code."""
    view = open_published(settings)
    name = arguments.organization
    if name is not None and name not in view.organizations:
        raise NoReportError(f"--organization: there are no tasks of {name!r}")
    # Whoever may run this reads the folder anyway.
    scope = Scope(name, is_whole_company=True)
    try:
        month = chosen(view, scope, arguments.month)
    except NoReportError as error:
        raise NoReportError(f"--month: {error}") from error
    report = make(view, scope, month)
    for path in arguments.out or _usual(report):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_FORMATS[path.suffix](report))
        print(f"report: {path}")
    print(f"report: {report['report.headline'].text}")
    return 0


def _usual(report: Report) -> list[Path]:
    folder = Path("data/reports")
    return [folder / f"executive-{report.month}{suffix}" for suffix in (".pdf", ".csv", ".json")]


def _file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in _FORMATS:
        raise argparse.ArgumentTypeError(f"a file that ends with {', '.join(_FORMATS)}")
    return path
