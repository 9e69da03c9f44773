"""Files to generations and back, over a folder and over a store of objects with faults."""

import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.object_store import BUCKET, Door, Fault
from warehouse.remote import generations, numbered
from warehouse.remote.errors import BusyError, LostError, OvertakenError, RemoteError
from warehouse.remote.lease import Lease
from warehouse.remote.place import Folder, Place, below, open_place
from warehouse.remote.tree import Tree, bring, put_back
from warehouse.settings import ConfigError

PIECE = 64


def tree_of(folder: Path, url: str) -> Tree:
    return Tree(
        setting="STATE_URL",
        url=url,
        mark=folder / ".generation.json",
        roots={"warehouse": folder / "w.duckdb", "state": folder / "state"},
        leaves_out=lambda name: name.endswith(".lock"),
        pointer="state/current.json",
        piece_bytes=PIECE,
    )


def write(folder: Path, **files: bytes | None) -> None:
    for name, content in files.items():
        path = folder / "w.duckdb" if name == "w" else folder / "state" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)


def read(folder: Path) -> dict[str, bytes]:
    found = tree_of(folder, "").files()
    return {name: b"" if path.is_dir() else path.read_bytes() for name, path in found.items()}


def test_what_was_put_back_is_brought(url: str, tmp_path: Path) -> None:
    """Files, their modes, an empty one, one in folders; what went is gone; what is of one machine stays there."""
    one, two, place = tmp_path / "one", tmp_path / "two", open_place("STATE_URL", url)
    write(one, w=bytes(range(200)), audit=b"a\n", empty=b"", run_lock=b"x")
    (one / "state" / "closed").mkdir()
    (one / "state" / "closed" / "job.json").write_bytes(b"{}")
    (one / "state" / "tokens.json").write_bytes(b"{}")
    (one / "state" / "tokens.json").chmod(0o600)
    (one / "state" / ".lock").write_bytes(b"")
    (one / "state" / "started" / "jobs").mkdir(parents=True)
    (one / "state" / "loaded").mkdir()
    assert bring(tree_of(one, url), place).number == 0
    head = put_back(tree_of(one, url), place)
    assert head is not None
    assert head.number == 1
    assert "state/.lock" not in head.files
    bring(tree_of(two, url), place)
    assert read(two) == read(one)
    assert (two / "state" / "started" / "jobs").is_dir()
    assert (two / "state" / "tokens.json").stat().st_mode & 0o777 == 0o600
    write(two, audit=b"a\nb\n", empty=None)
    (two / "state" / "loaded" / "one").write_bytes(b"1")
    (two / "state" / "started" / "jobs").rmdir()
    (two / "state" / "closed" / "job.json").unlink()
    put_back(tree_of(two, url), place)
    bring(tree_of(one, url), place)
    assert read(one) == read(two)
    assert {name for name in read(one) if name.endswith("/")} == {"state/started/", "state/closed/"}
    assert put_back(tree_of(one, url), place) is None


def test_what_has_not_changed_is_not_sent(tmp_path: Path) -> None:
    """Of a database in which a page changed, a piece; a file that nobody touched is not even read."""
    place, here = Folder(tmp_path / "there"), tmp_path / "here"
    tree = tree_of(here, "x")
    page = [random.Random(n).randbytes(PIECE) for n in range(10)]
    write(here, w=b"".join(page), big=b"1" * 500)
    put_back(tree, place)
    before = {name: entry.pieces for name, entry in generations.newest(place).files.items()}
    page[4] = bytes(PIECE)
    write(here, w=b"".join(page))
    put_back(tree, place)
    now = {name: entry.pieces for name, entry in generations.newest(place).files.items()}
    assert now["state/big"] == before["state/big"]
    changed = [n for n, one in enumerate(now["warehouse"]) if one != before["warehouse"][n]]
    assert changed == [4]
    assert len(set(now["state/big"])) == 2  # pieces that say the same are one


