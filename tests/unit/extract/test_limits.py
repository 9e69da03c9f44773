"""What is small on the way and large when it is opened, or has no end: refused with its name, the limit and the setting."""

import datetime as dt
import gzip
import io
import zlib
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator

from extract.client.http import Api
from extract.files.formats import open_file
from extract.landing.deliveries import Deliveries, Delivery
from extract.landing.errors import LimitError
from extract.landing.progress import Progress
from extract.landing.redaction import excerpt
from extract.landing.sink import Sink
from extract.limits import Limits, read_limits
from extract.sources.cursor.usage import numbered_pages
from extract.sources.orchestrator import resources
from extract.sources.orchestrator.tables import TASK_EXECUTIONS
from persons.suppression import Suppression
from tests.unit.extract.vendor import Asked, Reply, vendor
from warehouse.addresses import safe_address
from warehouse.settings import ConfigError
from warehouse.shown import shown

SMALL = Limits(answer_mb=1, list_mb=2, pages=5, file_mb=1, file_rows=1_000, disk_mb=50)


def _read(url: str, paginator: Any = None) -> list[Any]:
    api = Api("Vendor", url, redact=str, backoff_seconds=0.001, limits=SMALL)
    pages = api.pages(
        "POST",
        "/things",
        json={},
        paginator=paginator or SinglePagePaginator(),
        envelope=lambda body: body,
    )
    return [page["data"] for page in pages]


def test_a_small_packed_answer_does_not_fill_the_memory() -> None:
    """Naive: 20 KB become 20 MB, and 600 KB two gigabytes, before anybody looks."""
    bomb = gzip.compress(b'{"data": "' + b" " * 20_000_000 + b'"}')
    with vendor([Reply(200, bomb, {"Content-Encoding": "gzip"})]) as server:
        with pytest.raises(
            LimitError,
            match=r"Vendor: POST /things: the answer has more than 1 MB, .* LIMIT_ANSWER_MB",
        ):
            _read(server.url)
        assert len(server.asked) == 1
    twice = Reply(200, zlib.compress(bomb), {"Content-Encoding": "gzip, deflate"})
    with vendor([twice]) as server, pytest.raises(LimitError, match="packed several times"):
        _read(server.url)
    # An error of that size is no message either.
    with (
        vendor([Reply(400, bomb, {"Content-Encoding": "gzip"})]) as server,
        pytest.raises(LimitError),
    ):
        _read(server.url)
    good = Reply(200, gzip.compress(b'{"data": 1}'), {"Content-Encoding": "gzip"})
    with vendor([good]) as server:
        assert _read(server.url) == [1]


@pytest.mark.parametrize(
    ("size", "setting", "n_asked"), [(1, "LIMIT_PAGES", 6), (900_000, "LIMIT_LIST_MB", 3)]
)
def test_a_list_without_an_end_is_given_up(size: int, setting: str, n_asked: int) -> None:
    """Naive: the vendor says for ever that there is a next page, each with rows of its own."""
    numbers = count()

    def page(_: Asked) -> Reply:
        return Reply(200, {"data": f"{next(numbers):>{size}}", "pagination": {"hasNextPage": True}})

    with vendor(page) as server:
        with pytest.raises(
            LimitError, match=rf"Vendor: POST /things: the list has more than .* {setting}"
        ):
            _read(server.url, numbered_pages())
        assert len(server.asked) == n_asked


