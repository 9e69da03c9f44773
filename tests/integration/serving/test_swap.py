"""Snapshots change underneath while people ask: no answer fails, and none is of two snapshots."""

import asyncio
import datetime as dt
import gc
import json
import weakref
from decimal import Decimal
from urllib.parse import urlsplit

import httpx

from serving.api.view import View
from tests.service import Service

N_SWAPS = 4
ASKED = (
    "/analytics/savings/summary?organization_id=north",
    "/analytics/costs/by-provider?organization_id=north",
    "/analytics/marts/mart_savings__daily?organization_id=north",
    "/analytics/spend",
)
# The n-th snapshot says n for every amount, so one of two snapshots would show two numbers.
STAMP = (
    "update marts.mart_savings__daily set actual_cost_usd = {n}, baseline_cost_usd = {n}, gross_savings_usd = {n}",
    "update marts.fct_ai_spend_daily set spend_usd = {n}",
)


def _amounts(address: str, answer: dict[str, object]) -> set[Decimal]:
    """Return the different amounts per row that an answer shows."""
    if "by-provider" in address:
        counts = {"alpha": 1, "beta": 2, "gamma": 1}
        rows = answer["providers"]
        assert isinstance(rows, list)
        return {Decimal(row["actual_cost"]) / counts[row["provider"]] for row in rows}
    if "marts" in address:
        rows = answer["rows"]
        assert isinstance(rows, list)
        return {
            Decimal(row[name]) for row in rows for name in ("actual_cost_usd", "baseline_cost_usd")
        }
    if "spend" in address:
        return {Decimal(str(answer["total_spend"])) / 4}
    trend = answer["trend"]
    assert isinstance(trend, list)
    # The two come from two queries.
    in_all = {
        Decimal(str(answer[name])) / 4 for name in ("total_cost", "baseline_cost", "total_savings")
    }
    return in_all | {Decimal(trend[-1]["cumulative_savings"]) / 4}


def test_no_answer_fails_or_is_mixed_while_snapshots_change(service: Service) -> None:
    stamps: dict[str, int] = {}
    said: list[tuple[str, set[Decimal]]] = []
    token = service.token("*", role="admin")

    def swap(n: int) -> None:
        stamps[service.change(*(statement.format(n=n) for statement in STAMP))] = n

    async def ask(client: httpx.AsyncClient, stop: asyncio.Event, number: int) -> int:
        n_answers, tag = 0, ""
        while not stop.is_set():
            address = ASKED[(n_answers + number) % len(ASKED)]
            headers, asked = {}, {}
            if number % 2:
                headers = {"If-None-Match": tag}
            elif "marts" not in address:
                # Never asked before, so it is worked out now, while the snapshot may change.
                day = dt.date(2000, 1, 1) + dt.timedelta(days=number * 500 + n_answers % 500)
                asked = {"start_date": day.isoformat()}
            answer = await client.get(
                address,
                headers=headers,
                params=httpx.QueryParams(urlsplit(address).query).merge(asked),
            )
            assert answer.status_code in (200, 304), answer.text
            if answer.status_code == 200:
                found = json.loads(answer.content)
                # Compared at the end: a snapshot may be answered from before `swap` has noted its id.
                said.append((found["snapshot_id"], _amounts(address, found)))
                assert answer.headers["x-snapshot-id"] == found["snapshot_id"]
                tag = answer.headers["etag"]
            n_answers += 1
        return n_answers

    async def run() -> list[int]:
        stop = asyncio.Event()
        base = f"{service.url}/api/v1"
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
            asking = [asyncio.create_task(ask(client, stop, number)) for number in range(8)]
            for n in range(2, N_SWAPS + 2):
                await asyncio.to_thread(swap, n)
                await asyncio.to_thread(service.look)
                answer = await client.get(ASKED[0])
                assert stamps[answer.json()["snapshot_id"]] == n
            stop.set()
            return await asyncio.gather(*asking)

    swap(1)
    service.look()
    counted = asyncio.run(run())
    assert min(counted) > 0
    assert [one for one in said if one[1] != {Decimal(stamps[one[0]])}] == []
    # Only one folder is kept, so nearly all of the answers outlived theirs.
    assert len([*service.settings.publish_dir.glob("*/manifest.json")]) == 1


def test_view_outlives_its_folder_and_is_closed_when_nobody_holds_it(service: Service) -> None:
    follower = service.app.state.follower
    held: View | None = follower.current
    assert held is not None
    cursor = held.cursor()
    service.change("delete from marts.mart_savings__daily where organization_id = 'north'")
    service.look()
    assert not (service.settings.publish_dir / held.snapshot_id).exists()
    assert follower.current is not held
    count = "select count(*) from marts.mart_savings__daily"
    assert cursor.execute(count).fetchall() == [(6,)]
    assert follower.current.cursor().execute(count).fetchall() == [(2,)]
    cursor.close()
    gone = weakref.ref(held)
    del held, cursor
    gc.collect()
    assert gone() is None


def test_stream_that_began_on_a_snapshot_ends_on_it(service: Service) -> None:
    rows = "select {n} as n_row, repeat('x', 200) as model from range(60000)"
    service.change(f"create table marts.long as {rows.format(n=1)}")
    service.look()
    with (
        service.client("*", role="admin") as client,
        client.stream("GET", "/analytics/marts/long?limit=60000") as stream,
    ):
        chunks = stream.iter_bytes()
        body = next(chunks)
        service.change(f"create or replace table marts.long as {rows.format(n=2)}")
        service.look()
        body += b"".join(chunks)
        again = client.get("/analytics/marts/long?limit=1").json()
    found = json.loads(body)
    assert {row["n_row"] for row in found["rows"]} == {1}
    assert len(found["rows"]) == 60_000
    assert again["rows"][0]["n_row"] == 2


def test_questions_asked_before_are_answered_before_the_switch(service: Service) -> None:
    with service.client("north") as client:
        for address in (*ASKED[:2], ASKED[0]):
            client.get(address)
        service.change("delete from marts.mart_savings__daily where provider = 'alpha'")
        service.look()
        answers = service.app.state.follower.answers
        assert [kept.route for kept in answers._kept.values()] == [
            "/api/v1/analytics/savings/summary"
        ]
        assert client.get(ASKED[0]).json()["total_cost"] == "27.000000"


def test_damaged_snapshot_changes_nothing(service: Service) -> None:
    with service.client("north") as client:
        before = client.get(ASKED[0])
        pointer = service.settings.publish_dir / "current.json"
        text = pointer.read_text()
        pointer.write_text(text.replace('"manifest_sha256": "', '"manifest_sha256": "0'))
        service.look()
        assert client.get(ASKED[0]).content == before.content
        assert service.app.state.follower.n_failures > 0
        pointer.unlink()
        service.look()
        assert client.get(ASKED[0]).content == before.content
        pointer.write_text(text)
        made = service.change("delete from marts.mart_savings__daily where provider = 'alpha'")
        service.look()
        assert client.get(ASKED[0]).json()["snapshot_id"] == made
