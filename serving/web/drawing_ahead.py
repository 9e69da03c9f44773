"""Draws the first views of all boards after each snapshot, so that nobody waits for them."""

import asyncio
import logging

from serving.api.problems import named
from serving.api.snapshots import Follower
from serving.web.pictures import draw_default_views

SECONDS_BEFORE = 2.0
"""Whoever waits for the snapshot itself comes first."""
_SECONDS_OF_WAITING = 3_600.0
_log = logging.getLogger(__name__)


async def draw_ahead(follower: Follower) -> None:
    """Draw whenever another snapshot is served, until cancelled."""
    seen = None
    while True:
        view = await follower.changed(seen, _SECONDS_OF_WAITING)
        if view is None:
            continue
        seen = view.edition
        await asyncio.sleep(SECONDS_BEFORE)
        try:
            await asyncio.to_thread(draw_default_views, view)
        except Exception as error:  # a picture is drawn when it is asked for, too
            _log.error("the first pictures of a snapshot were not drawn: %s", named(error))
        del view
