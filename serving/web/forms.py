"""What a form of ours has sent."""

from urllib.parse import parse_qsl

from fastapi import Request

from serving.api.forgery import FORM
from serving.api.problems import Problem

MOST_FIELDS = 50


async def fields(request: Request) -> dict[str, str]:
    """Return a form's fields; of one that is sent twice the last."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Problem(422, "This takes a form.")
    try:
        sent = parse_qsl(
            (await request.body()).decode(errors="replace"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Problem(422, "The form cannot be understood.") from error
    return dict(sent)