def test_old_generations_go_and_what_a_killed_writer_left_too(url: str, tmp_path: Path) -> None:
    place, here = open_place("STATE_URL", url), tmp_path / "here"
    tree = tree_of(here, url)
    for n in range(generations.KEPT + 3):
        write(here, w=b"%d" % n * 100, stays=b"always")
        put_back(tree, place)
    head = generations.newest(place)
    assert head.number == generations.KEPT + 3
    assert len(numbered.numbers(place, "generations")) == generations.KEPT
    left, at_work = f"objects/{head.number:08d}-dead/aa", f"objects/{head.number + 2:08d}-new/bb"
    place.create(left, b"left")
    place.create(at_work, b"soon")
    write(here, w=b"end")
    put_back(tree, place)
    names = [f"objects/{name}" for name in place.names("objects")]
    assert left not in names
    assert at_work in names
    bring(tree_of(tmp_path / "other", url), place)
    assert read(tmp_path / "other")["state/stays"] == b"always"


def test_nothing_of_before_stays_when_somebody_was_erased(tmp_path: Path) -> None:
    """Also when the writer was killed before it could remove it: the next one does."""
    place, here = Folder(tmp_path / "there"), tmp_path / "here"
    tree = tree_of(here, "x")
    write(here, w=b"ada.byron")
    put_back(tree, place)
    write(here, w=b"person-1")
    put_back(tree, place, forget_before=True)
    assert numbered.numbers(place, "generations") == [2]
    held = b"".join(place.read(f"objects/{name}") for name in place.names("objects"))
    assert b"ada" not in held
    write(here, w=b"person-2")
    head = put_back(tree, place)
    assert head is not None
    assert head.oldest == 2


def test_of_two_that_began_with_the_same_one_writes(url: str, tmp_path: Path) -> None:
    place, one, two = open_place("STATE_URL", url), tmp_path / "one", tmp_path / "two"
    write(one, w=b"0")
    put_back(tree_of(one, url), place)
    bring(tree_of(two, url), place)
    write(one, w=b"1")
    write(two, w=b"2")
    put_back(tree_of(one, url), place)
    with pytest.raises(OvertakenError, match="generation 2"):
        put_back(tree_of(two, url), place)
    bring(tree_of(two, url), place)
    assert read(two)["warehouse"] == b"1"


def test_of_several_that_create_a_name_at_once_one_succeeds(url: str) -> None:
    """The one promise that everything is built on; and what is there is never changed."""
    place = open_place("STATE_URL", url)
    with ThreadPoolExecutor(8) as pool:
        for name in ("a", "b", "c"):
            made = pool.map(lambda n, name=name: place.create(f"x/{name}", b"%d" % n), range(8))
            assert sum(made) == 1
    before = place.read("x/a")
    assert not place.create("x/a", b"other")
    assert place.create("x/a", before)  # whose own answer was lost
    assert place.read("x/a") == before


def test_one_that_slept_through_many_does_not_take_a_removed_number_for_a_free_one(
    tmp_path: Path,
) -> None:
    place = Folder(tmp_path / "there")
    for number in range(7):
        assert numbered.follow(place, "lock", number, {"by": "others"})
        numbered.remove(place, "lock", number)
    assert not numbered.follow(place, "lock", 2, {"by": "sleeper"})
    assert numbered.numbers(place, "lock") == [7]


def test_files_of_something_else_are_not_thrown_away(tmp_path: Path) -> None:
    place, other = Folder(tmp_path / "there"), tmp_path / "other"
    write(tmp_path / "one", w=b"theirs")
    put_back(tree_of(tmp_path / "one", "x"), place)
    write(other, w=b"years of work")
    with pytest.raises(ConfigError, match="did not come from there"):
        bring(tree_of(other, "x"), place)
    assert read(other)["warehouse"] == b"years of work"


def test_too_much_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    place, here = Folder(tmp_path / "there"), tmp_path / "here"
    write(here, w=b"x" * (2 * 2**20))
    with pytest.raises(RemoteError, match=r"2\.0 MiB.*takes 1 .*STATE_LIMIT_MIB.*w\.duckdb"):
        put_back(replace(tree_of(here, "x"), limit_mib=1), place)
    assert place.names("") == []


