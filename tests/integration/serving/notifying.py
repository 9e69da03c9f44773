"""`serving notify` as tests run it: at an instant, with settings, and what was said then."""

import argparse
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from serving.config import Settings
from serving.notify.arguments import add_arguments
from serving.notify.sending import Patience
from serving.notify_commands import run
from tests.receivers import Hooks, Mails

NOON = dt.datetime(2026, 6, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
Notify = Callable[..., tuple[int, str]]


def notifier(alarming: Settings, state_dir: Path, capsys: pytest.CaptureFixture[str]) -> Notify:
    """Return the command as a function: of an instant and settings, its code and what it said. Nobody waits between tries."""

    def of(
        at: dt.datetime, *words: str, wait: Callable[[float], None] = lambda _: None, **env: str
    ) -> tuple[int, str]:
        arguments = _arguments(words)
        settings = replace(alarming, state_dir=state_dir, as_of=at)
        code = run(settings, arguments, env, Patience(0.3, wait))
        return code, capsys.readouterr().out

    return of


def _arguments(words: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(list(words))


def bodies(found: Hooks) -> list[dict[str, object]]:
    return [json.loads(body) for body in found.accepted.values()]


def alerts_of(body: dict[str, object]) -> set[tuple[str, str]]:
    return {(one["alert"], one["status"]) for one in body["alerts"]}  # type: ignore[attr-defined]


def mail_env(server: Mails, **more: str) -> dict[str, str]:
    return {
        "NOTIFY_SMTP_HOST": "127.0.0.1",
        "NOTIFY_SMTP_PORT": str(server.port),
        "NOTIFY_MAIL_FROM": "usage@acme.example",
        "NOTIFY_MAIL_TO": "ada@acme.example, bob@acme.example",
        **more,
    }
