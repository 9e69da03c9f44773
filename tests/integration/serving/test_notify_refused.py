"""What a receiver refuses, puts off or takes with a bad goodbye: nobody hears twice, and nothing holds up the others."""

import datetime as dt
from pathlib import Path

import pytest

from serving.notify.deciding import Looked, Policy, decide
from serving.notify.memory import Memory, Said, read_memory
from serving.notify.sending import TRIES
from serving.notify_commands import KEPT
from tests.integration.serving.notifying import HOUR, NOON, Notify, alerts_of, bodies, mail_env
from tests.receivers import Mails, hooks, mails
from warehouse.run_record import note_step

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("goodbye", ["421 in a hurry", "500 what", "drop"])
def test_what_was_taken_is_taken_however_the_server_says_goodbye(
    notify: Notify, goodbye: str
) -> None:
    with mails(Mails(goodbye=goodbye)) as server:
        assert notify(NOON, **mail_env(server))[0] == 0
        assert notify(NOON + HOUR, **mail_env(server))[0] == 0
        assert len(server.taken) == 1


@pytest.mark.parametrize("code", [400, 413, 415, 422])
def test_a_message_that_is_refused_for_what_it_holds_stops_no_other(
    notify: Notify, tmp_path: Path, code: int
) -> None:
    with hooks() as found:
        found.answers = [code]
        assert notify(NOON, NOTIFY_WEBHOOK=found.url)[0] == 1
        note_step(tmp_path, "build", 5, 6, ended_at=NOON, environment="production")
        found.answers = [code, 200]
        exit_code, said = notify(NOON + HOUR, NOTIFY_WEBHOOK=found.url)
        assert exit_code == 1
        assert f"answered {code}; it is kept" in said
        (told,) = bodies(found)
        assert alerts_of(told) == {("StepFailed", "firing")}
        assert len(found.taken) == 3, "what is refused for what it holds is not tried again at once"


def test_a_mail_that_is_too_big_stops_no_other(notify: Notify, tmp_path: Path) -> None:
    with mails(Mails(contents=["552 too big", "552 too big"])) as server:
        assert notify(NOON, **mail_env(server))[0] == 1
        note_step(tmp_path, "build", 5, 6, ended_at=NOON, environment="production")
        code, said = notify(NOON + HOUR, **mail_env(server))
        assert code == 1
        assert "answered 552 to what the mail holds" in said
        ((_, mail),) = server.taken
        assert "StepFailed" in str(mail.get_payload())


def test_what_nobody_took_for_a_week_is_dropped_and_named(notify: Notify, tmp_path: Path) -> None:
    with hooks() as found:
        found.answers = [400, 400]
        notify(NOON, NOTIFY_WEBHOOK=found.url)
        (message,) = read_memory(tmp_path).waiting
        code, said = notify(NOON + KEPT, NOTIFY_WEBHOOK=found.url)
        assert code == 1
        assert f"“{message.subject}” is dropped after 7 days" in said
        assert message not in read_memory(tmp_path).waiting


def test_a_channel_that_is_switched_off_holds_nobody_up(notify: Notify, tmp_path: Path) -> None:
    with hooks() as found, hooks() as other:
        found.answers = [503] * TRIES
        notify(NOON, NOTIFY_SLACK_WEBHOOK=found.url)
        note_step(tmp_path, "build", 5, 6, ended_at=NOON, environment="production")
        code, said = notify(NOON + HOUR, NOTIFY_WEBHOOK=other.url)
        assert code == 0
        assert "notify: slack: is not set any more; “" in said
        assert not read_memory(tmp_path).waiting
        assert ("StepFailed", "firing") in alerts_of(bodies(other)[0])


def test_who_was_put_off_gets_it_later_and_alone(notify: Notify, tmp_path: Path) -> None:
    with mails(Mails(put_off={"bob@acme.example"})) as server:
        code, said = notify(NOON, **mail_env(server))
        assert code == 1
        assert "(450); it is kept" in said
        assert [to for to, _ in server.taken] == [["ada@acme.example"]]
        server.put_off.clear()
        assert notify(NOON + HOUR, **mail_env(server))[0] == 0
        assert [to for to, _ in server.taken] == [["ada@acme.example"], ["bob@acme.example"]]
        assert len({str(mail["Message-ID"]) for _, mail in server.taken}) == 1
        assert not read_memory(tmp_path).waiting


