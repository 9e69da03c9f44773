"""Answers what will be asked of a snapshot before anybody does, so that nobody waits for it.

Of a new snapshot before it is served (`snapshots.py`), of the first one of a process after: the API need not wait for
pictures, and `/readyz` says when pages need not either.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Iterable, Iterator

from dashboards.binding import tables_of
from dashboards.definition import read_boards
from serving.api.access import ANY_ROLE, Principal, principal_of
from serving.api.answers import Answers, Question
from serving.api.problems import Problem, named
from serving.api.snapshots import Follower
from serving.api.tokens import TokenStore, TokenStoreError
from serving.api.view import View
from serving.web.pictures import WHOLE_COMPANY
from serving.web.questions import first_of, later_of
from serving.web.rendering import ENVIRONMENT

MOST_READERS = 12
"""Of the tokens that may see different things, the newest. Whoever reads own rows only is answered when asking."""
MOST_SECONDS_TO_READY = 30.0
_SECONDS_OF_AN_ANSWER = 30.0
_SECONDS_OF_WAITING = 3_600.0
_log = logging.getLogger(__name__)


class Ahead:
    """Draws ahead; one per application."""

    def __init__(self, tokens: TokenStore, *, is_wanted: bool) -> None:
        self._tokens, self._is_wanted = tokens, is_wanted
        self.is_ready = not is_wanted
        """Whether the first pages of the first snapshot are there."""

    def first(self, view: View) -> Iterator[Question]:
        """Return what will be asked first of a snapshot."""
        return first_of(view, self._readers()) if self._is_wanted else iter(())

    async def go_on(self, follower: Follower) -> None:
        """Answer whenever another snapshot is served, until cancelled."""
        if not self._is_wanted:
            return
        await asyncio.to_thread(_learn)
        seen = None
        while True:
            view = await follower.changed(seen, _SECONDS_OF_WAITING)
            answers = follower.answers
            if view is None or answers is None:
                continue
            seen = answers.view.edition
            await self._begin(answers)
            for question in later_of(answers.view):
                if follower.answers is not answers:
                    break
                await _ask(answers, question)
            # A snapshot is closed when nobody holds it.
            del view, answers

    async def _begin(self, answers: Answers) -> None:
        wanted = list(self.first(answers.view))
        lanes = ([one for one in wanted if one.is_drawn is is_drawn] for is_drawn in (True, False))
        try:
            async with asyncio.timeout(None if self.is_ready else MOST_SECONDS_TO_READY):
                await asyncio.gather(*(_ask_all(answers, lane) for lane in lanes))
        except TimeoutError:
            _log.warning(
                "the first pages of a snapshot take long: they are shown as they are asked for"
            )
        self.is_ready = True

    def _readers(self) -> list[Principal]:
        """Return one of all who see the same."""
        now = dt.datetime.now(dt.UTC)
        try:
            tokens = list(self._tokens.tokens().values())
        except TokenStoreError:  # nobody is let in, and the gate says so
            tokens = []
        readers = {WHOLE_COMPANY.reach: WHOLE_COMPANY}
        for token in reversed(tokens):
            if token.role in ANY_ROLE and token.is_valid(now):
                reader = principal_of(token)
                readers.setdefault(reader.reach, reader)
        return list(readers.values())[:MOST_READERS]


def _learn() -> None:
    """Do what the first page of a process would wait for: read the definitions and which tables each card reads."""
    for board in read_boards().values():
        for card in board.cards.values():
            tables_of(card.sql)
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)


async def _ask_all(answers: Answers, questions: Iterable[Question]) -> None:
    for question in questions:
        await _ask(answers, question)


async def _ask(answers: Answers, question: Question) -> None:
    if question in answers:
        return
    try:
        await answers.ask(question, _SECONDS_OF_AN_ANSWER)
    except Problem:  # whoever asks will be told
        return
    except Exception as error:  # it is drawn when it is asked for, too
        _log.error("nothing was drawn ahead: %s", named(error))
