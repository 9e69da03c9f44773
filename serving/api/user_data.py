"""Routes of a person's data: everything published on them, and the request to erase them.

The service reads snapshots only, so the export here is of the published tables; `python -m privacy export` adds the raw
ones. Whether a person is known is never told: an unknown one gets the same answers.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import duckdb
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from persons.columns import personal_columns
from persons.keys import normalised
from persons.matching import Replacement
from privacy import jobs
from privacy.exporting import Section, about, written
from privacy.jobs import Job, JobError, UnreadableJobError
from privacy.masking import subject_of
from serving.api.access import PERSON, Permission, Principal, refused, require
from serving.api.as_sent import is_zipped_for
from serving.api.audit import AuditError
from serving.api.lanes import within
from serving.api.mart_rows import selected
from serving.api.problems import Problem, Wrong, documented
from serving.api.requests import current_view, only, permit, refuse_to_expose
from serving.api.streams import InPlace, Stream, gathered
from serving.api.view import Mart, View
from serving.door.slots import Held

OFFICER = "privacy_officer"
ROWS_PER_BATCH = 1_000
_ALIASES, _PEOPLE = "marts.dim_person_aliases", "marts.dim_people"

router = APIRouter(
    prefix="/user/data",
    tags=["personal data"],
    responses=documented(401, 403, 404, 413, 422, 429, 503),
)
ONLY_SUBJECT = Depends(only("subject"))
Officer = Annotated[Principal, Depends(require(OFFICER))]
_SUBJECT: Any = Query(
    min_length=3,
    max_length=320,
    # A letter or a digit at least: what has none is nobody's.
    pattern=r"^[^\x00-\x1f]*[^\W_][^\x00-\x1f]*$",
    description="An e-mail or a vendor's id of the person",
)
Subject = Annotated[str, _SUBJECT]


class Erasure(BaseModel):
    """What became of a request."""

    job_id: str
    status: str
    requested_at: str
    detail: str | None = None
    """Of one that is done: `erased`, or `nothing_held` where everything was searched and named nobody of this identifier."""
    problem: str | None = None
    """Why it is not done, and what to do."""
    certificate: dict[str, Any] | None = None


@router.get("/export", response_class=Response, dependencies=[ONLY_SUBJECT])
async def export(
    request: Request,
    principal: Annotated[Principal, Depends(require(OFFICER, PERSON))],
    subject: Annotated[str | None, _SUBJECT] = None,
) -> Response:
    """Everything published on a person, table by table, with purpose, origin, retention and meaning of each field.

    An officer says who it is. A person gets the own copy, and names nobody.
    """
    view = current_view(request)
    if principal.role == PERSON:
        refuse_to_expose(request)
        if subject is not None:
            raise refused()
        subject = _own_address(view, principal)
    else:
        permit(request, principal, Permission(None, frozenset({OFFICER})))
        refuse_to_expose(request)
        if subject is None:
            missing = [Wrong(where="query.subject", what="Field required")]
            raise Problem(422, "The request cannot be understood; see errors.", errors=missing)
    whom, seconds = subject, request.app.state.settings.api_request_seconds

    async def copied(place: Held) -> Response:
        await _record(request, principal, "export_data", whom)
        cursor = view.cursor()
        identifiers = await within(cursor, seconds, lambda: _known(view, cursor, whom))
        head = {
            "scope": "published tables",
            "snapshot_id": view.snapshot_id,
            "data_origin": view.data_origin,
            "as_of": view.as_of,
        }
        return Stream(
            view,
            cursor,
            gathered(written(head, _tables(view, cursor, identifiers))),
            seconds,
            place=place,
            zips=is_zipped_for(dict(request.scope["headers"])),
            headers={"Cache-Control": "no-store"},
            media_type="application/json",
        )

    return InPlace(request.app.state.streams, seconds, copied)


@router.delete(
    "",
    status_code=202,
    response_model=Erasure,
    response_model_exclude_none=True,
    dependencies=[ONLY_SUBJECT],
)
async def erase(request: Request, principal: Officer, subject: Subject) -> Erasure:
    """Ask for an erasure: at once in answers, with the next run everywhere."""
    permit(request, principal, Permission(None, frozenset({OFFICER})))
    view = current_view(request)
    await _record(request, principal, "delete_data", subject)
    cursor, seconds = view.cursor(), request.app.state.settings.api_request_seconds
    identifiers = await within(cursor, seconds, lambda: _known(view, cursor, subject))
    follower = request.app.state.follower
    job = await _readable(
        lambda: follower.erasures.request(
            [subject], known=identifiers, requested_by=f"token:{principal.token_id}"
        )
    )
    # Whoever asks after this answer is not shown the person any more.
    await follower.look()
    return _answer(job)


@router.get(
    "/erasures/{job_id}",
    response_model=Erasure,
    response_model_exclude_none=True,
    dependencies=[Depends(only())],
)
async def erasure(request: Request, principal: Officer, job_id: str) -> Erasure:
    """What became of a request; the certificate, once it is done."""
    permit(request, principal, Permission(None, frozenset({OFFICER})))
    state_dir = request.app.state.settings.state_dir
    try:
        return _answer(await _readable(lambda: jobs.read(state_dir, job_id)))
    except JobError as error:
        raise Problem(404, str(error)) from error


async def _readable(work: Callable[[], Job]) -> Job:
    try:
        return await asyncio.to_thread(work)
    except (UnreadableJobError, OSError) as error:
        raise Problem(503, "Erasures cannot be read or written now; nothing was done.") from error


def _answer(job: Job) -> Erasure:
    return Erasure(
        job_id=job.job_id,
        status=job.status,
        requested_at=job.requested_at,
        detail=job.detail or None,
        problem=job.problem or None,
        certificate=job.certificate or None,
    )


async def _record(request: Request, principal: Principal, action: str, subject: str) -> None:
    """Write to the audit log first; what cannot be written does not happen."""

    def record() -> None:
        request.app.state.audit.record(
            f"token:{principal.token_id}",
            action,
            subject=subject,
            organization=None,
            resource=router.prefix,
        )

    try:
        await asyncio.to_thread(record)
    except (OSError, AuditError) as error:
        raise Problem(503, "The audit log cannot be written, so nothing may be done.") from error


def _own_address(view: View, principal: Principal) -> str:
    """Return the address of whoever asks, as the people sheet has it."""
    cursor = view.cursor()
    try:
        row = cursor.execute(
            f"select max(person_email) from {_PEOPLE} where person_id = ?", [principal.person_id]
        ).fetchone()
    finally:
        cursor.close()
    if row is None or row[0] is None:
        raise refused()
    return str(row[0])


def _known(view: View, cursor: duckdb.DuckDBPyConnection, subject: str) -> list[str]:
    """Return the given identifier, then everything else that the snapshot knows the person by."""
    given = normalised(subject)
    found = {given}
    if view.has(_ALIASES):
        found |= _texts(
            cursor,
            f"select unnest([alias_value, person_email]) from {_ALIASES} where person_email in"
            f" (select person_email from {_ALIASES}"
            "  where lower(alias_value) = $given or lower(person_email) = $given)",
            given,
        )
    if view.has(_PEOPLE):
        for email in sorted(found):
            found |= _texts(
                cursor,
                f"select person_name from {_PEOPLE} where lower(person_email) = $given",
                email,
            )
    return [given, *sorted(found - {given})]


def _texts(cursor: duckdb.DuckDBPyConnection, sql: str, given: str) -> set[str]:
    rows = cursor.execute(sql, {"given": given}).fetchall()
    return {normalised(text) for (text,) in rows if text}


def _tables(
    view: View, cursor: duckdb.DuckDBPyConnection, identifiers: list[str]
) -> Iterator[tuple[Section, Iterator[dict[str, Any]]]]:
    """Yield every table that can hold personal data, with the rows that are about the person."""
    who = Replacement({"erased-0000000000000000": subject_of(identifiers).identifiers()})
    for table, mart in sorted(view.marts.items()):
        columns = personal_columns(mart.own_columns)
        if columns and mart.renamed_to is None:
            yield Section(table, tuple(mart.own_columns)), _rows(cursor, mart, columns, who)


def _rows(
    cursor: duckdb.DuckDBPyConnection, mart: Mart, columns: list[str], who: Replacement
) -> Iterator[dict[str, Any]]:
    matches = " or ".join(f'regexp_matches(lower("{name}"), $probe)' for name in columns)
    cursor.execute(
        f"select {selected(mart.own_columns)} from {mart.relation} where {matches} order by all",
        {"probe": "|".join(who.probes)},
    )
    while some := cursor.fetchmany(ROWS_PER_BATCH):
        for row in some:
            found = about(dict(zip(mart.own_columns, row, strict=True)), columns, who)
            if found is not None:
                yield found
