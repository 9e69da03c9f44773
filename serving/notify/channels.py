"""Who is told: by mail, in Slack, through a webhook of one's own. Each is on when its address is set."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from serving.notify.deciding import Policy
from warehouse.addresses import may_be_plain, safe_address
from warehouse.settings import ConfigError, positive, read_environment

MAIL, SLACK, WEBHOOK = "mail", "slack", "webhook"
IMPLICIT_TLS = 465
"""The port on which a mail server speaks TLS from the first byte."""
_ADDRESS = re.compile(r"[^@\s,<>\"]+@[^@\s,<>\"]+")
_HOURS = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    report_recipients: tuple[str, ...]
    may_be_plain: bool
    """Whether the way to it is one's own, so that it need not offer STARTTLS."""


@dataclass(frozen=True)
class Hook:
    """An address that takes messages; the address itself is a secret."""

    url: str = field(repr=False)
    key: str | None = field(default=None, repr=False)
    """What bodies are signed with."""


@dataclass(frozen=True)
class Channels:
    """All of them."""

    policy: Policy
    mail: MailServer | None = None
    slack: Hook | None = None
    webhook: Hook | None = None
    runbooks: str = ""
    """What the addresses of runbooks begin with."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return those that are on."""
        found = {MAIL: self.mail, SLACK: self.slack, WEBHOOK: self.webhook}
        return tuple(name for name, one in found.items() if one is not None)


def read_channels(environ: Mapping[str, str] | None = None) -> Channels:
    """Read and check the environment.

    Raises:
        ConfigError: A value cannot be used, or nobody is to be told. The message names the variable.
    """
    env = read_environment(environ)
    channels = Channels(
        policy=_policy(env),
        mail=_mail(env),
        slack=_hook("NOTIFY_SLACK_WEBHOOK", env.get("NOTIFY_SLACK_WEBHOOK"), None, env),
        webhook=_hook(
            "NOTIFY_WEBHOOK", env.get("NOTIFY_WEBHOOK"), env.get("NOTIFY_WEBHOOK_KEY"), env
        ),
        runbooks=env.get("NOTIFY_RUNBOOKS", ""),
    )
    if not channels.names:
        raise ConfigError(
            "NOTIFY_SMTP_HOST, NOTIFY_SLACK_WEBHOOK or NOTIFY_WEBHOOK: one must be set, or nobody is told."
        )
    return channels


def _policy(env: Mapping[str, str]) -> Policy:
    name = env.get("NOTIFY_TIME_ZONE", "UTC")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(
            f"NOTIFY_TIME_ZONE: {name!r} is no time zone like America/Los_Angeles."
        ) from None
    repeat = positive("NOTIFY_REPEAT_HOURS", env.get("NOTIFY_REPEAT_HOURS", "24"))
    text = env.get("NOTIFY_QUIET_HOURS")
    if text is None:
        return Policy(zone, repeat_hours=repeat)
    if _HOURS.fullmatch(text) is None:
        raise ConfigError(f"NOTIFY_QUIET_HOURS: {text!r} is not like 22:00-07:00.")
    begin, end = (dt.time.fromisoformat(part) for part in text.split("-"))
    return Policy(zone, begin, end, repeat)


def _mail(env: Mapping[str, str]) -> MailServer | None:
    host = env.get("NOTIFY_SMTP_HOST")
    if host is None:
        return None
    sender = _addresses("NOTIFY_MAIL_FROM", env.get("NOTIFY_MAIL_FROM", ""))
    recipients = _addresses("NOTIFY_MAIL_TO", env.get("NOTIFY_MAIL_TO", ""))
    if ("NOTIFY_SMTP_USER" in env) != ("NOTIFY_SMTP_PASSWORD" in env):
        raise ConfigError("NOTIFY_SMTP_USER: goes with NOTIFY_SMTP_PASSWORD, both or neither.")
    port = positive("NOTIFY_SMTP_PORT", env.get("NOTIFY_SMTP_PORT", "587"))
    if port > 65_535:
        raise ConfigError(f"NOTIFY_SMTP_PORT: {port} is above 65535.")
    return MailServer(
        host=host,
        port=port,
        user=env.get("NOTIFY_SMTP_USER"),
        password=env.get("NOTIFY_SMTP_PASSWORD"),
        sender=sender[0],
        recipients=recipients,
        report_recipients=_addresses("NOTIFY_REPORT_TO", env["NOTIFY_REPORT_TO"])
        if "NOTIFY_REPORT_TO" in env
        else recipients,
        may_be_plain=may_be_plain(host, env),
    )


def _addresses(name: str, text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found or not all(_ADDRESS.fullmatch(one) and one.isprintable() for one in found):
        raise ConfigError(f"{name}: must be e-mail addresses, divided by commas.")
    return found


def _hook(name: str, url: str | None, key: str | None, env: Mapping[str, str]) -> Hook | None:
    return None if url is None else Hook(safe_address(name, url, env), key)
