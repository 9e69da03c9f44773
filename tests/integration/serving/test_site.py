"""A copy of the boards that can be sent: it asks nobody for anything, names nobody, and destroys nothing."""

import re
from pathlib import Path

import pytest

from serving.__main__ import main
from tests.integration.serving.conftest import published
from tests.integration.serving.people import LINES


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = published(tmp_path, has_people=True)
    monkeypatch.setenv("PUBLISH_DIR", str(settings.publish_dir))
    monkeypatch.setenv("STATE_DIR", str(settings.state_dir))
    return tmp_path


def test_copy_needs_nobody_and_names_nobody(here: Path) -> None:
    assert main(["site", "--out", str(here / "site")]) == 0
    pages = {page.name: page.read_text() for page in (here / "site").glob("*.html")}
    assert {"index.html", "savings.html"} <= pages.keys()
    for text in pages.values():
        assert "<script" not in text
        assert "<form" not in text
        assert set(re.findall(r"https?://[^\"' <]+", text)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        for link in re.findall(r'(?<!xlink:)href="([^"#]+)"', text):
            assert (here / "site" / link).exists(), link
        assert not [address for address in LINES if address in text]
    assert not list((here / "site").rglob("*.js"))


def test_copy_for_an_organisation_has_its_rows_alone(here: Path) -> None:
    assert main(["site", "--organization", "north", "--out", str(here / "site")]) == 0
    text = (here / "site" / "savings.html").read_text()
    assert "north" in text
    assert "south" not in text


def test_own_copy_is_replaced_and_nothing_else(here: Path) -> None:
    for _ in range(2):
        assert main(["site", "--out", str(here / "site")]) == 0
    kept = here / "mine"
    kept.mkdir()
    (kept / "thesis.txt").write_text("years")
    assert main(["site", "--out", str(kept)]) == 1
    assert [file.name for file in kept.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "arguments", [["--organization", "nothing"], ["--role", "lead"], ["--team", "blue"]]
)
def test_an_audience_that_nobody_is_in_is_refused(here: Path, arguments: list[str]) -> None:
    assert main(["site", *arguments, "--out", str(here / "site")]) == 7
    assert not (here / "site").exists()
