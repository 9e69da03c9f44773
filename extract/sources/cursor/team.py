"""Cursor's team: members (a directory), spend and groups (snapshots of the running billing cycle)."""

import datetime as dt
from collections.abc import Hashable
from typing import Any

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator, SinglePagePaginator

from extract.client.http import Api, Body, EnvelopeError, require
from extract.client.watching import Watch
from extract.landing.sink import Sink
from extract.sources.cursor.tables import GROUP_MEMBERS, GROUPS, SPEND, TEAM_MEMBERS
from extract.sources.cursor.usage import PAGE_SIZE


def read_team_members(api: Api, sink: Sink) -> None:
    """Read all members, removed ones included; the vendor does not page them."""

    def envelope(body: Body) -> Body:
        require(body, "teamMembers")
        return body

    for body in api.pages(
        "GET", "/teams/members", paginator=SinglePagePaginator(), envelope=envelope, watch=None
    ):
        sink.add(TEAM_MEMBERS, body["teamMembers"])


def read_spend(api: Api, today: dt.date, sink: Sink) -> None:
    """Read the cumulative spend of the running cycle: pages 1 to `totalPages`."""

    def envelope(body: Body) -> Body:
        require(body, "teamMemberSpend")
        pages = body.get("totalPages")
        if not isinstance(pages, int) or isinstance(pages, bool):
            raise EnvelopeError("the answer lacks 'totalPages', so its end is unknown")
        return body

    for body in api.pages(
        "POST",
        "/teams/spend",
        json={"page": 1, "pageSize": PAGE_SIZE},
        paginator=PageNumberPaginator(
            base_page=1, page_body_path="page", total_path="totalPages", stop_after_empty_page=False
        ),
        envelope=envelope,
        watch=Watch(
            rows="teamMemberSpend",
            key=_member,
            totals=("totalPages", "subscriptionCycleStart"),
            n_rows="totalMembers",
        ),
    ):
        start = body.get("subscriptionCycleStart")
        sink.add(
            SPEND,
            body["teamMemberSpend"],
            {
                "snapshot_date": today,
                "subscription_cycle_start_ms": int(start)
                if isinstance(start, str) and start.isdecimal() and len(start) < 20
                else start,
            },
        )


def _member(row: object) -> Hashable:
    """Return whose spend a row is."""
    return (row.get("userId") or row.get("email")) if isinstance(row, dict) else None


def read_groups(api: Api, today: dt.date, sink: Sink) -> None:
    """Read the billing groups with their present and former members."""

    def envelope(body: Body) -> Body:
        require(body, "groups")
        return body

    for body in api.pages(
        "GET", "/teams/groups", paginator=SinglePagePaginator(), envelope=envelope, watch=None
    ):
        cycle = body.get("billingCycle")
        cycle = cycle if isinstance(cycle, dict) else {}
        given = {
            "snapshot_date": today,
            "billing_cycle_start": cycle.get("cycleStart"),
            "billing_cycle_end": cycle.get("cycleEnd"),
        }
        sink.add(GROUPS, body["groups"], {**given, "is_unassigned_group": False})
        rest = body.get("unassignedGroup")
        if rest is not None:
            sink.add(GROUPS, [rest], {**given, "is_unassigned_group": True})
        for group in [*body["groups"], rest]:
            if isinstance(group, dict):
                _read_group_members(group, today, sink)


def _read_group_members(group: dict[str, Any], today: dt.date, sink: Sink) -> None:
    identity = group.get("id")
    for key, former in (("currentMembers", False), ("formerMembers", True)):
        listed = group.get(key) or []
        sink.add(
            GROUP_MEMBERS,
            listed if isinstance(listed, list) else [listed],
            {
                "snapshot_date": today,
                "group_id": None if identity is None else str(identity),
                "is_former": former,
            },
        )
