"""What alarms is told once, by a real mail server and real webhooks, whatever fails on the way."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from serving.__main__ import main as serving_main
from serving.config import Settings
from serving.notify.channels import read_channels
from serving.notify.memory import read_memory, write_memory
from serving.notify.sending import TRIES
from tests.integration.serving.notifying import HOUR, NOON, Notify, alerts_of, bodies, mail_env
from tests.receivers import Mails, certified, hooks, mails
from warehouse.run_record import note_step
from warehouse.settings import ConfigError

PASSWORD = "planted password"


def test_an_alarm_is_told_once_then_daily_then_resolved(notify: Notify, tmp_path: Path) -> None:
    with hooks() as found:
        note_step(tmp_path, "build", 5, 6, ended_at=NOON, environment="production")
        code, said = notify(NOON, NOTIFY_WEBHOOK=found.url, NOTIFY_RUNBOOKS="https://kb.example/")
        assert (code, said) == (0, "notify: 1 messages sent, 0 wait\n")
        (first,) = bodies(found)
        assert {
            ("BudgetNearlyUsed", "firing"),
            ("BudgetForecastOver", "firing"),
            ("ReconciliationDrift", "firing"),
            ("StepFailed", "firing"),
            ("DataStale", "firing"),
        } <= alerts_of(first)
        budget = next(one for one in first["alerts"] if one["alert"] == "BudgetNearlyUsed")  # type: ignore[attr-defined]
        assert budget["labels"] == {"scope": "team", "budget": "red"}
        assert budget["runbook"] == "https://kb.example/docs/runbooks/alerts.md#budgetnearlyused"
        assert "SANDBOX" in str(first["subject"])
        # Nothing new: nothing is said.
        notify(NOON + HOUR, NOTIFY_WEBHOOK=found.url)
        assert len(found.taken) == 1
        # The step went well: resolved, and only that.
        note_step(tmp_path, "build", 5, 0, ended_at=NOON, environment="production")
        notify(NOON + 2 * HOUR, NOTIFY_WEBHOOK=found.url)
        assert alerts_of(bodies(found)[1]) == {("StepFailed", "resolved")}
        # A day later what still alarms is said again, but for what only informs.
        notify(NOON + 24 * HOUR, NOTIFY_WEBHOOK=found.url)
        again = alerts_of(bodies(found)[2])
        assert ("ReconciliationDrift", "still firing") in again
        assert not [name for name, _ in again if name == "BudgetNearlyUsed"]


def test_quiet_hours_let_only_the_critical_through(notify: Notify) -> None:
    """02:00 in Los Angeles is 09:00 UTC; at 07:00 there the rest is told, in one message."""
    env = {"NOTIFY_QUIET_HOURS": "22:00-07:00", "NOTIFY_TIME_ZONE": "America/Los_Angeles"}
    with hooks() as found:
        for at in (NOON - 3 * HOUR, NOON - 2 * HOUR, NOON + 2 * HOUR):
            notify(at, NOTIFY_WEBHOOK=found.url, **env)
        night, morning = bodies(found)
        severities = {one["severity"] for one in night["alerts"]}  # type: ignore[attr-defined]
        assert severities == {"critical"}
        assert "FiguresMayBeWrong" in str(night)
        assert ("ReconciliationDrift", "firing") in alerts_of(morning)
        assert not alerts_of(morning) & alerts_of(night)


@pytest.mark.parametrize("answers", [[503, 503], [429], [0], [503, 0, 503]], ids=str)
def test_what_fails_is_tried_again_and_taken_once(notify: Notify, answers: list[int]) -> None:
    """A slow receiver took the message without saying so: it knows the second one by its id."""
    with hooks() as found:
        found.answers = list(answers)
        code, said = notify(NOON, NOTIFY_WEBHOOK=found.url)
        if len(answers) < TRIES:
            assert (code, len(found.accepted)) == (0, 1)
        else:
            assert code == 1
            assert "it is kept and sent with the next run" in said
            assert notify(NOON + HOUR, NOTIFY_WEBHOOK=found.url)[0] == 0
            assert len(found.accepted) == 1
        assert len({headers["Idempotency-Key"] for headers, _ in found.taken}) == 1


def test_who_is_down_hears_later_and_shows_no_address(notify: Notify, tmp_path: Path) -> None:
    with hooks() as found:
        secret = f"{found.url}/services/planted-secret"
        found.answers = [503] * TRIES
        code, said = notify(NOON, NOTIFY_SLACK_WEBHOOK=secret, NOTIFY_WEBHOOK=found.url + "/own")
        # Slack was asked first and gave up; the other one heard at once.
        assert code == 1
        assert len(found.accepted) == 1
        assert "slack: 127.0.0.1 answered 503" in said
        for text in ("planted-secret", "a secret of the server"):
            assert text not in said
        (waits,) = read_memory(tmp_path).waiting
        assert waits.channel == "slack"
        code, said = notify(NOON + HOUR, NOTIFY_SLACK_WEBHOOK=secret, NOTIFY_WEBHOOK=found.url)
        assert (code, len(found.accepted)) == (0, 2)
        slack = json.loads(found.accepted[waits.message_id])
        assert slack["text"].startswith("*AI usage")
    code, said = notify(NOON + 30 * HOUR, NOTIFY_SLACK_WEBHOOK=secret)
    assert code == 1
    assert "cannot be reached" in said
    assert "planted-secret" not in said


def test_redirects_are_not_followed(notify: Notify) -> None:
    with hooks() as found:
        found.answers = [307]
        code, said = notify(NOON, NOTIFY_WEBHOOK=found.url)
        assert (code, len(found.taken)) == (1, 1)
        assert "answered 307" in said


def _killed(_: float) -> None:
    raise KeyboardInterrupt


def test_a_killed_run_loses_nothing_and_says_it_under_the_same_id(
    notify: Notify, tmp_path: Path
) -> None:
    with hooks() as found:
        found.answers = [500]
        with pytest.raises(KeyboardInterrupt):
            notify(NOON, wait=_killed, NOTIFY_WEBHOOK=found.url)
        before = read_memory(tmp_path)
        assert [one.n_tries for one in before.waiting] == [0]
        assert notify(NOON + HOUR, NOTIFY_WEBHOOK=found.url)[0] == 0
        assert not read_memory(tmp_path).waiting
        # Killed once more, after it was taken and before that was noted.
        write_memory(tmp_path, before)
        notify(NOON + HOUR, NOTIFY_WEBHOOK=found.url)
        assert (len(found.taken), len(found.accepted)) == (3, 1)


def test_bodies_are_signed(notify: Notify) -> None:
    with hooks() as found:
        notify(NOON, NOTIFY_WEBHOOK=found.url, NOTIFY_WEBHOOK_KEY="planted key")
        headers, body = found.taken[0]
        signed = f"{headers['X-Timestamp']}.".encode() + body
        expected = hmac.new(b"planted key", signed, hashlib.sha256).hexdigest()
        assert headers["X-Signature-256"] == f"sha256={expected}"


def test_mail_goes_by_starttls_with_the_password(
    notify: Notify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = certified(tmp_path)
    login = {"NOTIFY_SMTP_USER": "usage", "NOTIFY_SMTP_PASSWORD": PASSWORD}
    with mails(Mails(context=context, login=("usage", PASSWORD))) as server:
        # Nobody vouches for it: nothing is said to it.
        code, said = notify(NOON, **mail_env(server, **login))
        assert code == 1
        assert "its certificate is not trusted" in said
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server.refused = {"bob@acme.example"}
        code, said = notify(NOON + HOUR, **mail_env(server, **login))
        assert code == 0, said
        assert "refused 1 of the recipients" in said
        ((to, mail),) = server.taken
        assert to == ["ada@acme.example"]
        assert "firing" in str(mail["Subject"])
        body = str(mail.get_payload())
        assert "[warning] ReconciliationDrift, firing (vendor anthropic): 2% of" in body
        assert not [line for line in server.heard if line.startswith(("AUTH", "MAIL"))]
        code, said = notify(
            NOON + 48 * HOUR, **mail_env(server, **{**login, "NOTIFY_SMTP_PASSWORD": "other one"})
        )
        assert code == 1
        assert "answered 535" in said
        assert "other one" not in said


@pytest.mark.parametrize("answer", ["421 later", "451 later", "drop"])
def test_a_mail_that_is_not_taken_is_tried_again(notify: Notify, answer: str) -> None:
    with mails(Mails()) as server:
        server.answers = [answer]
        assert notify(NOON, **mail_env(server))[0] == 0
        assert len(server.taken) == 1
        server.answers = ["550 never"]
        code, said = notify(NOON + 24 * HOUR, **mail_env(server))
        assert code == 1
        assert "answered 550" in said
        assert notify(NOON + 25 * HOUR, **mail_env(server))[0] == 0
        assert len(server.taken) == 2
        assert len({str(mail["Message-ID"]) for _, mail in server.taken}) == 2


def test_elsewhere_a_mail_needs_starttls(notify: Notify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.notify.channels.may_be_plain", lambda *_: False)
    with mails(Mails()) as server:
        code, said = notify(NOON, **mail_env(server))
        assert (code, server.taken) == (1, [])
        assert "offers no STARTTLS" in said


def test_the_report_is_mailed_once_for_each_month(notify: Notify, tmp_path: Path) -> None:
    with mails(Mails()) as server:
        env = mail_env(server, NOTIFY_REPORT_TO="cfo@acme.example")
        server.answers = ["421 later"] * TRIES
        assert notify(NOON, "--report", **env)[0] == 1
        assert notify(NOON + HOUR, "--report", **env) == (
            0,
            "notify: the report of 2026-05 was made already\nnotify: 1 messages sent, 0 wait\n",
        )
        ((to, mail),) = server.taken
        assert to == ["cfo@acme.example"]
        _, attached = mail.get_payload()  # type: ignore[misc]
        assert attached.get_filename() == "executive-2026-05.pdf"  # type: ignore[union-attr]
        assert str(attached.get_payload()).startswith("JVBERi0")  # type: ignore[union-attr]
        assert not list((tmp_path / "notify").iterdir())
    with pytest.raises(ConfigError, match="NOTIFY_SMTP_HOST: must be set"):
        notify(NOON, "--report", NOTIFY_WEBHOOK="https://hooks.example")


def test_the_digest_comes_once_a_day(notify: Notify) -> None:
    with hooks() as found:
        for at in (NOON, NOON + HOUR, NOON + 24 * HOUR):
            notify(at, "--digest", NOTIFY_WEBHOOK=found.url)
        assert [str(one["subject"]).split(": ")[1] for one in bodies(found)] == [
            "2026-06-10",
            "2026-06-11",
        ]


def test_what_cannot_be_read_resolves_nothing(notify: Notify, alarming: Settings) -> None:
    with hooks() as found:
        notify(NOON, NOTIFY_WEBHOOK=found.url)
        pointer = alarming.publish_dir / "current.json"
        kept = pointer.read_bytes()
        try:
            pointer.write_text("{")
            notify(NOON + HOUR, NOTIFY_WEBHOOK=found.url)
        finally:
            pointer.write_bytes(kept)
        assert ("NothingServed", "firing") in alerts_of(bodies(found)[1])
        assert not [kind for _, kind in alerts_of(bodies(found)[1]) if kind == "resolved"]
        notify(NOON + 2 * HOUR, NOTIFY_WEBHOOK=found.url)
        assert alerts_of(bodies(found)[2]) == {("NothingServed", "resolved")}


def test_a_damaged_memory_is_named(
    alarming: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "notify.json").write_text("{")
    for name, text in {
        "ENV_FILE": "",
        "STATE_DIR": str(tmp_path),
        "PUBLISH_DIR": str(alarming.publish_dir),
        "NOTIFY_WEBHOOK": "https://hooks.example",
    }.items():
        monkeypatch.setenv(name, text)
    assert serving_main(["notify"]) == 1
    assert "is damaged, so nobody can tell what was said already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, "one must be set, or nobody is told"),
        ({"NOTIFY_WEBHOOK": "http://hooks.example/secret"}, "NOTIFY_WEBHOOK: http:// to hooks"),
        ({"NOTIFY_SMTP_HOST": "mail.example"}, "NOTIFY_MAIL_FROM: must be e-mail addresses"),
        (
            {"NOTIFY_WEBHOOK": "https://h.example", "NOTIFY_QUIET_HOURS": "22-7"},
            "is not like 22:00-07:00",
        ),
        ({"NOTIFY_WEBHOOK": "https://h.example", "NOTIFY_TIME_ZONE": "../x"}, "is no time zone"),
    ],
)
def test_a_wrong_setting_is_named_without_its_secret(env: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        read_channels(env)
    assert "secret" not in str(caught.value)
