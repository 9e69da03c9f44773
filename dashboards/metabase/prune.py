"""What we made and no longer define is put into Metabase's trash, from where it can be taken back; nothing is deleted.

Ours is what lies in our collection, has our mark, and has the id that its mark leads to: a copy that somebody made, or a
card that somebody put there, is not.
"""

from collections.abc import Mapping

from dashboards.metabase import mail
from dashboards.metabase.apply import Change, Desired
from dashboards.metabase.client import Client
from dashboards.metabase.server import find_collection, own_items


def prune(client: Client, desired: Desired, *, write: bool) -> list[Change]:
    """Return what is, or would be, put into the trash."""
    collection = find_collection(client, desired.collection)
    if collection is None:
        return []
    items = own_items(client, int(collection["id"]))
    changes = _mails(client, desired, items.boards, write=write)
    wanted_boards = {board.key for board in desired.boards}
    wanted_cards = {card.key for card in desired.cards}
    # Boards first: a card that still stands on one would leave a hole there.
    for what, path, there, wanted in (
        ("board", "dashboard", items.boards, wanted_boards),
        ("card", "card", items.cards, wanted_cards),
    ):
        for key in sorted(there.keys() - wanted):
            changes.append(Change("archive", f"{what} {key}"))
            if write:
                client.put(f"/api/{path}/{there[key]}", {"archived": True})
    return changes


def _mails(
    client: Client, desired: Desired, boards: Mapping[str, int], *, write: bool
) -> list[Change]:
    changes = []
    for key in sorted(boards.keys() - desired.mails.keys()):
        there = mail.find(client, boards[key])
        if there is None:
            continue
        changes.append(Change("archive", f"mail of board {key}"))
        if write:
            client.put(f"/api/pulse/{there['id']}", mail.archived(there))
    return changes
