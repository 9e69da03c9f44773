"""Answers in the shape that the real api.github.com gives, with invented people: whole objects, headers, refusals, redirects.

The addresses of the real host in them become those of the stand-in, as a proxy would have them.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.extract.github_reading import Read, read
from tests.worlds.github import Answer, Site, refusal, served

RECORDING = Path(__file__).parent / "recordings" / "github" / "answers.json"


class Replay(Site):
    """Gives the recorded answers; one with `times` so often, then the next of its path."""

    def reply(self, target: str, headers: dict[str, str]) -> Answer:
        self.calls.append(target)
        self.headers.append(headers)
        path = urlsplit(target).path
        for one in self.lists["recorded"]:
            if one["path"] in (target, path) and one.get("times", 1) > 0:
                if "times" in one:
                    one["times"] -= 1
                text = json.dumps([one["headers"], one["body"]])
                named, body = json.loads(text.replace("https://api.github.com", self.address))
                return Answer(one["status"], json.dumps(body).encode(), named)
        return refusal(404, "Not Found")


@pytest.fixture(scope="module")
def recorded() -> Read:
    """Read the recording once."""
    with served(Replay()) as site, pytest.MonkeyPatch.context() as patch:
        patch.setattr("extract.client.retries.sleep", lambda _: None)
        site.lists["recorded"] = json.loads(RECORDING.read_text(encoding="utf-8"))
        return read(
            site,
            GITHUB_REPOSITORIES="corp/invoicing,corp/secret,corp/guarded",
            GITHUB_ORGANIZATION="corp",
        )


def test_recorded_answers_land_whole(recorded: Read) -> None:
    assert recorded.n_bad == 0
    assert "FREE TEXT" not in repr(recorded.rows)
    assert {name: n for name, n in recorded.count().items() if n} == {
        "repositories": 1,
        "pull_requests": 2,
        "pull_request_commits": 2,
        "pull_request_reviews": 4,
        "pull_request_comments": 1,
        "issue_events": 1,
        "deployments": 1,
        "deployment_statuses": 1,
        "workflow_runs": 7,
    }
    (repository,) = recorded.rows["repositories"]
    assert (repository["repository_name"], repository["default_branch"]) == (
        "corp/billing",
        "trunk",
    )
    pulls = {one["pr_number"]: one for one in recorded.rows["pull_requests"]}
    assert pulls[2]["labels"] == '["claude-code-assisted"]'
    assert (pulls[1]["author_login"], pulls[1]["head_repository_id"]) == (None, None)
    runs = {(one["run_number"], one["run_attempt"]): one for one in recorded.rows["workflow_runs"]}
    assert {key: one["conclusion"] for key, one in runs.items()} == {
        (1, 1): "timed_out",
        (1, 2): "success",
        (2, 1): "action_required",
        (3, 1): None,
        (4, 1): "stale",
        (5, 1): "startup_failure",
        (6, 1): None,
    }
    assert runs[1, 2]["pull_request_numbers"] == "[2]"
    assert recorded.rows["deployments"][0]["service"] is None


def test_recorded_refusals_are_named_with_what_to_do(recorded: Read) -> None:
    assert len(recorded.problems) == 3
    secret, guarded, teams = recorded.problems
    assert "corp/secret" in secret
    assert "the token may not see it" in secret
    assert "corp/guarded" in guarded
    assert "single sign-on" in guarded
    assert "lacks a permission" in teams