def test_a_record_or_a_piece_that_is_damaged_is_refused_and_the_files_stay(
    url: str, tmp_path: Path
) -> None:
    """Of a generation that cannot be brought whole, the pointer that leads to it is not brought either."""
    there, reader = tmp_path / "one", tmp_path / "reader"
    place = open_place("STATE_URL", url)
    write(there, **{"a.parquet": b"good", "current.json": b"1"})
    put_back(tree_of(there, url), place)
    bring(tree_of(reader, url), place)
    write(there, **{"b.parquet": b"better", "current.json": b"2"})
    head = put_back(tree_of(there, url), place)
    assert head is not None
    (piece,) = head.files["state/b.parquet"].pieces
    place.remove(f"objects/{piece}")
    place.create(f"objects/{piece}", b"bettes")
    with pytest.raises(RemoteError, match="is damaged"):
        bring(tree_of(reader, url), place)
    assert read(reader)["state/current.json"] == b"1"
    assert read(reader)["state/a.parquet"] == b"good"
    place.remove(f"objects/{piece}")
    place.create(f"objects/{piece}", b"better")
    bring(tree_of(reader, url), place)
    assert read(reader) == read(there)
    place.remove("generations/00000002.json")
    place.create("generations/00000002.json", b'{"sha256": "0", "content": {}}')
    with pytest.raises(RemoteError, match="is not what was written"):
        bring(tree_of(reader, url), place)
    assert read(reader) == read(there)


def test_a_name_that_leads_outside_is_refused(tmp_path: Path) -> None:
    place = Folder(tmp_path / "there")
    entry = {"n_bytes": 0, "mode": 384, "pieces": []}
    numbered.follow(
        place, "generations", 0, {"format": 1, "oldest": 0, "files": {"state/../../x": entry}}
    )
    with pytest.raises(RemoteError, match="no file of ours"):
        bring(tree_of(tmp_path / "here", "x"), place)
    assert not (tmp_path / "x").exists()


def quiet(_: str) -> None:
    pass


def test_the_second_waits_and_then_refuses_saying_who(url: str) -> None:
    place = open_place("STATE_URL", url)
    first, second = Lease(place, what="run"), Lease(place, what="privacy")
    first.take(0, quiet)
    waited_for: list[str] = []
    with pytest.raises(BusyError, match=r"Another run \(run on .* is writing; waited 0"):
        second.take(0, waited_for.append)
    assert "run on" in waited_for[0]
    first.release()
    second.take(0, quiet)
    second.check()


def test_who_was_killed_is_followed_when_its_lock_has_run_out(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    killed, next_one = Lease(place, what="run", lasts=0.2), Lease(place, what="run", lasts=0.2)
    killed.take(0, quiet)
    next_one.take(30, quiet)
    with pytest.raises(LostError):
        killed.check()
    killed.release()  # which must not give away what is another's
    with pytest.raises(BusyError):
        Lease(place, what="run").take(0, quiet)


def test_a_lock_that_is_kept_lasts_and_one_that_is_taken_is_noticed(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    lost: list[str] = []
    one = Lease(place, what="run", lasts=0.4)
    one.take(0, quiet)
    one.keep(lambda: lost.append("lost"))
    with pytest.raises(BusyError):
        Lease(place, what="run", lasts=0.4).take(1, quiet)
    one.check()
    newest = numbered.newest(place, "lock")
    numbered.follow(place, "lock", newest.number, {"who": "x", "until": "", "is_released": False})
    _until(lambda: lost == ["lost"])
    with pytest.raises(LostError):
        one.check()


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("never")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("503", "GET", r"/o\?", 1),
        Fault("503", "POST", "upload", 2),
        Fault("cut", "POST", "upload", 1),
        Fault("lost", "POST", "upload", 1),
        Fault("slow", "POST", "upload", 1),
        Fault("503", "DELETE", ".", 1),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.method}",
)
def test_a_store_that_stumbles_costs_nothing(bucket: Door, tmp_path: Path, fault: Fault) -> None:
    """Also when it has done what was asked and its answer was lost: the second request finds its own work."""
    url = f"gs://{BUCKET}/{fault.kind}-{fault.method}"
    place, one, two = open_place("STATE_URL", url), tmp_path / "one", tmp_path / "two"
    bucket.faults.append(replace(fault))
    for n in range(generations.KEPT + 1):
        write(one, w=b"%d" % n)
        put_back(tree_of(one, url), place)
    assert bucket.n_done == {fault.kind: fault.times}
    bring(tree_of(two, url), place)
    assert read(one) == read(two)
    assert generations.newest(place).number == generations.KEPT + 1


