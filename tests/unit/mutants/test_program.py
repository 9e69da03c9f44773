"""The program that plants mutants, on a project of three lines: it must see what survives and what only breaks."""

import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.mutants.catalogue import CatalogueError, Kind, Mutant, read_mutants
from tests.mutants.copies import DATA, planted
from tests.mutants.locating import Checkout, DoesNotApplyError, pattern, places
from tests.mutants.running import Judged, Verdict, run_mutants

PROJECT = {
    "shop/prices.py": """
        def price(cents: int) -> float:
            \"\"\"Return dollars.\"\"\"
            return max(
                cents / 100, 0
            )
        """,
    "tests/test_prices.py": """
        import time

        import pytest

        from shop.prices import price

        @pytest.fixture
        def free() -> float:
            assert price(-5) == 0
            return price(0)

        def test_dollars() -> None:
            assert price(250) == 2.5

        @pytest.mark.parametrize("cents", [100, 300])
        def test_cases(cents: int) -> None:
            assert price(cents) == cents / 100

        def test_free(free: float) -> None:
            assert free == 0

        def test_red() -> None:
            assert price(1) == 1

        class TestShop:
            def test_inside(self) -> None:
                assert price(250) == 2.5

        def test_after() -> None:
            assert price(250) == 2.5
        """,
}
MUTANT = """
[[mutant]]
name = "{name}"
seen = "here"
replace = '''{replace}'''
by = '''{by}'''
test = "{test}"
"""


@pytest.fixture(autouse=True)
def _few_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines need none of those that the project's tests import."""
    monkeypatch.setattr("tests.mutants.warm.LIBRARIES", {"pytest": ["pytest"]})


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A small project, and this program's own plugin in it."""
    root = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    plugin = Path(__file__).parents[2] / "mutants" / "plugin.py"
    (root / "tests" / "mutants").mkdir()
    (root / "tests" / "mutants" / "plugin.py").write_text(plugin.read_text(), encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(root)], check=True)  # noqa: S607
    return Checkout(root)


def _mutants(folder: Path, *faults: tuple[str, str, str, str]) -> list[Mutant]:
    text = "".join(
        MUTANT.format(name=name, replace=replace, by=by, test=test)
        for name, replace, by, test in faults
    )
    (folder / "toy.toml").write_text(text, encoding="utf-8")
    return read_mutants(folder)


def test_each_fault_has_its_verdict(checkout: Checkout, tmp_path: Path) -> None:
    mutants = _mutants(
        tmp_path,
        ("found", "cents / 100", "cents", "test_dollars"),
        ("found in a class", "cents / 100", "cents", "test_inside"),
        ("found after a class", "cents / 100", "cents", "test_after"),
        ("found in one case", "cents / 100", "min(cents / 100, 1)", "test_cases[300]"),
        ("not found in the other case", "cents / 100", "min(cents / 100, 1)", "test_cases[100]"),
        ("changes nothing that is asked", "cents / 100, 0", "cents / 100, -1", "test_dollars"),
        ("is not there", "cents / 1000", "cents", "test_dollars"),
        ("stands twice", "cents", "euros", "test_dollars"),
        ("has no test", "cents / 100", "cents", "test_euros"),
        ("does not parse", "cents / 100", "cents /", "test_dollars"),
        ("names nothing", "cents / 100", "euros", "test_dollars"),
        ("fails before the test", "cents / 100, 0", "cents / 100, -1", "test_free"),
        ("its test is red anyway", "cents / 100", "cents / 10", "test_red"),
    )
    before = {path: (checkout.root / path).read_bytes() for path in checkout.files}
    said: list[Judged] = []
    found = run_mutants(mutants, checkout, said.append)
    assert {path: (checkout.root / path).read_bytes() for path in checkout.files} == before
    verdicts = {judged.mutant.name: judged.verdict for judged in found}
    assert verdicts == {
        "found": Verdict.RED,
        "found in a class": Verdict.RED,
        "found after a class": Verdict.RED,
        "found in one case": Verdict.RED,
        "not found in the other case": Verdict.SURVIVED,
        "changes nothing that is asked": Verdict.SURVIVED,
        "is not there": Verdict.DOES_NOT_APPLY,
        "stands twice": Verdict.DOES_NOT_APPLY,
        "has no test": Verdict.DOES_NOT_APPLY,
        "does not parse": Verdict.BROKEN,
        "names nothing": Verdict.BROKEN,
        "fails before the test": Verdict.BROKEN,
        "its test is red anyway": Verdict.BROKEN,
    }
    assert {judged.mutant.name for judged in said} == set(verdicts)
    reasons = {judged.mutant.name: judged.why for judged in found}
    assert "no test ran" in reasons["does not parse"]
    assert "NameError" in reasons["names nothing"]
    assert "AssertionError in its setup" in reasons["fails before the test"]
    assert "without the fault" in reasons["its test is red anyway"]


