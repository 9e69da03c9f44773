"""Answers: worked out once per snapshot and question, kept ready to send as JSON or CSV, plain and gzipped.

An answer belongs to one view, so it is never mixed of two snapshots and is forgotten with its view.
"""

import asyncio
import gzip
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import duckdb
from starlette.responses import Response
from starlette.types import Scope

from serving.api.access import Permission, Principal
from serving.api.as_sent import is_zipped_for
from serving.api.formats import Format, format_of
from serving.api.lanes import DRAWING, SMALL, within
from serving.api.presentation import as_csv, as_json, provenance, provenance_headers
from serving.api.problems import Problem, named
from serving.api.view import View

MOST_KEPT = 4_096
MOST_BYTES_KEPT = 128 * 2**20
LARGEST_KEPT = 262_144
SMALLEST_ZIPPED = 500
VARY = "Accept, Accept-Encoding, Authorization, Cookie"
CACHE_CONTROL = "private, no-cache"
_log = logging.getLogger(__name__)

Key = tuple[str, bytes, Format, tuple[object, ...]]
Form = Literal["plain", "zipped", "known"]


@dataclass(frozen=True)
class Answer:
    """What a question's work found. CSV shows the list in field `table` alone, or, without one, every field."""

    fields: Mapping[str, Any]
    table: str | None = None
    columns: tuple[str, ...] = ()
    """Of that list, also when it is empty."""


@dataclass(frozen=True)
class Document:
    """What is sent as it is: a page, or a file for people."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


Work = Callable[[duckdb.DuckDBPyConnection, View], Answer | Document]


@dataclass(frozen=True)
class Question:
    """Something asked of a snapshot."""

    key: Key
    route: str
    permission: Permission
    tables: tuple[str, ...]
    """What the answer is made from."""
    work: Work
    is_drawn: bool = False
    """Whether it takes long, so that no figures should wait for it."""

    @property
    def is_csv(self) -> bool:
        """Say whether it is answered as CSV; what the key says, so that no answer lies under another's key."""
        return self.key[2] == "csv"


@dataclass(frozen=True)
class Kept:
    """An answer as it is sent, and who may have it."""

    question: Question
    headers: Mapping[str, str]
    body: bytes
    zipped: bytes | None
    ready: dict[Form, Response] = field(default_factory=dict, compare=False, repr=False)

    @property
    def n_bytes(self) -> int:
        """Return about how much memory it takes."""
        return len(self.body) + len(self.zipped or b"") + len(repr(self.question.key)) + 2_048

    @property
    def permission(self) -> Permission:
        """Return what the question needs."""
        return self.question.permission

    @property
    def route(self) -> str:
        """Return the route that was asked."""
        return self.question.route

    def response(self, sent: Mapping[bytes, bytes]) -> Response:
        """Return the answer, or 304 when the client has it already."""
        return self._made(self._form(sent))

    def cached_response(self, sent: Mapping[bytes, bytes]) -> Response:
        """Return the same, made once and sent many times: only for where nobody alters it on its way."""
        form = self._form(sent)
        found = self.ready.get(form)
        if found is None:
            found = self.ready[form] = self._made(form)
        return found

    def _form(self, sent: Mapping[bytes, bytes]) -> Form:
        if b"if-none-match" in sent and is_known(self.headers["ETag"], sent):
            return "known"
        zips = self.zipped is not None and is_zipped_for(sent)
        return "zipped" if zips else "plain"

    def _made(self, form: Form) -> Response:
        if form == "known":
            return Response(status_code=304, headers=self.headers)
        if form == "zipped":
            return Response(self.zipped, headers={**self.headers, "Content-Encoding": "gzip"})
        return Response(self.body, headers=self.headers)


