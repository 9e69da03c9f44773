"""What a job of GitHub Actions knows without being told: which repository, commit, branch, pull request and run it is of."""

import re
from collections.abc import Mapping


def known(env: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an event that the job's variables say, by column.

    Of a pull request `GITHUB_REF_NAME` is no branch (`12/merge`), and a tag is none either.
    """
    said = {
        "repository_name": env.get("GITHUB_REPOSITORY"),
        "service": env.get("GITHUB_REPOSITORY", "").rpartition("/")[2],
        "commit_sha": env.get("GITHUB_SHA"),
        "branch": env.get("GITHUB_HEAD_REF"),
        "run_id": run_of(env),
    }
    ref = env.get("GITHUB_REF", "")
    if found := re.fullmatch(r"refs/pull/(\d+)/\w+", ref):
        said["pr_number"] = found[1]
    elif ref.startswith("refs/heads/") and not said["branch"]:
        said["branch"] = env.get("GITHUB_REF_NAME")
    return {name: text for name, text in said.items() if text}


def run_of(env: Mapping[str, str]) -> str | None:
    """Return the run and its attempt: a step that is tried again is of the same, a run that is started again is not."""
    run = env.get("GITHUB_RUN_ID")
    return f"{run}-{env.get('GITHUB_RUN_ATTEMPT', '1')}" if run else None
