"""What README and the pages say, done as a stranger does it: from another folder, in a path with blanks, not as root.

`.env` leads elsewhere from the beginning, so that whatever is found in the checkout's `data/` at the end is of a command that
did not ask where to go.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.test_demo import PREPARED, lines_of
from tests.elsewhere import lines_to
from tests.repository.project import ROOT, tracked_files

OUTPUT = {"site", "reports", "metabase"}
"""What commands write for people, beside where they are called."""
NOT_HERE = {
    "docs/demo.md": "gone through line by line",
    "docs/deployment.md": "needs Docker and a cloud account: tests/infrastructure has what can be tried without",
    "docs/migration.md": "needs the predecessor's tables: tests/integration/migration has them",
}
"""Pages whose shell blocks are not run as they stand, and why.

Those of docs/metabase.md need a Metabase, `curl` of docs/api.md a service: `make serve` does not end, tests/integration/serving asks it.
`make test`, `make proofs` and the benchmarks are longer than this one.
"""
OF_NO_BLOCK = [
    "SHEETS_CSV_DIR=docs/sheet-templates SOURCES=sheets DATA_ORIGIN= python -m extract check",
    "python -m serving tokens create --organization org-01 --role viewer --days 30",
    "python -m serving report --month 2026-10 --out report.pdf --out report.csv --organization org-01",
    "python -m serving spot-check 10 --seed 20261130",
    "python -m serving worklist",
    "python -m serving summary --tables",
    "python -m serving summary --findings",
    "python -m privacy status",
    ".venv/bin/python -m migration status",
]
"""Commands that pages give beside other text."""
FORMER = ["focus", "report", "site", "docs", "erase", "retention", "metabase-export"]


@dataclass(frozen=True)
class Stranger:
    """Somebody with a checkout, and nothing else."""

    home: Path

    @property
    def checkout(self) -> Path:
        return self.home / "a path with blanks" / "ai usage"

    def does(self, *command: str, cwd: Path | str = "/") -> tuple[int, str]:
        keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        # Only root can become somebody else; whoever else runs this is not root already.
        other = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**keep, "HOME": str(self.home / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **other,  # type: ignore[call-overload]
        )
        return done.returncode, done.stdout

    def make(self, *words: str) -> tuple[int, str]:
        return self.does("make", "-C", str(self.checkout), *words)

    def types(self, lines: str) -> tuple[int, str]:
        """Type lines into an activated shell in the checkout."""
        return self.does("sh", "-ec", f". .venv/bin/activate\n{lines}", cwd=self.checkout)


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    # Not pytest's folder, which is for its owner only.
    home = Path(tempfile.mkdtemp(prefix="first-use-"))
    found = Stranger(home)
    try:
        for path in tracked_files():
            target = found.checkout / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, target)
        (home / "home").mkdir()
        lines = lines_to(f"{home}/else where")
        lines += ["DATA_ORIGIN=sandbox", "SANDBOX_PEOPLE=6", "SANDBOX_DAYS=40", "AS_OF=2026-11-21"]
        (found.checkout / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")
        # The packages come from this machine's cache, which is nobody else's to read.
        # One that is in root's home is nobody else's either.
        system = Path("/usr/bin/python3.11")
        python = {"PYTHON": str(system)} if os.geteuid() == 0 and system.exists() else {}
        setup = [str(found.checkout / "bin" / "setup")]
        subprocess.run(setup, env={**os.environ, **python}, check=True)
        for folder in (home, *home.rglob("*")):
            if ".venv" not in folder.parts and folder.is_dir():
                folder.chmod(0o777)
        yield found
    finally:
        shutil.rmtree(home, ignore_errors=True)


def sql_of(page: Path) -> tuple[str, str]:
    """Return how a page asks a question of the published tables, and the question."""
    found = re.search(
        r"^```sql\n-- ([^\n]*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S
    )
    assert found is not None
    return found[1], found[2]


@pytest.mark.proofs
def test_a_stranger_gets_through_every_page(stranger: Stranger) -> None:
    code, said = stranger.make("run")
    assert code == 0, said
    assert "SANDBOX DATA" in said
    # A second run has nothing to do, whoever starts it.
    code, said = stranger.does(str(stranger.checkout / "bin" / "run"))
    assert code == 0, said
    assert "nothing changed since the last build" in said
    for target in FORMER:
        code, said = stranger.make(target)
        assert code == 0, f"make {target}: {said}"
    for line in lines_of(stranger.checkout / "docs" / "demo.md"):
        if line not in PREPARED:
            code, said = stranger.types(line)
            assert code == 0, f"{line}: {said}"
    for page in sorted((stranger.checkout / "docs").rglob("*.md")):
        if str(page.relative_to(stranger.checkout)) not in NOT_HERE:
            for block in re.findall(
                r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S
            ):
                code, said = stranger.types(block)
                assert code == 0, f"{page.name}: {block}: {said}"
    for line in OF_NO_BLOCK:
        code, said = stranger.types(line)
        # 3: a check found something that somebody must look at.
        assert code in {0, 3}, f"{line}: {said}"
    code, said = stranger.types("dbt build --select +fact_claude_daily_usage")
    assert code == 0, said
    command, question = sql_of(stranger.checkout / "README.md")
    # Where `.env` leads; the page speaks of a checkout without one.
    command = command.replace("data/published", f"{stranger.home}/else where/published")
    code, said = stranger.types(f"cat > this.sql <<'END'\n{question}END\n{command}")
    assert (code, "team_name" in said) == (0, True), said
    code, said = stranger.make("clean")
    assert (code, "CONFIRM=sandbox" in said) == (2, True), said
    assert "Error 7" in said
    left = stranger.checkout / "data"
    assert {path.name for path in left.iterdir()} <= OUTPUT if left.exists() else True
    code, said = stranger.make("clean", "CONFIRM=sandbox")
    assert code == 0, said
    assert {path.name for path in (stranger.home / "else where").iterdir()} <= {
        *("state", "logs", "dlt", "published", "focus"),
    }
