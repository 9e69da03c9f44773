import json
import urllib.error
import urllib.request

import pytest

from tests.bigquery import null_service

TABLES = "/bigquery/v2/projects/p/datasets/marts/tables"


def get(address: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_nothing_exists() -> None:
    with null_service.running() as service:
        assert get(service.address + TABLES)[0] == 404
        assert get(f"{service.address}{TABLES}/facts")[0] == 404


def test_pretended_tables_exist() -> None:
    with null_service.running() as service:
        service.existing = {("marts", "facts")}
        assert get(service.address + TABLES)[1]["totalItems"] == 1
        assert get(f"{service.address}{TABLES}/facts")[0] == 200
        assert get(f"{service.address}{TABLES}/other")[0] == 404


def test_query_is_refused_and_remembered() -> None:
    with null_service.running() as service:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{service.address}/bigquery/v2/projects/p/queries", data=b'{"query": "select 1"}'
        )
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(request, timeout=10)  # noqa: S310 - loopback
        refusal.value.close()
        assert service.refused == ['{"query": "select 1"}']
