"""Odd values for every parameter of every question and every column of every mart: an answer or a refusal, never a fault of ours."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.service import Service

ODD = (
    "99999-01-01", "9999-12-31", "0001-01-01", "-0044-03-15", "1999-13-01", "infinity", "-infinity", "NaN", "epoch", "9999-12",
    "0001-01", "99999-01", "1e400", "9" * 400, "-9223372036854775809", "9223372036854775807", "0", "-1", "1.5", "true", "null", "",
    " ", "a\x00b", "\ud83d", "\u202e", "'", '"', "%", "x" * 5_000, "[]", "{}", "٣",
)  # fmt: skip
OF_COLUMNS = ("99999-01-01", "-infinity", "NaN", "9" * 400, "a\x00b", "\ud83d", "'", "-1")
ENDLESS = "/api/v1/events"


def _addresses(document: dict[str, Any], marts: list[dict[str, Any]]) -> list[str]:
    found = []
    for path, operation in document["paths"].items():
        parameters = operation.get("get", {}).get("parameters", [])
        names = {one["name"] for one in parameters}
        usual = "organization_id=north&" if "organization_id" in names else ""
        for one in parameters if path != ENDLESS else ():
            for value in map(_sent, ODD):
                if one["in"] == "path":
                    found.append(path.replace("{" + one["name"] + "}", value))
                elif one["in"] == "query":
                    place = path.replace("{mart}", "fct_ai_spend_daily")
                    found.append(f"{place}?{usual}{one['name']}={value}")
    for mart in marts:
        for column in mart["columns"]:
            found += [
                f"/api/v1/analytics/marts/{mart['mart']}?{column['name']}{operator}={_sent(value)}"
                for value in OF_COLUMNS
                for operator in ("", ".gte")
            ]
    return found


def _sent(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.proofs
def test_no_parameter_takes_an_odd_value_amiss(lasting: Service) -> None:
    headers = {"Authorization": f"Bearer {lasting.token('*', role='admin')}"}
    with httpx.Client(base_url=lasting.url, headers=headers, timeout=60) as client:
        document = client.get("/api/v1/openapi.json").json()
        listed = client.get("/api/v1/analytics/marts").json()
        addresses = _addresses(document, listed["marts"])
        statuses = {address: client.get(address).status_code for address in addresses}
    assert len(statuses) > 1_000
    assert [address[:120] for address, status in statuses.items() if status >= 500] == []