def test_a_test_that_hangs_is_no_claim(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.mutants.running.SECONDS", 0.01)
    said: list[Judged] = []
    (judged,) = run_mutants(
        _mutants(tmp_path, ("found", "cents / 100", "cents", "test_dollars")),
        checkout,
        said.append,
    )
    assert (judged.verdict, "took longer" in judged.why) == (Verdict.BROKEN, True)


def test_a_fault_is_taken_out_whatever_happens(tmp_path: Path) -> None:
    (tmp_path / "prices.py").write_text("whole = 1\n", encoding="utf-8")
    (tmp_path / DATA).mkdir(parents=True)
    mutant = Mutant("toy", "one", "here", "1", "2", Kind.PYTEST, ("test_one",))
    checkout = Checkout(tmp_path)
    checkout.__dict__["product"] = {Path("prices.py"): "whole = 1\n"}
    with planted(tmp_path, places(mutant, checkout)):
        assert (tmp_path / "prices.py").read_text(encoding="utf-8") == "whole = 2\n"
    with pytest.raises(KeyboardInterrupt), planted(tmp_path, places(mutant, checkout)):
        raise KeyboardInterrupt
    assert (tmp_path / "prices.py").read_text(encoding="utf-8") == "whole = 1\n"


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ("f(a, b)", "f(\n    a,\n    b,\n)"),
        ("f(\n    a,\n    b,\n)", "f(a, b)"),
        ("where a is not null", "where\n    a is not null"),
        ("[{'a': 1}]", "[\n    {'a': 1},\n]"),
        ("x <= y", "x  <=\n y"),
    ],
)
def test_a_text_is_found_however_it_is_laid_out(written: str, now: str) -> None:
    assert pattern(written).search(now)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("cents", "cents_of"),
        ("a < b", "a <= b"),
        ("not null", "notnull"),
        ("f(a, b)", "f(a)"),
        ("f()", "f(,)"),
        ("1", "10"),
    ],
)
def test_another_text_is_not_taken_for_it(written: str, other: str) -> None:
    assert not pattern(written).search(other)


def test_a_text_that_stands_twice_may_say_so(checkout: Checkout, tmp_path: Path) -> None:
    (mutant,) = _mutants(tmp_path, ("twice", "cents", "pence", "test_dollars"))
    with pytest.raises(DoesNotApplyError, match=r"stands in the product 2 times, not 1"):
        places(mutant, checkout)
    (tmp_path / "toy.toml").write_text(
        (tmp_path / "toy.toml").read_text(encoding="utf-8") + "times = 2\n", encoding="utf-8"
    )
    (place,) = places(read_mutants(tmp_path)[0], checkout)
    assert place.text.count("pence") == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[mutant]]\nname = 'a'\n", "one of test, unit_test, data_test is needed"),
        ("[[mutant]]\nname = 'a'\ntest = 'test_a'\n", "missing 3 required"),
        (MUTANT.format(name="a", replace="b", by="c", test="t") + "teh = 1\n", "unexpected"),
        (MUTANT.format(name="a", replace="b", by="c", test="t") * 2, "two mutants have one name"),
    ],
)
def test_a_mutant_that_is_not_whole_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "toy.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=problem):
        read_mutants(tmp_path)
