"""`python -m serving explain`, `spot-check` and `worklist`: how an amount came to be, and whose it might be, on the terminal."""

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence

import duckdb

from serving.api.view import View
from serving.config import Settings
from serving.explain import figures, ledger, tasks
from serving.explain import worklist as worklists
from serving.explain.explanation import Explained
from serving.explain.figures import FigureExplanation
from serving.explain.reading import OF_TASKS, OF_THE_LEDGER, NothingFoundError, rows
from serving.published_view import open_published
from warehouse.exit_codes import Exit
from warehouse.snapshot import SnapshotError

_KINDS: dict[str, Callable[[duckdb.DuckDBPyConnection, Sequence[str]], Sequence[Explained]]] = {
    "ledger_row": ledger.explain,
    "task": tasks.explain,
}


def add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `explain`."""
    parser.add_argument(
        "what",
        nargs="+",
        help="spend_id of a row of the ledger, or task_id; with --mart column=value, so many that one row has them",
    )
    parser.add_argument("--mart", help="explain a figure: which rows of the ledger it adds up")
    parser.add_argument("--json", action="store_true", help="for programs, with all columns")


def add_spot_check_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `spot-check`."""
    parser.add_argument("number", type=_at_least_one, help="how many")
    parser.add_argument(
        "--of", choices=(*_KINDS, "both"), default="both", help="rows of the ledger, tasks, or both"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another choice (1)")
    parser.add_argument("--json", action="store_true", help="for programs, with all columns")


def add_worklist_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `worklist`."""
    parser.add_argument(
        "--days", type=_at_least_one, default=30, help="newest days of the ledger (30)"
    )
    parser.add_argument("--tab", choices=worklists.TABS, help="only what is pasted into this tab")
    parser.add_argument("--json", action="store_true", help="for programs")


def worklist(settings: Settings, arguments: argparse.Namespace) -> int:
    """Say whom nobody knows yet, the dearest first."""
    view = opened(settings)
    found = worklists.make(view.cursor(), arguments.days)
    if arguments.tab:
        print(found.tab(arguments.tab), end="")
    elif arguments.json:
        print(json.dumps({**found.as_fields(), **_snapshot(view)}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(found.lines()))
    return 0


def explain(settings: Settings, arguments: argparse.Namespace) -> int:
    """Explain one amount and return the exit code."""
    view = opened(settings)
    found = _asked(view, arguments.mart, arguments.what)
    if arguments.json:
        print(json.dumps({**found.as_fields(), **_snapshot(view)}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(found.lines()))
        print(f"  published as snapshot {view.snapshot_id}, as of {view.as_of}")
    return Exit.WELL if found.comes_out else Exit.FINDINGS


def spot_check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Explain some amounts, chosen by the seed, and return the exit code."""
    view = opened(settings)
    cursor = view.cursor()
    chosen = _chosen(view, arguments.of, arguments.number, arguments.seed)
    explained: dict[str, Explained] = {}
    for kind, explaining in _KINDS.items():
        keys = [key for of_kind, key in chosen if of_kind == kind]
        explained |= {one.key: one for one in (explaining(cursor, keys) if keys else ())}
    found = [explained[key] for _, key in chosen]
    if arguments.json:
        content = {"checks": [one.as_fields() for one in found], **_snapshot(view)}
        print(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        print("\n".join(_compact(found)))
        n_wrong = sum(not one.comes_out for one in found)
        verdict = "all come out" if not n_wrong else f"{n_wrong} DO NOT COME OUT"
        print(
            f"{len(found)} checked with seed {arguments.seed}: {verdict}; snapshot {view.snapshot_id}"
        )
    return Exit.WELL if all(one.comes_out for one in found) else Exit.FINDINGS


def opened(settings: Settings) -> View:
    """Open what is published, with everybody hidden who asked to be erased."""
    view = open_published(settings)
    missing = [table for table in OF_THE_LEDGER if not view.has(table)]
    if missing:
        raise SnapshotError(
            f"{missing[0]} is not in snapshot {view.snapshot_id}: build and publish again (make run)."
        )
    return view


def _asked(view: View, mart: str | None, what: Sequence[str]) -> Explained | FigureExplanation:
    if mart is None:
        if len(what) != 1:
            raise NothingFoundError("Ask for one spend_id or task_id at a time.")
        return _explained(view, what[0])
    wrong = [text for text in what if "=" not in text]
    if wrong:
        raise NothingFoundError("With --mart say column=value; an empty value is NULL.")
    return figures.explain(view.cursor(), mart, dict(text.split("=", 1) for text in what))


def _explained(view: View, key: str) -> Explained:
    """Explain what has this key: a row of the ledger, else a task."""
    cursor = view.cursor()
    try:
        return ledger.explain(cursor, [key])[0]
    except NothingFoundError:
        if not all(view.has(table) for table in OF_TASKS):
            raise
    try:
        return tasks.explain(cursor, [key])[0]
    except NothingFoundError:
        raise NothingFoundError(
            "Nothing that is published has this key: neither a row of the ledger (spend_id) nor a task (task_id)."
        ) from None


def _chosen(view: View, kind: str, number: int, seed: int) -> list[tuple[str, str]]:
    """Choose by the seed alone: the same snapshot and seed give the same amounts on every machine."""
    cursor, keys = view.cursor(), []
    if kind != "task":
        keys += rows(cursor, "keys")
    if kind != "ledger_row" and all(view.has(table) for table in OF_TASKS):
        keys += rows(cursor, "task_keys")
    if not keys:
        raise NothingFoundError("Nothing is published that could be checked.")
    chosen = random.Random(seed).sample(keys, min(number, len(keys)))  # noqa: S311 - a choice, no secret
    return [(row["kind"], row["key"]) for row in chosen]


def _compact(found: list[Explained]) -> Iterator[str]:
    for one in found:
        yield from one.heading()
        yield from one.sums()
        yield ""


def _snapshot(view: View) -> dict[str, str]:
    return {"snapshot_id": view.snapshot_id, "as_of": view.as_of}


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