def test_a_store_that_answers_with_old_lists_changes_nothing(bucket: Door, tmp_path: Path) -> None:
    """Whoever knows a newer one refuses to go back; whoever does not cannot put anything after the old one."""
    url = f"gs://{BUCKET}/old"
    place, one, two = open_place("STATE_URL", url), tmp_path / "one", tmp_path / "two"
    write(one, w=b"1")
    put_back(tree_of(one, url), place)
    bucket.first.clear()
    bring(tree_of(two, url), place)  # its lists, with generation 1, are the old ones from here on
    write(one, w=b"2")
    put_back(tree_of(one, url), place)
    bucket.faults.append(Fault("old", "GET", r"generations", 1000))
    with pytest.raises(RemoteError, match="it answers with what was there before"):
        bring(tree_of(one, url), place)
    write(two, w=b"3")
    with pytest.raises(OvertakenError):
        put_back(tree_of(two, url), place)
    bucket.faults.clear()
    bring(tree_of(one, url), place)
    assert read(one)["warehouse"] == b"2"


def test_a_damaged_answer_is_noticed(bucket: Door, tmp_path: Path) -> None:
    url = f"gs://{BUCKET}/damaged"
    place, one = open_place("STATE_URL", url), tmp_path / "one"
    write(one, w=b"1")
    put_back(tree_of(one, url), place)
    bucket.faults.append(Fault("damaged", "GET", "objects.*alt=media", 1))
    with pytest.raises(RemoteError, match="is damaged"):
        bring(tree_of(tmp_path / "two", url), place)


def test_an_answer_of_somebody_between_is_said(bucket: Door) -> None:
    bucket.faults.append(Fault("page", "GET", r"/o\?", 1))
    with pytest.raises(RemoteError, match="did not answer as it should"):
        open_place("STATE_URL", f"gs://{BUCKET}/page").names("a")


def test_a_bucket_that_is_not_there_is_said(bucket: Door) -> None:
    del bucket
    with pytest.raises(RemoteError, match="no such bucket"):
        open_place("STATE_URL", "gs://nobodys/x").create("a", b"")


@pytest.mark.parametrize(
    "address",
    [
        *("s3://bucket/x", "gs:///x", "az://c/x", "s3://someone:hunter2@bucket/x"),
        *(
            "https://store.example/x?key=hunter2",
            "gs://hunter2@bucket/x",
            "gs://bucket/x?k=hunter2",
        ),
        *("gs://bucket/x#hunter2", "file://srv/state", "http://[hunter2"),
    ],
)
def test_an_address_that_cannot_keep_two_apart_is_refused_and_a_key_in_it_not_shown(
    address: str,
) -> None:
    with pytest.raises(ConfigError, match="STATE_URL") as found:
        open_place("STATE_URL", address)
    assert "hunter2" not in str(found.value)


def test_a_part_of_a_place_sees_nothing_else(url: str) -> None:
    place: Place = open_place("STATE_URL", url)
    one, two = below(place, "run"), below(place, "service")
    one.create("a/b", b"1")
    assert two.names("a") == []
    assert one.names("a") == ["b"]
    assert json.loads(place.read("run/a/b")) == 1
