"""The sandbox: an invented company behind stand-ins of the vendors' APIs.

    python -m sandbox serve --port 8765               serve until interrupted
    python -m sandbox exec -- python -m extract       serve, run a command against it, stop
    python -m sandbox truth --out FOLDER              write what a pipeline should find
    python -m sandbox tasks --out FOLDER              write the files of the company's task orchestrator
    python -m sandbox ci-events --out FOLDER          write what its CI recorded (shape delivery)

Everybody and everything in it is invented; the keys open nothing but this server. The same
options give the same company. Every option has a default from the environment: SANDBOX_PEOPLE,
SANDBOX_DAYS, SANDBOX_SEED, SANDBOX_REVISION, SANDBOX_COST_LAG_DAYS, SANDBOX_LATE_DAYS,
SANDBOX_SHAPE, SANDBOX_SPIKE, SANDBOX_EXPORT_DIR, SANDBOX_RATE_LIMIT_WINDOW, SANDBOX_REPLAY,
SANDBOX_FAULTS (several divided by ";"), and AS_OF for --as-of. Without AS_OF, today is the UTC day on which the program starts.

Faults, paging, keys and limits are described in sandbox/README.md.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox.server.faults import Fault, parse_fault
from sandbox.server.foreground import execute, serve
from sandbox.server.options import ServerOptions, WorldOptions, today
from sandbox.server.worlds import make_world
from sandbox.world.scenario import shapes_named
from warehouse.command import begin


def _day(text: str) -> date:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date") from error
    # The UTC day, as everywhere: an instant with an offset may lie on another day where it was written.
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).date()


def _fault(text: str) -> Fault:
    try:
        return parse_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _world_options(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    defaults = WorldOptions()
    options = argparse.ArgumentParser(add_help=False)
    company = options.add_argument_group("the company")
    for name, meaning in (
        ("people", "size of the company"),
        ("days", "days of history up to --as-of"),
        ("seed", "another seed is another company"),
        ("revision", "past days as restated for the n-th time"),
        ("cost_lag_days", "newest days that the bill does not have yet"),
        ("late_days", "newest days of which some usage has not arrived"),
    ):
        company.add_argument(
            f"--{name.replace('_', '-')}",
            type=int,
            metavar="N",
            default=environment.get(f"SANDBOX_{name.upper()}", str(getattr(defaults, name))),
            help=f"{meaning} (default: %(default)s)",
        )
    company.add_argument(
        "--shape",
        metavar="NAME[,NAME]",
        default=environment.get("SANDBOX_SHAPE", defaults.shape),
        help="what is unusual but legal about the organisation, see sandbox/world/scenario.py "
        "(default: %(default)s)",
    )
    company.add_argument(
        "--spike",
        action="store_true",
        default=environment.get("SANDBOX_SPIKE", "0") not in ("", "0"),
        help="plant two days on which one platform's spend is about four times the usual",
    )
    company.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        default=environment.get("AS_OF") or today().isoformat(),
        help="today in the company (default: AS_OF, else today in UTC)",
    )
    return options


def _server_options(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    server = options.add_argument_group("the server")
    server.add_argument(
        "--rate-limit-window",
        type=float,
        metavar="SECONDS",
        default=environment.get("SANDBOX_RATE_LIMIT_WINDOW"),
        help="length of the window in which requests are counted; 0 switches limits off "
        "(default: 60 as at the vendors, with exec 1)",
    )
    server.add_argument(
        "--fault",
        type=_fault,
        action="append",
        dest="faults",
        metavar="'endpoint=… kind=… rate=…'",
        help="a fault to start with; may be given several times",
    )
    server.add_argument(
        "--replay",
        type=Path,
        metavar="FOLDER",
        default=environment.get("SANDBOX_REPLAY"),
        help="serve the recorded answers of a folder instead of the company",
    )
    server.add_argument(
        "--export-dir",
        type=Path,
        metavar="FOLDER",
        default=environment.get("SANDBOX_EXPORT_DIR") or None,
        help="where the exports of claude.ai are written (default: a folder that goes with "
        "the server)",
    )
    server.add_argument(
        "--port", type=int, default=0, help="loopback port (default: 0, a free one)"
    )
    return options


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="action", required=True)
    world, server = _world_options(environment), _server_options(environment)
    commands.add_parser("serve", parents=[world, server], help="serve until interrupted")
    run = commands.add_parser(
        "exec", parents=[world, server], help="run a command against a server of its own"
    )
    run.add_argument("command", nargs=argparse.REMAINDER, help="-- command and its arguments")
    truth = commands.add_parser("truth", parents=[world], help="write the truth of the company")
    tasks = commands.add_parser("tasks", parents=[world], help="write the orchestrator's files")
    events = commands.add_parser("ci-events", parents=[world], help="write what CI recorded")
    for writes in (truth, tasks, events):
        writes.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    return parser


def _faults(given: list[Fault] | None, environment: Mapping[str, str]) -> list[Fault]:
    if given is not None:
        return given
    texts = environment.get("SANDBOX_FAULTS", "").split(";")
    return [parse_fault(text) for text in texts if text.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = _parser(os.environ)
    args = parser.parse_args(arguments)
    try:
        shapes_named(args.shape)
    except ValueError as error:
        parser.error(f"SANDBOX_SHAPE: {error}")
    world = WorldOptions(
        people=args.people,
        days=args.days,
        seed=args.seed,
        as_of=args.as_of,
        revision=args.revision,
        cost_lag_days=args.cost_lag_days,
        late_days=args.late_days,
        shape=args.shape,
        spike=args.spike,
    )
    if args.action == "truth":
        from sandbox.truth import write_truth

        write_truth(make_world(world), args.out)
        return 0
    if args.action == "tasks":
        from sandbox.task_files import write_task_files

        write_task_files(make_world(world), args.out)
        return 0
    if args.action == "ci-events":
        from sandbox.ci_files import write_ci_files

        write_ci_files(make_world(world), args.out)
        return 0
    try:
        faults = _faults(args.faults, os.environ)
    except ValueError as error:
        parser.error(f"SANDBOX_FAULTS: {error}")
    window = args.rate_limit_window
    if window is None:
        window = 1.0 if args.action == "exec" else 60.0
    options = ServerOptions(
        rate_limit_window=window or 60.0, rate_limits=window > 0, replay=args.replay
    )
    if args.action == "serve":
        return serve(world, options, faults, args.port, args.export_dir)
    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not command:
        parser.error("exec needs a command: python -m sandbox exec -- command …")
    return execute(world, options, faults, args.port, command, args.export_dir)


if __name__ == "__main__":
    begin("sandbox", main)