def test_a_report_whose_file_is_gone_stops_no_alarm(notify: Notify, tmp_path: Path) -> None:
    with mails(Mails(answers=["421 later"] * TRIES)) as server:
        notify(NOON, "--report", **mail_env(server))
        (tmp_path / "notify" / "executive-2026-05.pdf").unlink()
        code, said = notify(NOON + HOUR, **mail_env(server))
        assert code == 1
        assert "executive-2026-05.pdf cannot be read (FileNotFoundError)" in said
        assert ["firing" in str(mail["Subject"]) for _, mail in server.taken] == [True]


def test_a_password_beyond_ascii_is_named_and_not_shown(notify: Notify) -> None:
    with mails(Mails(login=("usage", "pass"))) as server:
        login = {"NOTIFY_SMTP_USER": "usage", "NOTIFY_SMTP_PASSWORD": "pässword"}
        code, said = notify(NOON, **mail_env(server, **login))
        assert code == 1
        assert "only characters of ASCII can be sent as a login" in said
        assert "pässword" not in said


def test_the_digest_of_quiet_hours_tells_what_is_over_as_over(
    notify: Notify, tmp_path: Path
) -> None:
    """The step failed before the quiet hours and went well in them; the digest comes before they end."""
    quiet = {"NOTIFY_QUIET_HOURS": "13:00-23:00"}
    with hooks() as found:
        note_step(tmp_path, "publish", 5, 6, ended_at=NOON, environment="production")
        notify(NOON, NOTIFY_WEBHOOK=found.url, **quiet)
        note_step(tmp_path, "publish", 5, 0, ended_at=NOON, environment="production")
        notify(NOON + 2 * HOUR, NOTIFY_WEBHOOK=found.url, **quiet)
        notify(NOON + 3 * HOUR, "--digest", NOTIFY_WEBHOOK=found.url, **quiet)
        told = alerts_of(bodies(found)[-1])
        assert ("StepFailed", "resolved") in told
        assert ("StepFailed", "firing") not in told


def test_an_older_report_is_no_newer_one(notify: Notify, tmp_path: Path) -> None:
    with mails(Mails()) as server:
        env = mail_env(server)
        notify(NOON, "--report", "--month", "2026-06", **env)
        notify(NOON, "--report", "--month", "2026-05", **env)
        assert len(server.taken) == 2
        assert read_memory(tmp_path).done == {"report": "2026-06"}
        notify(NOON, "--report", "--month", "2026-05", "--dry-run", **env)
        assert not list((tmp_path / "notify").iterdir())


def _said(alert: str, labels: dict[str, str], told_at: dt.datetime | None = None) -> Said:
    told = told_at.isoformat() if told_at else None
    return Said(alert, labels, "", "warning", "", ["one_series"], NOON.isoformat(), told)


@pytest.mark.parametrize(("labels", "kinds"), [({}, ["resolved"]), ({"budget": "red"}, [])])
def test_the_same_figure_without_a_label_may_be_about_something_else(
    labels: dict[str, str], kinds: list[str]
) -> None:
    other = _said("Other", labels, NOON)
    memory = Memory({"gone": _said("Gone", labels, NOON), "other": other})
    news = decide(memory, Looked({"other": other}, frozenset()), Policy(dt.UTC), NOON + HOUR)  # type: ignore[arg-type]
    assert [one.kind for one in news] == kinds


@pytest.mark.parametrize(("minutes_early", "kinds"), [(1, ["still firing"]), (30, [])])
def test_what_is_repeated_daily_does_not_slip_by_a_run(
    minutes_early: int, kinds: list[str]
) -> None:
    memory = Memory({"a": _said("A", {}, NOON)})
    at = NOON + DAY - dt.timedelta(minutes=minutes_early)
    news = decide(memory, Looked({"a": _said("A", {})}, frozenset()), Policy(dt.UTC), at)  # type: ignore[arg-type]
    assert [one.kind for one in news] == kinds


@pytest.mark.parametrize("minutes", [5, 7, 60])
def test_what_is_repeated_keeps_its_hour_however_often_is_looked(minutes: int) -> None:
    """Ten minutes early each day would be the middle of the night after some months."""
    memory = Memory()
    told = []
    at = NOON
    while at <= NOON + 30 * DAY:
        if decide(memory, Looked({"a": _said("A", {})}, frozenset()), Policy(dt.UTC), at):  # type: ignore[arg-type]
            told.append(at)
        at += dt.timedelta(minutes=minutes)
    assert len(told) == 31
    assert NOON + 30 * DAY - told[-1] <= dt.timedelta(minutes=10)