def _converted(path: Path, kind: str, folder: Path) -> tuple[str | None, list[dict[str, Any]]]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(
            f"set memory_limit = '100MB'; set max_temp_directory_size = '{SMALL.disk_mb}MB'"
        )
        found = Deliveries(con, folder, Suppression(), SMALL)

        def opened(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Any:
            return open_file(
                connection, limits, fs=fsspec.filesystem("file"), place=str(path), kind=kind
            )

        file = Delivery(TASK_EXECUTIONS, path.name, "id", "now", kind, opened, path.stat().st_size)
        found.want(TASK_EXECUTIONS, [file])
        found.convert("load", dt.datetime.now(dt.UTC))
        (one,) = found.converted[TASK_EXECUTIONS]
        assert not list(folder.glob("*.parquet")) or one.reason is None
        return one.reason, found.rejects(TASK_EXECUTIONS).to_pylist()


def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path) -> None:
    """Naive: 1.5 MB of Parquet put 17 GB of temporary files on the disk."""
    rows = pa.table({"task_id": pa.array(["t"] * 5_000).dictionary_encode()})
    pq.write_table(rows, tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet").stat().st_size < 5_000
    texts = pa.table({"task_id": [f"{n}" + " " * 100_000 for n in range(100)]})
    pq.write_table(texts, tmp_path / "texts.parquet", use_dictionary=False, compression="zstd")
    assert (tmp_path / "texts.parquet").stat().st_size < 100_000
    (tmp_path / "line.csv").write_text("task_id," + "x" * 1_100_000)
    wide = ",".join(f"c{n}" for n in range(2_000))
    (tmp_path / "wide.csv").write_text(f"task_id,{wide}\nt\n")
    (tmp_path / "names.jsonl").write_text(
        "".join(f'{{"task_id": "t", "n{n}": 1}}\n' for n in range(1_200))
    )
    (tmp_path / "large.jsonl").write_text(" " * 1_000_001)
    reasons = {
        "rows.parquet": "it has more than 1,000 rows, which is the limit. If that is right, set LIMIT_FILE_ROWS higher",
        "texts.parquet": "what it unpacks to has more than 1 MB, which is the limit. If that is right, set LIMIT_FILE_MB higher",
        "line.csv": "it has more than 1 MB, which is the limit. If that is right, set LIMIT_FILE_MB higher",
        "wide.csv": "it has 2,001 columns, and no more than 1,000 are read",
        "names.jsonl": "it has 1,201 columns, and no more than 1,000 are read",
        "large.jsonl": "it has more than 1 MB, which is the limit. If that is right, set LIMIT_FILE_MB higher",
    }
    for name, reason in reasons.items():
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        said, rejects = _converted(tmp_path / name, name.rpartition(".")[2], folder)
        assert said == reason, name
        assert [one["reason"] for one in rejects] == [reason], name


def test_a_name_never_steers_a_terminal(tmp_path: Path) -> None:
    """Naive: a file's name clears the screen, rings, writes from right to left, or cannot be written and ends the run."""
    odd = "red\x1b[31m\nline\r\u202egpj.csv"
    assert shown(odd) == r"red\x1b[31m\nline\r\u202egpj.csv"
    out = io.StringIO()
    Progress(out).line(odd + "\udcff")
    assert out.getvalue() == r"red\x1b[31m\nline\r\u202egpj.csv\udcff" + "\n"
    (tmp_path / "task_executions").mkdir()
    for name in (b"a\xff.csv", b"b\x1b[2J.csv"):
        Path(
            str(tmp_path) + "/task_executions/" + name.decode("utf-8", "surrogateescape")
        ).write_bytes(
            b"task_id,organization_id,provider,start_time,success\nt,o,p,2026-05-04,true\n"
        )
    settings: Any = type("S", (), {"task_events_url": str(tmp_path), "redact": staticmethod(str)})
    unit: Any = None
    sink = Sink(unit, tmp_path, 1, Suppression())
    resources(settings)[0].read(unit, sink)
    with duckdb.connect() as con:
        for number, file in enumerate(sink.deliveries):
            found = Deliveries(con, tmp_path, Suppression(), Limits())
            found.want(TASK_EXECUTIONS, [file])
            found.convert("load", dt.datetime.now(dt.UTC))
            assert found.converted[TASK_EXECUTIONS][0].n_read <= 1, number
    assert len(sink.deliveries) == 2


def test_a_key_goes_over_https_or_nowhere() -> None:
    for good in (
        "https://api.example",
        "http://127.0.0.1:8080/",
        "http://localhost:1",
        "http://[::1]:80",
        "http://127.9.9.9",
    ):
        assert safe_address("X_URL", good, {}) == good.rstrip("/")
    for bad in (
        "http://api.example", "http://127.0.0.1.example", "http://localhost.example", "http://10.0.0.1", "http://0.0.0.0",
        "https://user:secret@api.example", "http://127.0.0.1@api.example", "https://", "ftp://api.example", "api.example",
        "https://api.example/\n", "https://a b", "http://[::1", "https://api.example:99999", "HTTP://api.example",
    ):  # fmt: skip
        with pytest.raises(ConfigError, match="X_URL"):
            safe_address("X_URL", bad, {})
    assert safe_address("X_URL", "http://metabase:3000", {"PLAIN_HTTP_HOSTS": "a, Metabase"})


def test_a_limit_is_a_setting() -> None:
    assert read_limits({"LIMIT_PAGES": "7"}) == Limits(pages=7)
    for bad in ("", "0", "-1", "1.5", "many", "9" * 5_000, "٣"):
        with pytest.raises(ConfigError, match="LIMIT_PAGES"):
            read_limits({"LIMIT_PAGES": bad})


def test_what_a_vendor_says_is_looked_through_quickly() -> None:
    """Naive: to look for addresses in a megabyte without one takes its length squared."""
    assert excerpt("x" * 2_000_000) == "x" * 300
