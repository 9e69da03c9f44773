"""What is said to each channel: one message of all news of a run, a digest once a day, the report once a month."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from serving.notify.channels import Channels
from serving.notify.deciding import FIRING, RESOLVED, News
from serving.notify.memory import Memory, Message, Said
from warehouse.shown import shown

_BY_WEIGHT = ("critical", "warning", "info")


def of_news(
    news: Sequence[News], channels: Channels, now: dt.datetime, *, is_sandbox: bool
) -> list[Message]:
    """Return the messages that tell them, the gravest first; none where there is nothing to say."""
    if not news:
        return []
    ordered = sorted(news, key=lambda one: (one.kind == RESOLVED, _weight(one.said)))
    counts = [
        f"{n} {kind}"
        for kind in dict.fromkeys(one.kind for one in ordered)
        for n in [sum(one.kind == kind for one in ordered)]
    ]
    lines = [line for one in ordered for line in _lines(one.kind, one.said, channels)]
    return _to_all(channels, now, ", ".join(counts), lines, ordered, is_sandbox=is_sandbox)


def digest(
    memory: Memory,
    news: Sequence[News],
    channels: Channels,
    now: dt.datetime,
    *,
    is_sandbox: bool,
) -> list[Message]:
    """Return the day's digest: all that alarms now and what has been resolved."""
    day = channels.policy.day(now)
    memory.done["digest"] = day
    firing = sorted(memory.alerts.values(), key=lambda one: (_weight(one), one.alert))
    for said in firing:
        said.told_at = now.isoformat(timespec="seconds")
    told = [News(FIRING, said) for said in firing]
    told += [one for one in news if one.kind == RESOLVED]
    lines = [
        line
        for one in told
        for line in (*_lines(one.kind, one.said, channels), f"    since {one.said.since}")
    ]
    subject = f"{day}: {len(firing)} alarms" if firing else f"{day}: nothing alarms"
    return _to_all(
        channels, now, subject, lines or ["Nothing alarms."], told, is_sandbox=is_sandbox
    )


def _to_all(
    channels: Channels,
    now: dt.datetime,
    subject: str,
    lines: list[str],
    told: Iterable[News],
    *,
    is_sandbox: bool,
) -> list[Message]:
    made_at = now.isoformat(timespec="seconds")
    title = f"AI usage{' (SANDBOX DATA, an invented company)' if is_sandbox else ''}: {subject}"
    alerts: list[dict[str, object]] = [
        {
            "status": one.kind,
            "alert": one.said.alert,
            "severity": one.said.severity,
            "labels": one.said.labels,
            "summary": one.said.summary,
            "runbook": f"{channels.runbooks}{one.said.runbook}",
            "since": one.said.since,
        }
        for one in told
    ]
    return [
        Message(
            message_id=message_id(name, made_at, title, *lines),
            channel=name,
            made_at=made_at,
            subject=shown(title),
            lines=[shown(line) for line in lines],
            alerts=list(alerts),
        )
        for name in channels.names
    ]


def message_id(*parts: str) -> str:
    """Return the id of a message: the same of the same content at the same instant."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _weight(said: Said) -> int:
    return _BY_WEIGHT.index(said.severity)


def _lines(kind: str, said: Said, channels: Channels) -> list[str]:
    about = ", ".join(f"{name} {said.labels[name]}" for name in sorted(said.labels))
    known = f" ({about})" if about else ""
    return [
        f"[{said.severity}] {said.alert}, {kind}{known}: {said.summary}",
        f"    {channels.runbooks}{said.runbook}",
    ]
