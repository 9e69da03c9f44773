"""The image: what it is made from, and that what it holds is enough, for somebody who may write nowhere else."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infrastructure.image import (
    DOCKERFILE,
    NOBODY,
    Assembled,
    assemble,
    copied,
    instructions,
    settings,
    stages,
)
from tests.infrastructure.linters import linter
from tests.object_store import BUCKET, store
from tests.repository.project import ROOT, text_of, tracked_files


@pytest.fixture(scope="module")
def image() -> Iterator[Assembled]:
    environment = ROOT / ".venv"
    if not (environment / "bin" / "python").exists():
        pytest.skip("there is no .venv: make setup")
    # Not pytest's folder, which is for its owner only.
    home = Path(tempfile.mkdtemp(prefix="image-"))
    try:
        yield assemble(home, environment)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_linter_has_nothing_to_say() -> None:
    done = subprocess.run(
        [linter("hadolint"), "--no-color", str(DOCKERFILE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_stage_begins_with_an_image_that_whoever_builds_names() -> None:
    """By digest: the workflow refuses another. A default would be a tag, or grow old unseen."""
    assert ("ARG", "PYTHON_IMAGE") in instructions()
    begins = [rest for first, rest in instructions() if first == "FROM"]
    assert len(begins) == 2
    assert all(re.fullmatch(r"\$\{PYTHON_IMAGE\} AS \w+", one) for one in begins)
    workflow = text_of(ROOT / ".github" / "workflows" / "deploy.yml")
    assert re.search(r"grep -Eq '@sha256:\[0-9a-f\]\{64\}\$'", workflow)


def test_it_runs_as_nobody() -> None:
    last = [first for first, _ in stages()[-1]]
    assert ("USER", f"{NOBODY}:{NOBODY}") in stages()[-1]
    assert "USER" not in last[: last.index("RUN")]
    assert last.index("USER") > max(at for at, first in enumerate(last) if first in ("RUN", "COPY"))


def test_what_is_installed_is_the_lock() -> None:
    runs = " ".join(rest for first, rest in stages()[0] if first == "RUN")
    assert "bin/install.py requirements-bigquery.lock .venv" in runs
    every = " ".join(rest for first, rest in instructions() if first == "RUN")
    assert not re.search(r"\b(apt-get|pip install|curl|wget)\b", every)


def test_nothing_is_copied_that_is_not_ours_to_give() -> None:
    names = {str(path) for path in tracked_files()}
    for source in copied():
        assert source in names or any(name.startswith(f"{source}/") for name in names), source
    assert not any(
        re.match(r"\.|data|docs|tests$|infrastructure(?!/monitoring/prometheus$)", source)
        for source in copied()
    )
    ignored = text_of(ROOT / ".dockerignore").split()
    assert {".git", ".env*", "data"} <= set(ignored)


def test_every_setting_is_one_that_there_is() -> None:
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text_of(ROOT / ".env.example"), re.MULTILINE))
    assert set(settings()) - known - {"ENV_FILE", "HOME"} == {
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
    }
    folders = [value for value in settings().values() if value.startswith("/")]
    assert [value for value in folders if not re.match(r"/(srv|tmp)\b", value)] == []


def test_every_program_is_whole(image: Assembled) -> None:
    """Whatever the programs import is in the image; what is no program of the image is refused."""
    programs = ("extract", "privacy", "serving", "dashboards", "migration", "sandbox")
    modules = ", ".join(f"{program}.__main__" for program in programs)
    started = image.starts("-c", f"import {modules}, bin.build", entry=".venv/bin/python")
    said, _ = started.communicate(timeout=120)
    assert started.returncode == 0, said
    code, said = image.does("serving", "--help")
    assert (code, "usage:" in said) == (0, True), said
    code, said = image.does("tests")
    assert (code, "not tests" in said) == (7, True), said
    assert image.written() == []


def test_the_pipeline_says_what_is_missing(image: Assembled) -> None:
    """Without keys and without leave to invent data it stops, having written nothing into the image."""
    code, said = image.does("run", DATA_ORIGIN="vendors")
    assert code == 7, said
    assert image.written() == []


@pytest.mark.proofs
def test_what_the_image_holds_runs_twice_and_serves(image: Assembled) -> None:
    """From an empty folder, as nobody, on a tree that is read-only; the second run knows the first."""
    company = {
        "DATA_ORIGIN": "sandbox",
        "SANDBOX_PEOPLE": "6",
        "SANDBOX_DAYS": "20",
        "AS_OF": "2026-11-21",
    }
    code, said = image.does("run", **company)
    assert code in (0, 3), said
    assert (image.home / "srv" / "published" / "current.json").exists()
    code, said = image.does("run", **company)
    assert code in (0, 3), said
    assert "nothing changed since the last build" in said
    assert image.written() == []
    server = image.starts(
        "serve", API_HOST="127.0.0.1", API_PORT="8471", BOARDS_AHEAD="false", **company
    )
    try:
        assert _answers("http://127.0.0.1:8471/readyz"), "it never was ready"
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
        assert server.returncode in (0, -signal.SIGTERM), said
    finally:
        server.kill()
    assert image.written() == []
    if os.geteuid() == 0:
        owners = {path.stat().st_uid for path in (image.home / "srv").rglob("*")}
        assert owners == {NOBODY}


@pytest.mark.proofs
def test_what_the_image_holds_knows_the_run_before_without_a_disk(
    image: Assembled, tmp_path: Path
) -> None:
    """Three containers, each empty at first, with a store of objects between them: two runs, and a service that follows."""
    company = {
        "DATA_ORIGIN": "sandbox",
        "SANDBOX_PEOPLE": "6",
        "SANDBOX_DAYS": "20",
        "AS_OF": "2026-11-21",
        "PRIVACY_KEY": "not-a-secret-" * 3,
        "STATE_URL": f"gs://{BUCKET}/state",
        "PUBLISH_URL": f"gs://{BUCKET}/published",
    }
    with store(tmp_path) as door:
        company["STORAGE_EMULATOR_HOST"] = f"http://127.0.0.1:{door.port}"
        _empty(image)
        code, said = image.does("run", **company)
        assert code in (0, 3), said
        assert "STATE_URL: nothing there yet" in said
        _empty(image)
        code, said = image.does("run", **company)
        assert code in (0, 3), said
        assert "nothing changed since the last build" in said
        assert "publish: nothing changed" in said
        assert image.written() == []
        _empty(image)
        server = image.starts(
            "serve", API_HOST="127.0.0.1", API_PORT="8472", BOARDS_AHEAD="false", **company
        )
        try:
            assert _answers("http://127.0.0.1:8472/readyz"), "it never was ready"
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=60)
    _empty(image)


def _empty(image: Assembled) -> None:
    """Take away what a container leaves when it ends."""
    for place in ("srv/published", "srv/state", "tmp"):
        for path in (image.home / place).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _answers(address: str) -> bool:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - of this machine
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
    return False
