"""GitHub's workflows: read by a linter of their own, pinned by commit, and without anybody's key."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.infrastructure.linters import linter
from tests.repository.project import ROOT, text_of

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def _found(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [linter("zizmor"), "--offline", "--no-progress", "--color", "never", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_linter_has_nothing_to_say() -> None:
    done = _found(ROOT / ".github" / "workflows")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("          persist-credentials: false\n", "", "artipacked"),
        (
            "google-github-actions/auth@ba79af03959ebeac9769e648f473a284504d9193",
            "google-github-actions/auth@v2",
            "unpinned-uses",
        ),
        (
            "    permissions:\n      contents: read\n      id-token: write # the token that proves who this is\n",
            "    permissions: write-all\n",
            "excessive-permissions",
        ),
        (
            '$turn.log" 2>&1',
            '${{ github.event.inputs.environment }}.log" 2>&1',
            "template-injection",
        ),
    ],
)
def test_linter_finds_what_is_planted(tmp_path: Path, before: str, after: str, says: str) -> None:
    text = text_of(ROOT / ".github" / "workflows" / "deploy.yml")
    assert before in text
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    planted = text.replace(before, after)
    if says == "artipacked":
        planted = planted.replace("        with:\n\n", "\n", 1)
    (folder / "deploy.yml").write_text(planted, encoding="utf-8")
    done = _found(folder)
    assert done.returncode != 0
    assert says in done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_holds_a_key(path: Path) -> None:
    """A deployment proves who it is; nothing else needs to be anybody."""
    text = text_of(path)
    assert "secrets." not in text
    for used in re.findall(r"uses: (\S+)(.*)", text):
        if used[0].startswith("./"):  # our own, of the same commit
            assert (ROOT / used[0] / "action.yml").is_file()
            continue
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used[0]), used
        assert re.fullmatch(r" # v[\d.]+", used[1]), f"{used[0]}: which release is that?"


def test_a_deployment_waits_for_somebody() -> None:
    text = text_of(ROOT / ".github" / "workflows" / "deploy.yml")
    assert re.search(r"^on:\n  workflow_dispatch:", text, re.MULTILINE)
    assert "environment: ${{ inputs.environment }}" in text
    assert "workload_identity_provider:" in text
