"""`python -m serving notify`: look, decide, write down, send."""

import argparse
import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import replace

from serving.config import Settings
from serving.notify.channels import MAIL, Channels, read_channels
from serving.notify.deciding import decide, look
from serving.notify.figures import read_figures
from serving.notify.memory import Memory, Message, only_notifier, read_memory, write_memory
from serving.notify.messages import digest, message_id, of_news
from serving.notify.sending import FOLDER, PATIENCE, NotDeliveredError, Patience, send
from serving.published_view import open_published
from serving.report.page import draw
from serving.report.reading import Scope
from serving.report.report import ORIGINS, chosen, make
from warehouse.exit_codes import Exit
from warehouse.logs import stdout_is_log
from warehouse.remote.checkpoints import checkpoint
from warehouse.settings import ConfigError

KEPT = dt.timedelta(days=7)
"""How long a message waits for a channel that does not take it: after that nobody is helped by it."""


def run(
    settings: Settings,
    arguments: argparse.Namespace,
    environ: Mapping[str, str] | None = None,
    patience: Patience = PATIENCE,
) -> int:
    """Tell whoever is to be told and return the exit code."""
    stdout_is_log()
    channels = read_channels(os.environ if environ is None else environ)
    with only_notifier(settings.state_dir):
        memory = read_memory(settings.state_dir)
        if arguments.report:
            made = _report(
                settings, channels, memory, arguments.month, is_kept=not arguments.dry_run
            )
        else:
            made = _alarms(settings, channels, memory, is_digest=arguments.digest)
        for message in made if arguments.dry_run else ():
            print("\n".join([f"notify: {message.channel}: {message.subject}", *message.lines]))
        if arguments.dry_run:
            return Exit.WELL
        memory.waiting += made
        # Before anything leaves: who is killed now says it the next time.
        write_memory(settings.state_dir, memory)
        checkpoint()
        return _deliver(settings, channels, memory, patience)


def _alarms(
    settings: Settings, channels: Channels, memory: Memory, *, is_digest: bool
) -> list[Message]:
    now = settings.as_of
    figures = read_figures(settings, now)
    if figures.problem is not None:
        print(f"notify: {figures.problem}")
    looked, policy = look(figures, now), channels.policy
    # Once a day; after that the news alone.
    if is_digest and memory.done.get("digest") != policy.day(now):
        # What is over since the quiet hours began is not to be told as if it went on.
        news = decide(memory, looked, replace(policy, quiet_from=None), now)
        return digest(memory, news, channels, now, is_sandbox=figures.is_sandbox)
    news = decide(memory, looked, policy, now)
    return of_news(news, channels, now, is_sandbox=figures.is_sandbox)


def _report(
    settings: Settings, channels: Channels, memory: Memory, asked: str | None, *, is_kept: bool
) -> list[Message]:
    if channels.mail is None:
        raise ConfigError("NOTIFY_SMTP_HOST: must be set, because a report is mailed.")
    view = open_published(settings)
    scope = Scope(None, is_whole_company=True)
    month = chosen(view, scope, asked)
    newest = memory.done.get("report", "")
    if asked is None and newest >= str(month):
        print(f"notify: the report of {month} was made already")
        return []
    report = make(view, scope, month)
    name = f"executive-{month}.pdf"
    if is_kept:
        folder = settings.state_dir / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(draw(report))
    memory.done["report"] = max(newest, str(month))
    made_at = settings.as_of.isoformat(timespec="seconds")
    origin = ORIGINS.get(report.data_origin, report.data_origin)
    return [
        Message(
            message_id=message_id(MAIL, made_at, name),
            channel=MAIL,
            made_at=made_at,
            subject=f"AI usage: executive report of {month}",
            lines=[report["report.headline"].text, f"Data of {origin}."],
            attachment=name,
        )
    ]


def _deliver(settings: Settings, channels: Channels, memory: Memory, patience: Patience) -> int:
    """Send what waits, the oldest first; a channel that does not take one is left for the next time."""
    is_down: set[str] = set()
    n_sent, has_failed = 0, False
    for message in list(memory.waiting):
        where = f"notify: {message.channel}"
        if message.channel not in channels.names:
            print(f"{where}: is not set any more; “{message.subject}” is dropped")
            _forget(settings, memory, message)
            continue
        if message.channel in is_down:
            continue
        try:
            note = send(channels, message, settings.state_dir, patience)
        except NotDeliveredError as error:
            has_failed = True
            if not error.is_of_message:
                is_down.add(message.channel)
            if settings.as_of - dt.datetime.fromisoformat(message.made_at) < KEPT:
                print(f"{where}: {error}; it is kept and sent with the next run")
                write_memory(settings.state_dir, memory)
            else:
                print(f"{where}: {error}; “{message.subject}” is dropped after {KEPT.days} days")
                _forget(settings, memory, message)
            continue
        n_sent += 1
        if note is not None:
            print(f"{where}: {note}")
        _forget(settings, memory, message)
    print(f"notify: {n_sent} messages sent, {len(memory.waiting)} wait")
    return Exit.FAILED if has_failed else Exit.WELL


def _forget(settings: Settings, memory: Memory, message: Message) -> None:
    """Take a message out of what waits, and its attachment if it is no other one's."""
    memory.waiting.remove(message)
    write_memory(settings.state_dir, memory)
    still = {one.attachment for one in memory.waiting}
    if message.attachment is not None and message.attachment not in still:
        (settings.state_dir / FOLDER / message.attachment).unlink(missing_ok=True)
