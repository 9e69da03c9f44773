"""Whatever goes wrong, a run never says who: no e-mail, name, free text, key or token of the invented company is in what
the loader writes to its console and logs, or keeps as a reason.
"""

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import duckdb
import pytest

from extract.sources import TABLES
from sandbox.server import ServerOptions, WorldOptions, running
from sandbox.server.options import ANTHROPIC_ADMIN_KEY, ANTHROPIC_ANALYTICS_KEY, CURSOR_KEY
from sandbox.server.running import Running
from sandbox.server.worlds import make_world
from tests import warm

COMPANY = WorldOptions(people=6, days=4, as_of=dt.date(2026, 11, 21))
PRIVACY_KEY = "the key of the list, of at least 32 characters"
FREE_TEXT = (
    "Please look at what",
    "works on something urgent",
    "on the phone",
    "Falcon is what nobody may know",
)


def planted(address: str, name: str) -> list[dict[str, object]]:
    """Tasks in which people stand where figures and codes belong."""
    good = {
        "task_id": "planted-0",
        "organization_id": "org-1",
        "user_id": address,
        "provider": "claude_code",
        "task_type": "bug_fix",
        "task_description": FREE_TEXT[3],
        "start_time": "2026-11-19T10:00:00Z",
        "duration_ms": 1500,
        "success": False,
        "error_message": f"{name} ({address}): {FREE_TEXT[3]}",
    }
    wrong: tuple[dict[str, object], ...] = (
        {"duration_ms": address},
        {"start_time": name},
        {"provider": f"{FREE_TEXT[3]}, says {name}"},
        {"actual_cost": f"{name} <{address}>"},
        {"task_id": None},
        {"tokens_used": {"of": address}},
        {"confidence_score": FREE_TEXT[3]},
    )
    return [good, *({**good, "task_id": f"planted-{n}", **one} for n, one in enumerate(wrong, 1))]


