"""Names of marts and columns that go with the next release (`serving/renamed.yml`): still answered, and said to go."""

import copy
import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from serving.api.addresses import PREFIX
from serving.api.view import Mart
from serving.renamed import RENAMED

MARTS = f"{PREFIX}/analytics/marts"


def names(mart: Mart) -> dict[str, str]:
    """Return what a mart is called, and what to call it when that name goes."""
    found = {"mart": str(mart)}
    return found if mart.renamed_to is None else {**found, "renamed_to": mart.renamed_to}


def used(mart: Mart, parameters: Iterable[str]) -> list[str]:
    """Return the names that go among those that a mart was asked by: its own, and its columns'."""
    columns = {name.partition(".")[0] for name in parameters} & mart.renamed.keys()
    named = [str(mart)] if mart.renamed_to is not None else []
    return [*named, *(f"{mart.published}.{column}" for column in sorted(columns))]


def headers(request: Request, mart: Mart) -> dict[str, str]:
    """Return what the answer to a request by such a name says of it.

    `Deprecation` is of RFC 9745, `successor-version` the address that asks the same by the names that stay. No `Sunset`
    (RFC 8594): the day of a release is not known before.
    """
    since = dt.datetime.combine(RENAMED.since, dt.time(), dt.UTC)
    asked = []
    for name, value in request.query_params.multi_items():
        column, dot, operator = name.partition(".")
        asked.append((f"{mart.renamed.get(column, column)}{dot}{operator}", value))
    address = f"{MARTS}/{mart.published}" + (f"?{urlencode(asked)}" if asked else "")
    return {
        "Deprecation": f"@{since.timestamp():.0f}",
        "Link": f'<{address}>; rel="successor-version"',
    }


def describe(paths: dict[str, Any]) -> None:
    """Add the marts' names that go to the paths of the OpenAPI document, as deprecated."""
    for before, now in RENAMED.marts.items():
        operation = copy.deepcopy(paths[f"{MARTS}/{{mart}}"]["get"])
        operation["parameters"] = [
            one for one in operation["parameters"] if (one["in"], one["name"]) != ("path", "mart")
        ]
        operation["operationId"] += f"_{before.replace('.', '_')}"
        operation["deprecated"] = True
        operation["summary"] = f"{before}, from release {RENAMED.gone_in} on only {now}"
        paths[f"{MARTS}/{before}"] = {"get": operation}
