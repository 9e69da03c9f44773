"""Every reader of AS_OF sees the same instant and the same UTC day: Python, the sandbox and the models."""

import datetime as dt
from types import SimpleNamespace

import jinja2
import pytest

from sandbox.__main__ import _day
from tests.repository.project import ROOT, text_of, tracked_files
from warehouse.settings import read_warehouse_settings

BY_HAND = {
    "2026-06-01": ("2026-06-01", "2026-06-01 00:00:00"),
    "2026-06-01T12:30:00Z": ("2026-06-01", "2026-06-01 12:30:00"),
    # Half past midnight in Berlin is the evening before in UTC, here of the month before.
    "2026-06-01T00:30:00+02:00": ("2026-05-31", "2026-05-31 22:30:00"),
    # And an evening in Los Angeles is the next day, here of a leap year's March, and of the next year.
    "2028-02-29T18:00:00-08:00": ("2028-03-01", "2028-03-01 02:00:00"),
    "2026-12-31T23:30:00-01:00": ("2027-01-01", "2027-01-01 00:30:00"),
    " 2026-06-01 ": ("2026-06-01", "2026-06-01 00:00:00"),
    "20260601": ("2026-06-01", "2026-06-01 00:00:00"),
}


@pytest.mark.parametrize("text", BY_HAND)
def test_as_of_is_one_utc_day_for_all(text: str) -> None:
    day, instant = BY_HAND[text]
    settings = read_warehouse_settings({"AS_OF": text.strip()})
    assert settings["as_of"].date().isoformat() == day
    assert f"{settings['as_of']:%Y-%m-%d %H:%M:%S}" == instant
    assert _day(text.strip()).isoformat() == day
    assert _rendered("as_of_date", text) == f"cast('{day}' as date)"
    assert _rendered("as_of_at", text) == f"cast(/* as of */ '{instant}' as timestamp)"


def test_nobody_else_reads_as_of() -> None:
    """A macro that cuts AS_OF itself would cut off its offset."""
    readers = {
        str(path)
        for path in tracked_files()
        if path.suffix == ".sql" and "env_var('AS_OF'" in text_of(path)
    }
    assert readers == {"macros/domain/as_of_text.sql"}


def _rendered(macro: str, as_of: str) -> str:
    """Render a macro as dbt does, with the modules that dbt gives."""
    folder = ROOT / "macros" / "domain"
    text = "".join((folder / f"{name}.sql").read_text("utf-8") for name in ("as_of_text", macro))
    template = jinja2.Environment(autoescape=False).from_string(text + "{{ " + macro + "() }}")  # noqa: S701 - SQL
    return template.render(
        env_var=lambda name, default: as_of if name == "AS_OF" else default,
        run_started_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        modules=SimpleNamespace(datetime=dt, pytz=SimpleNamespace(utc=dt.UTC)),
    ).strip()
