"""The executive report over HTTP: to whom which part, kept apart for each, drawn anew with each snapshot."""

import csv
import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from serving.spreadsheet import FORMULA
from tests.integration.serving.conftest import published
from tests.service import Service, serving
from tests.unit.serving.report.published import DAILY, PROJECTIONS, ROWS, statements

AS_OF_OCTOBER = {"month": "2026-10"}
SOUTH = (
    "south",
    "2026-10-01",
    "=cmd|' /C calc'!A0",
    "bug_fix",
    *[1000] * 5,
    10_000_000,
    *[1000] * 6,
)


def _statements() -> list[str]:
    daily = [*DAILY, SOUTH]
    projections = [
        *PROJECTIONS,
        ("2026-10-01", "south", None, 1, 1, None, "too_few_closed_months", True),
    ]
    rows = {
        **ROWS,
        "marts.mart_savings__daily": daily,
        "marts.mart_savings__projections": projections,
    }
    # What the service itself looks at when it opens a snapshot.
    return [
        *statements(rows),
        "alter table marts.mart_savings__daily add column n_negative_savings_tasks bigint",
    ]


@pytest.fixture(scope="module")
def reporting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(published(tmp_path_factory.mktemp("reports"))) as running:
        running.change(*_statements())
        running.look()
        yield running


def _figures(answer_text: str) -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in csv.DictReader(io.StringIO(answer_text))}


def _page(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text()


def test_three_forms_of_the_same_figures(reporting: Service) -> None:
    with reporting.client("*") as client:
        pdf, text, json = (
            client.get(f"/reports/executive.{kind}", params={**AS_OF_OCTOBER, "organization_id": "north"})
            for kind in ("pdf", "csv", "json")
        )  # fmt: skip
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == 'inline; filename="executive-2026-10.pdf"'
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    figures = _figures(text.text)
    assert figures["savings.total"]["value"] == "9.90"
    assert figures["spend.total"]["value"] == "960.00"
    found = json.json()
    assert found["month"] == "2026-10"
    assert found["organization_id"] == "north"
    by_key = {one["key"]: one for one in found["figures"]}
    assert by_key["savings.total"]["value"] == "9.90"
    assert by_key.keys() == figures.keys()
    assert found["snapshot_id"] == text.headers["x-snapshot-id"]
    assert "$9.90" in _page(pdf.content)
    assert "$960.00" in _page(pdf.content)


@pytest.mark.parametrize("role", ["viewer", "admin", "privacy_officer"])
def test_a_token_of_an_organisation_gets_its_savings_and_nothing_of_the_company(
    reporting: Service, role: str
) -> None:
    with reporting.client("north", role=role) as client:
        # Without a name it is its own.
        for asked in (AS_OF_OCTOBER, {**AS_OF_OCTOBER, "organization_id": "north"}):
            figures = _figures(client.get("/reports/executive.csv", params=asked).text)
            assert figures["savings.total"]["value"] == "9.90"
            assert figures["spend.total"]["value"] == ""
            assert figures["spend.total"]["note"] == "not for this token"
            page = _page(client.get("/reports/executive.pdf", params=asked).content)
            assert "$960.00" not in page
            assert "ot for this token" in page
        other = client.get("/reports/executive.pdf", params={"organization_id": "south"})
        nowhere = client.get("/reports/executive.pdf", params={"organization_id": "nowhere"})
    assert (other.status_code, nowhere.status_code) == (403, 403)
    assert other.text == nowhere.text


def test_what_is_kept_for_one_is_not_given_to_another(reporting: Service) -> None:
    """The same address has the company's money for the one, and for the others their own savings alone."""
    with (
        reporting.client("*") as all_of_them,
        reporting.client("north") as north,
        reporting.client("south") as south,
    ):
        asked = "/reports/executive.csv?month=2026-10"
        for _ in range(2):  # what was kept the first time is asked for again
            totals = [
                (found["savings.total"]["value"], found["spend.total"]["value"])
                for found in (_figures(one.get(asked).text) for one in (all_of_them, north, south))
            ]
            assert totals == [("1009.90", "960.00"), ("9.90", ""), ("1000.00", "")]
        named = f"{asked}&organization_id=north"
        for _ in range(2):
            assert _figures(north.get(named).text)["spend.total"]["value"] == ""
            assert _figures(all_of_them.get(named).text)["spend.total"]["value"] == "960.00"
        tags = {one.get(named).headers["etag"] for one in (north, all_of_them)}
        assert len(tags) == 2


@pytest.mark.parametrize(
    ("asked", "status", "what"),
    [
        ({"month": "2026-01"}, 422, "there are 2026-09, 2026-10, 2026-11"),
        ({"month": "2026-13"}, 422, "pattern"),
        ({"month": "october"}, 422, "pattern"),
        ({"month": "2026-10", "format": "csv"}, 422, "not permitted"),
        ({"month": "2026-10", "organization_id": "nowhere"}, 404, "no tasks"),
    ],
)
def test_what_there_is_none_of(
    reporting: Service, asked: dict[str, str], status: int, what: str
) -> None:
    with reporting.client("*") as client:
        answer = client.get("/reports/executive.pdf", params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert what in answer.text


def test_a_token_of_several_names_one(reporting: Service) -> None:
    with reporting.client("north", "south") as client:
        answer = client.get("/reports/executive.json")
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (
            422,
            "query.organization_id",
        )
        assert client.get("/reports/executive.json?organization_id=south").status_code == 200


def test_without_a_month_it_is_the_newest_that_has_ended(service: Service) -> None:
    service.change(*_statements())
    service.look()
    with service.client("*") as client:
        # As of 10 June nothing of 2026-09 has ended, so it is the newest that there is.
        assert client.get("/reports/executive.json").json()["month"] == "2026-11"


def test_another_snapshot_is_another_report_and_the_same_one_is_not_sent_twice(
    service: Service,
) -> None:
    service.change(*_statements())
    service.look()
    with service.client("*") as client:
        asked = "/reports/executive.pdf?month=2026-10&organization_id=north"
        first = client.get(asked)
        tag = {"If-None-Match": first.headers["etag"]}
        again = client.get(asked, headers=tag)
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(asked).content == first.content
        service.change(
            "update marts.mart_savings__daily set gross_savings_usd = 13 where gross_savings_usd = 12"
        )
        service.look()
        changed = client.get(asked, headers=tag)
        assert changed.status_code == 200
        assert "$10.90" in _page(changed.content)


def test_a_snapshot_without_these_marts_says_so(lasting: Service) -> None:
    with lasting.client("*") as client:
        found = client.get("/reports/executive.json?month=2026-05").json()
        assert client.get("/reports/executive.pdf?month=2026-05").status_code == 200
    by_key = {one["key"]: one for one in found["figures"]}
    assert by_key["savings.projected_annual"]["value"] is None
    assert by_key["checks.total"]["note"] == "none in this snapshot"


def test_no_cell_of_the_csv_is_a_formula(reporting: Service) -> None:
    with reporting.client("south") as client:
        text = client.get("/reports/executive.csv?month=2026-10").text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert f"'{SOUTH[2]}" in cells
    assert not [cell for cell in cells if cell.startswith(FORMULA) and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
