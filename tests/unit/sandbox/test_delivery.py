"""Delivery as GitHub and CI tell it against the truth, which is made from what happened and not from their rows."""

from collections import Counter
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from sandbox.ci_files import write_ci_files
from sandbox.truth_delivery import delivery_truth
from sandbox.world import Scenario, World
from sandbox.world.ci_events import ci_events
from sandbox.world.delivery import REPOSITORIES, Delivery
from sandbox.world.delivery_telling import ALL_REPOSITORIES, Telling
from sandbox.world.rollout import monday

Row = dict[str, Any]
AS_OF = date(2026, 10, 15)
TEAMS = {one.service: one.team for one in REPOSITORIES}


def company(as_of: date = AS_OF, people: int = 36) -> World:
    return World(people, 75, 7, as_of, Scenario(shapes=frozenset({"delivery"})))


@pytest.fixture(scope="module")
def world() -> World:
    return company()


@pytest.fixture(scope="module")
def delivery(world: World) -> Delivery:
    assert world.delivery is not None
    return world.delivery


@pytest.fixture(scope="module")
def telling(delivery: Delivery) -> Telling:
    return Telling(delivery, lambda repository: repository.full_name)


@pytest.fixture(scope="module")
def truth(world: World) -> Row:
    found = delivery_truth(world)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def pulls(telling: Telling) -> list[Row]:
    return [row for one in REPOSITORIES for row in telling.pulls(one)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_bot(row: Row) -> bool:
    return bool(row["user"]) and row["user"]["type"] == "Bot"


def test_pull_requests_of_a_team_and_week_are_those_of_the_truth(
    pulls: list[Row], truth: Row
) -> None:
    hours: dict[tuple[str, str], list[float]] = {}
    for row in pulls:
        if row["merged_at"] and not is_bot(row):
            merged = at(row["merged_at"])
            week = (merged - timedelta(days=merged.weekday())).date().isoformat()
            team = TEAMS[row["base"]["repo"]["name"]]
            took = (merged - at(row["created_at"])).total_seconds() / 3600
            hours.setdefault((team, week), []).append(took)
    assert len(truth["team_weeks"]) > 50
    for row in truth["team_weeks"]:
        found = hours.get((row["team_name"], row["week_start"]), [])
        assert len(found) == row["n_merged_pull_requests"]
        assert (median(found) if found else None) == row["median_cycle_hours"]


def test_ends_of_pull_requests_are_those_of_the_truth(
    pulls: list[Row], telling: Telling, truth: Row
) -> None:
    events = [row for one in REPOSITORIES for row in telling.issue_events(one)]
    kinds = Counter(row["event"] for row in events if "pull_request" in row["issue"])
    expected = truth["pull_requests"]
    assert len(pulls) == expected["n_created"]
    assert sum(row["merged_at"] is not None for row in pulls) == expected["n_merged"]
    assert kinds["merged"] == expected["n_merged"]
    assert kinds["reopened"] == expected["n_reopened"] > 0
    shut = [row for row in pulls if row["state"] == "closed" and not row["merged_at"]]
    assert len(shut) >= expected["n_closed_unmerged"] > 0
    assert sum(row["user"] is None for row in pulls) == expected["n_by_ghosts"] > 0
    gone = [row for row in pulls if row["head"]["repo"] is None]
    assert len(gone) == expected["n_of_deleted_forks"] > 0


def test_labels_and_trailers_tell_what_the_truth_calls_evidence(
    pulls: list[Row], telling: Telling, truth: Row
) -> None:
    found: Counter[str] = Counter()
    for row in pulls:
        if not row["merged_at"] or is_bot(row):
            continue
        repository = next(one for one in REPOSITORIES if one.name == row["base"]["repo"]["name"])
        one = telling.pull_request(repository, row["number"])
        assert one is not None
        texts = [commit["commit"]["message"] for commit in telling.commits_of(one)]
        label = any(label["name"] == "claude-code-assisted" for label in row["labels"])
        trailer = any("Co-authored-by:" in text for text in texts)
        # The label of the newest ones is still to come.
        late = one.evidence == "label" and not label
        found["label" if label or late else "co_author" if trailer else "none"] += 1
    assert dict(found) == truth["pull_requests"]["n_by_evidence"]


def test_days_of_deployments_are_those_of_the_truth(
    delivery: Delivery, telling: Telling, truth: Row
) -> None:
    finished: list[tuple[str, str, bool]] = []
    for repository in ALL_REPOSITORIES:
        for row in telling.deployments(repository):
            statuses = telling.statuses(repository, row["id"]) or []
            ends = [one for one in statuses if one["state"] in ("success", "failure", "error")]
            assert len(ends) == 1
            service = row["payload"]["service"] if row["payload"] else repository.service
            if row["environment"] == "production":
                day = ends[0]["created_at"][:10]
                finished.append((service, day, ends[0]["state"] == "success"))
    for table, _, row in ci_events(delivery):
        if table == "deployments" and row["deployment_environment"] == "production":
            day = row["deployed_at"][:10]
            finished.append((row["service"], day, row["status"] != "failure"))
    counted = Counter((service, day) for service, day, _ in finished)
    succeeded = Counter((service, day) for service, day, ok in finished if ok)
    assert len(truth["dora_daily"]) == len(counted) > 150
    for row in truth["dora_daily"]:
        key = row["service"], row["metric_date"]
        assert counted[key] == row["n_production_deployments"]
        assert succeeded[key] == row["n_successful_deployments"]
    for name in ("n_rollbacks", "n_failed_to_deploy", "n_broken_deployments"):
        assert sum(row[name] for row in truth["dora_daily"]) > 3


def test_changes_are_deployed_with_the_commit_that_holds_them(
    telling: Telling, delivery: Delivery, truth: Row
) -> None:
    platform = REPOSITORIES[0]
    order = [row["sha"] for row in reversed(telling.commits(platform))]
    heads = [
        order.index(row["sha"])
        for row in reversed(telling.deployments(platform))
        if row["environment"] == "production"
        and any(s["state"] == "success" for s in telling.statuses(platform, row["id"]) or [])
    ]
    deployed = max(heads) + 1
    rows = [row for row in truth["dora_daily"] if row["service"] == "platform"]
    assert sum(row["n_changes_deployed"] for row in rows) == deployed
    unmapped = [row["sha"] for row in telling.deployments(ALL_REPOSITORIES[6])]
    ours = {row["sha"] for one in REPOSITORIES for row in telling.commits(one)}
    assert unmapped
    assert ours.isdisjoint(unmapped)
    assert all(one.opened_at < delivery.now for one in delivery.incidents)


def test_hard_cases_are_there(delivery: Delivery) -> None:
    everything = delivery.all_pull_requests
    assert any(c.created_at < one.created_at for one in everything for c in one.comments)
    assert any(r.submitted_at is None for one in everything for r in one.reviews)
    assert any(one.is_draft for one in everything)
    taken_back = {one.merge_commit.reverts for one in everything if one.merge_commit} - {None}
    assert taken_back <= {one.merge_commit.sha for one in everything if one.merge_commit}
    assert taken_back
    conclusions = {run.attempts[-1][2] for run in delivery.runs}
    assert {"success", "failure", "cancelled", "startup_failure", "", None} <= conclusions
    assert any(len(run.attempts) > 1 for run in delivery.runs)
    staged = {one.sha for one in delivery.deployments if one.environment == "staging"}
    live = {one.sha for one in delivery.deployments if one.environment == "production"}
    assert staged - live
    states = {state for one in delivery.deployments for state, _ in one.statuses}
    assert states == {"in_progress", "success", "failure", "error", "inactive"}


def test_nothing_lies_in_the_future_and_nothing_before_what_it_follows(
    delivery: Delivery, pulls: list[Row], telling: Telling
) -> None:
    now = f"{delivery.now:%Y-%m-%dT%H:%M:%SZ}"
    for row in pulls:
        assert row["created_at"] <= row["updated_at"] < now
        assert all(row["created_at"] <= (row[name] or "9") for name in ("merged_at", "closed_at"))
    assert all(row["created_at"] < now for row in telling.runs(REPOSITORIES[0]))
    assert all(moment < delivery.now for _, moment, _ in ci_events(delivery))


def test_numbers_are_unique_and_next_week_tells_the_same_of_yesterday(delivery: Delivery) -> None:
    then = company(AS_OF + timedelta(days=9)).delivery
    assert then is not None
    begun = delivery.now - timedelta(days=60)
    pair = [
        {
            (one.repository.name, one.number): one
            for one in this.all_pull_requests
            if begun < one.created_at < delivery.now
        }
        for this in (delivery, then)
    ]
    assert len({(o.repository.name, o.number) for o in delivery.all_pull_requests}) == len(
        delivery.all_pull_requests
    )
    assert pair[0].keys() == pair[1].keys()
    assert {key: one.title for key, one in pair[0].items()} == {
        key: one.title for key, one in pair[1].items()
    }


def test_coding_tools_are_used_by_whom_the_rollout_has_reached(world: World) -> None:
    rollout = world.rollout
    assert rollout is not None
    seen: set[tuple[int, date]] = set()
    for number in range(75):
        day = world.first_day + timedelta(days=number)
        users = [one.person for one in world.cursor(day) if one.work is not None]
        users += [one.person for one in world.claude(day).sessions if one.person]
        for person in users:
            if person.serial in rollout.people:
                assert rollout.is_exposed(person.serial, day)
                seen.add((person.serial, monday(day)))
    weeks = [week for week in rollout.weeks if week + timedelta(days=7) <= world.as_of]
    exposed = {
        (person.serial, week)
        for week in weeks
        for person in world.roster.present(week.toordinal())
        if person.is_present(week.toordinal() + 6)
        and person.serial in rollout.people
        and rollout.is_exposed(person.serial, week)
    }
    # Nobody is said to use a tool of which no log knows; a holiday week apart.
    assert len(exposed - seen) <= len(exposed) * 0.05
    assert len(exposed) > 50


def test_ci_leaves_the_same_files_and_none_without_the_shape(world: World, tmp_path: Any) -> None:
    paths = write_ci_files(world, tmp_path)
    assert {path.parent.name for path in paths} == {
        "deployments",
        "test_runs",
        "rule_compliance",
        "incidents",
    }
    before = {path: path.read_bytes() for path in paths}
    assert {path: path.read_bytes() for path in write_ci_files(world, tmp_path)} == before
    assert write_ci_files(World(5, 10, 7, AS_OF), tmp_path) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
