"""claude.ai Enterprise Analytics, money of the organisation as a whole: GET /v1/organizations/analytics/cost_report.

One bucket per day, oldest first, `limit` counts buckets; of the groupings only `product`. Rows by user can sum to
less. An organisation that does not have it gets a 404.
"""

from datetime import timedelta

from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, anthropic_error
from sandbox.server.anthropic import InvalidRequestError, limit_of
from sandbox.server.claude_analytics_costs import cents, span
from sandbox.server.ranked_pages import offset_of, page_of
from sandbox.server.state import State
from sandbox.server.tokens import fingerprint

_GROUPS = ("product",)
_MOST_BUCKETS = 31


async def cost_report(request: Request, state: State) -> Answer:
    """GET /v1/organizations/analytics/cost_report, in buckets of a day."""
    query = request.query_params
    if state.world.organization_costs(state.today()) is None:
        return anthropic_error(404)
    try:
        limit = limit_of(query, 7, _MOST_BUCKETS)
        groups = frozenset(query.getlist("group_by[]"))
        if groups - {*_GROUPS}:
            raise InvalidRequestError(f"group_by[]: Input should be one of {', '.join(_GROUPS)}")
        if query.get("bucket_width", "1d") != "1d":
            raise InvalidRequestError("bucket_width: Input should be 1d")
        start, end = span(query, state.today())
        same_query = fingerprint("cost_report", query.multi_items())
        offset = offset_of(query, state, same_query)
    except InvalidRequestError as error:
        return anthropic_error(400, str(error))
    days = [start.date() + timedelta(days=n) for n in range((end - start).days)]
    after = offset + limit
    page: list[JsonObject] = [
        {
            "starting_at": f"{day}T00:00:00Z",
            "ending_at": f"{day + timedelta(days=1)}T00:00:00Z",
            "results": _results(state.world.organization_costs(day) or {}, by_product=bool(groups)),
        }
        for day in days[offset:after]
    ]
    next_offset = after if after < len(days) else None
    return page_of(query, state, same_query, start, page, next_offset=next_offset)


def _results(products: dict[str | None, tuple[int, int]], *, by_product: bool) -> list[JsonObject]:
    if not by_product and products:
        amounts = products.values()
        products = {None: (sum(pico for pico, _ in amounts), sum(full for _, full in amounts))}
    return [
        {
            "amount": cents(pico),
            "list_amount": cents(list_pico),
            "currency": "USD",
            "product": product,
            "requests": 1,
            **dict.fromkeys(
                ("model", "context_window", "inference_geo", "speed", "cost_type", "token_type"),
            ),
        }
        for product, (pico, list_pico) in products.items()
    ]