class Answers:
    """The answers of one view."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._asked_again: set[Key] = set()
        self._under_way: dict[Key, asyncio.Task[Kept]] = {}
        self._n_bytes = 0

    def __contains__(self, question: Question) -> bool:
        """Say whether a question is answered already."""
        return question.key in self._kept

    def kept(self, scope: Scope, principal: Principal) -> Kept | None:
        """Return what was answered before to this very question, asked by somebody who may see the same."""
        if scope["method"] != "GET":
            return None
        key = key_of(scope, principal)
        found = self._kept.get(key)
        if found is not None:
            self._note_again(key)
        return found

    async def ask(self, question: Question, seconds: float) -> Kept:
        """Answer; the same question asked by many at once is worked out once."""
        found = self._kept.get(question.key)
        if found is not None:
            self._note_again(question.key)
            return found
        task = self._under_way.get(question.key)
        if task is None:
            task = asyncio.create_task(self._work_out(question, seconds))
            self._under_way[question.key] = task
            task.add_done_callback(lambda done: self._done(question, done))
        # Whoever gives up waiting must not take the answer from the others.
        return await asyncio.shield(task)

    def prepare(self, questions: Iterable[Question], seconds: float) -> None:
        """Answer in advance, as many as there is time for; only for a view that nobody else sees yet.

        What takes long to draw is begun first and goes on beside the rest.
        """
        until = time.monotonic() + seconds
        wanted = {one.key: one for one in questions if one.key not in self._kept}.values()
        drawn = [one for one in wanted if one.is_drawn]
        doing = [DRAWING.threads.submit(self._prepared, one, until) for one in drawn]
        found = [self._prepared(one, until) for one in wanted if not one.is_drawn]
        for kept in [*found, *(one.result() for one in doing)]:
            if kept is not None:
                self._keep(kept.question, kept)

    def _prepared(self, question: Question, until: float) -> Kept | None:
        if time.monotonic() > until:
            return None
        try:
            return _worked_out(self.view, self.view.cursor(), question)
        except (Problem, duckdb.Error):  # whoever asks will be told
            return None
        except (
            Exception
        ) as error:  # nothing that is only prepared keeps a snapshot from being served
            _log.error("an answer could not be prepared: %s", named(error))
            return None

    def asked_again(self, n_questions: int) -> list[Question]:
        """Return what was asked more than once, the latest first; what was asked once may never be again."""
        again = (kept.question for kept in reversed(self._kept.values()))
        return list(islice((one for one in again if one.key in self._asked_again), n_questions))

    async def _work_out(self, question: Question, seconds: float) -> Kept:
        cursor = self.view.cursor()
        return await within(
            cursor,
            seconds,
            lambda: _worked_out(self.view, cursor, question),
            DRAWING if question.is_drawn else SMALL,
        )

    def _done(self, question: Question, task: asyncio.Task[Kept]) -> None:
        self._under_way.pop(question.key, None)
        if not task.cancelled() and task.exception() is None:
            self._keep(question, task.result())

    def keeps(self, kept: Kept) -> bool:
        """Say whether an answer is small enough to be kept."""
        return len(kept.body) <= LARGEST_KEPT

    def _keep(self, question: Question, kept: Kept) -> None:
        if not self.keeps(kept) or question.key in self._kept:
            return
        self._kept[question.key] = kept
        self._n_bytes += kept.n_bytes
        while len(self._kept) > MOST_KEPT or self._n_bytes > MOST_BYTES_KEPT:
            key, gone = self._kept.popitem(last=False)
            self._n_bytes -= gone.n_bytes
            self._asked_again.discard(key)

    def _note_again(self, key: Key) -> None:
        self._kept.move_to_end(key)
        self._asked_again.add(key)


def key_of(scope: Scope, principal: Principal) -> Key:
    """Return everything that decides what an answer is: address, parameters, format, and what its reader may see.

    The format is what was decided, not what was sent: two headers that ask for different ones must not make one key of an
    answer in the one and a reader of the other.
    """
    return scope["path"], scope["query_string"], format_of(scope), principal.reach


def tag_of(view: View, key: Key, *more: str) -> str:
    """Return the ETag of an answer; weak, because it is the same answer gzipped or not."""
    digest = hashlib.sha256(repr((view.edition, key, more)).encode()).hexdigest()
    return f'W/"{digest[:24]}"'


def is_known(tag: str, sent: Mapping[bytes, bytes]) -> bool:
    """Say whether the client has this answer already."""
    known = sent.get(b"if-none-match", b"").decode("latin-1")
    bare = tag.removeprefix("W/")
    return known.strip() == "*" or any(
        one.strip().removeprefix("W/") == bare for one in known.split(",")
    )


def _worked_out(view: View, cursor: duckdb.DuckDBPyConnection, question: Question) -> Kept:
    made = _document_of(question.work(cursor, view), view, question)
    body = made.body
    headers = {
        "Content-Type": made.media_type,
        **made.headers,
        "ETag": tag_of(view, question.key),
        "Cache-Control": CACHE_CONTROL,
        "Vary": VARY,
        **provenance_headers(view, question.tables),
    }
    zipped = gzip.compress(body, 6, mtime=0) if len(body) >= SMALLEST_ZIPPED else None
    return Kept(question, headers, body, zipped)


def _document_of(answer: Answer | Document, view: View, question: Question) -> Document:
    if isinstance(answer, Document):
        return answer
    if question.is_csv:
        body = as_csv(answer.fields, answer.table, answer.columns)
        return Document(body, "text/csv; charset=utf-8")
    return Document(
        as_json({**answer.fields, **provenance(view, question.tables)}), "application/json"
    )
