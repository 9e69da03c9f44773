"""What is kept is found by its key, and there is never more of it than there is room for."""

from serving.web.kept import Kept


def test_what_was_wanted_longest_ago_goes_first() -> None:
    kept: Kept[str] = Kept(2)
    kept.keep(("a", 1), "first")
    kept.keep(("a", 2), "second")
    assert kept.find(("a", 1)) == "first"
    kept.keep(("a", 3), "third")
    assert [kept.find(("a", number)) for number in (1, 2, 3)] == ["first", None, "third"]