def plant(server: Running) -> None:
    """Write bad rows, files that are none, and an export that breaks its promises."""
    (_, _, name, *_), *_ = make_world(COMPANY).sheet("people")[1:]
    address = f"{name.replace(' ', '.').lower()}@harbourline.example"
    tasks = server.task_dir / "task_executions"
    lines = [json.dumps(row) for row in planted(address, name)]
    lines += [f"{name} wrote to {address}: {FREE_TEXT[3]}", f'["{address}"]']
    (tasks / "a-rows.jsonl").write_text("\n".join(lines) + "\n")
    (tasks / "b-none.parquet").write_bytes(f"PAR1 {address} {FREE_TEXT[3]}".encode())
    (tasks / "c-none.csv").write_text(f'task_id,user_id\n1,{address}\n"{name}\n{FREE_TEXT[3]}')
    (tasks / "d-none.jsonl").write_text(f"{address} {FREE_TEXT[3]}\n")
    (tasks / "e-columns.csv").write_text(f"{address},{name}\n1,2\n")
    for export in list(server.export_dir.rglob("*")):
        if not export.name.startswith("x") and export.suffix in (
            ".csv",
            ".json",
            ".jsonl",
            ".ndjson",
        ):
            broken = export.with_name(f"x{export.name}")
            text = export.read_text(encoding="utf-8")
            broken.write_text(text[: len(text) * 2 // 3] + f'{address}","{name}\n{FREE_TEXT[3]}')


def canaries() -> dict[str, str]:
    """Return everything of the invented company that must not be said, in lower case, with what it is."""
    world = make_world(COMPANY)
    found: dict[str, str] = {}
    header, *people = world.sheet("people")
    for cells in people:
        row = dict(zip([name.strip() for name in header], cells, strict=False))
        for text in (row.get("email", ""), *row.get("aliases", "").split(";")):
            found[text.strip().lower()] = "e-mail"
        found[row.get("name", "").strip().lower()] = "name"
    for key in world.api_keys():
        found[str(key["name"]).lower()] = "name of a key"
        found[str(key["partial_key_hint"]).lower()] = "hint of a key"
    for text in FREE_TEXT:
        found[text.lower()] = "free text"
    for text in (CURSOR_KEY, ANTHROPIC_ADMIN_KEY, ANTHROPIC_ANALYTICS_KEY, PRIVACY_KEY):
        found[text.lower()] = "key"
    found["harbourline.example"] = "domain of every address"
    return {text: kind for text, kind in found.items() if len(text) > 5}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(COMPANY, options=ServerOptions(rate_limits=False)) as served:
        yield served


def said_by_a_run(
    programs: ForkServerContext, server: Running, folder: Path, warehouse: Path, *, as_json: bool
) -> tuple[int | None, str]:
    """Run the loader as everybody does; return its exit code, and all that it said, logged and keeps as a reason.

    As JSON a last look at each line takes out keys and addresses; as text the loader has to do without here.
    """
    shutil.copy(warehouse, folder / "warehouse.duckdb")
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **server.env,
        "SINCE": "2026-11-18",
        "DUCKDB_PATH": str(folder / "warehouse.duckdb"),
        "PIPELINES_DIR": str(folder / "dlt"),
        "STATE_DIR": str(folder / "state"),
        "PRIVACY_KEY": PRIVACY_KEY,
        "HTTP_BACKOFF_SECONDS": "0.01",
    }
    console = folder / "console.log"
    if as_json:
        env["LOG_FORMAT"] = "json"
    child = warm.start(programs, warm.logged_extract if as_json else warm.extract, (), env, console)
    child.join()
    if as_json:
        steps = [json.loads(line).get("step") for line in console.read_text().splitlines()]
        assert {"extract", "load"} <= set(steps)
    texts = [path.read_text() for path in folder.rglob("*.log")]
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        for schema in TABLES:
            for column, table in (
                ("concat_ws(' ', field, reason, payload)", "quarantine"),
                ("error", "extract_runs"),
            ):
                rows = connection.execute(f"select {column} from raw_{schema}.{table}").fetchall()
                texts += [str(text) for (text,) in rows]
    return child.exitcode, "\n".join(texts)


def spoken(text: str) -> dict[str, str]:
    """Return the canaries in a text."""
    lower = text.lower()
    return {canary: kind for canary, kind in canaries().items() if canary in lower}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (("endpoint=daily_usage kind=type_flip", "endpoint=users kind=null_row"), "quarantine"),
        (("endpoint=* kind=truncated_json",), "not whole JSON"),
        (("endpoint=* kind=html_body",), "not whole JSON"),
        (("endpoint=* kind=type_flip field=email", "endpoint=* kind=missing_field"), "PROBLEM"),
        (("endpoint=* kind=http_403",), "HTTP 403"),
    ],
    ids=["bad rows", "half answers", "pages", "wrong fields", "refusals"],
)
def test_whatever_goes_wrong_nobody_is_named(
    programs: ForkServerContext,
    server: Running,
    empty_warehouse: Path,
    tmp_path: Path,
    faults: tuple[str, ...],
    expected: str,
    request: pytest.FixtureRequest,
) -> None:
    server.fail()
    server.serve(COMPANY)
    plant(server)
    server.fail(*faults)
    code, text = said_by_a_run(
        *(programs, server, tmp_path, empty_warehouse),
        as_json=request.node.callspec.id in ("pages", "wrong fields"),
    )
    # Some files of each kind cannot be read at all.
    assert code == 5, text
    assert expected in text
    for bad in ("b-none.parquet", "c-none.csv", "d-none.jsonl", "e-columns.csv"):
        assert bad in text  # whoever must mend a file is told which
    assert "expected a time" in text or "start_time" in text
    assert spoken(text) == {}, text


def test_the_canaries_are_what_vendors_and_files_deliver(server: Running) -> None:
    """A canary that nobody delivers would never be found."""
    server.fail()
    server.serve(COMPANY)
    plant(server)
    files = [path for place in (server.task_dir, server.export_dir) for path in place.rglob("*")]
    delivered = "\n".join(path.read_text(errors="replace") for path in files if path.is_file())
    assert {"e-mail", "name", "free text"} <= set(spoken(delivered).values())
