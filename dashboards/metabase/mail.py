"""The mail in which a board comes by itself: Metabase calls it a subscription, its API a pulse.

A card in it has two numbers: its own, and that of its place on the board. A PUT puts back to its default whatever it does
not say, so all of it is always sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.definition import Mail
from dashboards.metabase.client import Client
from dashboards.metabase.compare import differences

Body = dict[str, Any]


@dataclass(frozen=True)
class Mailing:
    """Who gets a board, and when."""

    name: str
    mail: Mail
    recipients: tuple[str, ...]


_NAME = ", by mail"


def mailing_name(title: str) -> str:
    """Return the name by which the mail of a board is found."""
    return f"{title}{_NAME}"


def can_send(client: Client) -> bool:
    """Say whether Metabase has a mail server; without one it takes a mailing and never sends it."""
    return bool(client.get("/api/setting/email-configured%3F"))


def find(client: Client, board: int) -> Body | None:
    """Return our mailing of a board; what people ordered for themselves has other names."""
    found = [
        one
        for one in client.get("/api/pulse", dashboard_id=board)
        if str(one["name"]).endswith(_NAME) and one.get("dashboard_id") == board
    ]
    return dict(min(found, key=lambda one: int(one["id"]))) if found else None


def archived(mailing: Mapping[str, Any]) -> Body:
    """Return the body that ends a mailing."""
    kept = ("name", "dashboard_id", "skip_if_empty", "cards", "channels")
    return {**{name: mailing[name] for name in kept}, "archived": True}


def body(mailing: Mailing, board: Mapping[str, Any]) -> Body:
    """Return what is sent, for a board as the server holds it."""
    places = [one for one in board["dashcards"] if one.get("card_id")]
    places.sort(key=lambda one: (one.get("dashboard_tab_id") or 0, one["row"], one["col"]))
    when = mailing.mail
    return {
        "name": mailing.name,
        "dashboard_id": board["id"],
        "skip_if_empty": True,
        "archived": False,
        "cards": [
            {
                "id": one["card_id"],
                "dashboard_card_id": one["id"],
                "include_csv": False,
                "include_xls": False,
            }
            for one in places
        ],
        "channels": [
            {
                "channel_type": "email",
                "enabled": True,
                "schedule_type": when.every,
                "schedule_hour": when.hour,
                "schedule_day": when.day,
                "schedule_frame": when.frame,
                "recipients": [{"email": address} for address in mailing.recipients],
                "details": {},
            }
        ],
    }


def mail_differences(wanted: Body, actual: Mapping[str, Any]) -> list[str]:
    """Return what of a mailing is not as wanted; in which order its readers stand is nothing."""
    return list(differences(_sorted(wanted), _sorted({"archived": False, **actual})))


def _sorted(mailing: Mapping[str, Any]) -> Body:
    channels = [
        {
            **channel,
            "details": {},
            "recipients": sorted(
                ({"email": one.get("email")} for one in channel.get("recipients") or []),
                key=lambda one: str(one["email"]),
            ),
        }
        for channel in mailing.get("channels") or []
    ]
    cards = sorted(mailing.get("cards") or [], key=lambda one: int(one["dashboard_card_id"]))
    return {**mailing, "channels": channels, "cards": cards}
