"""Which alerts there are to speak of: new ones, those whose time to be repeated has come, those that have been resolved."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from serving.notify.figures import Figures
from serving.notify.memory import Memory, Said
from serving.notify.promql import Moment, UnsupportedError, named
from serving.notify.rules import alerts, recorded
from serving.notify.wording import sentence

FIRING, STILL, RESOLVED = "firing", "still firing", "resolved"
_EARLY = dt.timedelta(minutes=10)
"""A schedule is not to the second: what is due in so little is due, or each day it would be said a run later."""


@dataclass(frozen=True)
class Policy:
    """When somebody may be disturbed, and how often."""

    zone: ZoneInfo
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    repeat_hours: int = 24

    def day(self, now: dt.datetime) -> str:
        """Return the day where they live who are told."""
        return now.astimezone(self.zone).date().isoformat()

    def is_quiet(self, now: dt.datetime) -> bool:
        """Tell whether it is a time in which only what is critical is said."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        local = now.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= local < self.quiet_until
        return local >= self.quiet_from or local < self.quiet_until


@dataclass(frozen=True)
class News:
    """Something to say of an alert."""

    kind: str
    said: Said


@dataclass(frozen=True)
class Looked:
    """What a look at all rules found."""

    firing: dict[str, Said]
    unknown: frozenset[str]
    """Alerts of which nobody can tell now: neither new nor resolved."""


def look(figures: Figures, now: dt.datetime) -> Looked:
    """Ask every rule that a moment can answer; those about the service's own requests Prometheus asks."""
    known_rules = recorded()
    moment = Moment(now.timestamp(), figures.samples, known_rules)
    firing: dict[str, Said] = {}
    unknown: set[str] = set()
    for rule in alerts():
        series = sorted(named(" ".join(rule["expr"].split()), known_rules))
        if not set(series) <= figures.known:
            unknown.add(rule["alert"])
            continue
        try:
            found = moment.ask(rule["expr"])
        except UnsupportedError:
            unknown.add(rule["alert"])
            continue
        for labels, value in found.items():
            said = _said(rule, dict(labels), value, series, now)
            firing[key_of(said.alert, said.labels)] = said
    return Looked(firing, frozenset(unknown))


def _said(
    rule: Any,  # noqa: ANN401 - a rule as YAML has it
    labels: dict[str, str],
    value: float,
    series: list[str],
    now: dt.datetime,
) -> Said:
    return Said(
        alert=rule["alert"],
        labels=labels,
        summary=sentence(rule["annotations"]["summary"], labels, value),
        severity=rule["labels"]["severity"],
        runbook=rule["annotations"]["runbook_url"],
        series=series,
        since=now.isoformat(timespec="seconds"),
    )


def key_of(alert: str, labels: dict[str, str]) -> str:
    """Return what an alert is known by: its name and its labels."""
    return " ".join([alert, *(f"{name}={labels[name]}" for name in sorted(labels))])


def decide(memory: Memory, looked: Looked, policy: Policy, now: dt.datetime) -> list[News]:
    """Bring the memory up to date and return what there is to say.

    In quiet hours what is not critical waits: it is said afterwards if it is still so, and never if it was not said before.
    """
    is_quiet = policy.is_quiet(now)
    news: list[News] = []
    for key, said in looked.firing.items():
        before = memory.alerts.get(key)
        if before is not None:
            said.since, said.told_at = before.since, before.told_at
        memory.alerts[key] = said
        if is_quiet and said.severity != "critical":
            continue
        if said.told_at is None:
            news.append(News(FIRING, said))
        elif _is_due(said, policy, now):
            news.append(News(STILL, said))
        else:
            continue
        said.told_at = _told_at(said, policy, now).isoformat(timespec="seconds")
    for key, said in list(memory.alerts.items()):
        if key in looked.firing or said.alert in looked.unknown:
            continue
        if said.told_at is not None and not _has_moved_on(said, looked.firing.values()):
            if is_quiet and said.severity != "critical":
                continue
            news.append(News(RESOLVED, said))
        del memory.alerts[key]
    return news


def _is_due(said: Said, policy: Policy, now: dt.datetime) -> bool:
    """Tell whether it is time to say it again; what only informs is said once."""
    if said.severity == "info" or not policy.repeat_hours or said.told_at is None:
        return False
    told = dt.datetime.fromisoformat(said.told_at)
    return now - told >= dt.timedelta(hours=policy.repeat_hours) - _EARLY


def _told_at(said: Said, policy: Policy, now: dt.datetime) -> dt.datetime:
    """Return from when the next time is counted: what is said early counts as said when it was due, or it would drift."""
    if said.told_at is None:
        return now
    due = dt.datetime.fromisoformat(said.told_at) + dt.timedelta(hours=policy.repeat_hours)
    return max(now, due)


def _has_moved_on(said: Said, firing: Iterable[Said]) -> bool:
    """Tell whether the same figure alarms by another threshold: a budget at 80 % is not resolved at 50 %.

    Without a label nobody can tell whether two alerts are about the same thing.
    """
    return bool(said.labels) and any(
        one.series == said.series and one.labels == said.labels for one in firing
    )
