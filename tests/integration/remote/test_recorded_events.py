"""CI records into a bucket: the event is there once and whole, whatever the way to it does."""

import datetime as dt
import json
import secrets

import fsspec
import pytest

from extract.recording.command import main
from tests.object_store import BUCKET, Door, Fault
from warehouse.exit_codes import Exit

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
DEPLOYED = "deployment --service shop --deployment-id 7 --deployment-environment staging --status success --out"


@pytest.mark.parametrize("kind", ["", "503", "lost", "cut"])
def test_an_event_is_in_the_bucket_once(
    bucket: Door, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    if kind:
        bucket.faults.append(Fault(kind, "POST", "/upload/", 1))
    address = f"gs://{BUCKET}/{secrets.token_hex(4)}"
    assert main([*DEPLOYED.split(), address], {}, NOW) == Exit.WELL
    assert bucket.n_done.get(kind, 0) == bool(kind)
    fs = fsspec.filesystem("gs", token="anon", skip_instance_cache=True)
    (path,) = fs.find(address)
    assert json.loads(fs.cat_file(path))["service"] == "shop"
    assert capsys.readouterr().out.strip().endswith(f"gs://{path}")


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*DEPLOYED.split(), "gs://nobody/events"], {}, NOW) == Exit.FAILED
    assert "gs://nobody/events: there is no such bucket" in capsys.readouterr().err
