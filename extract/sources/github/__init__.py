"""GitHub's REST API: pull requests, reviews, deployments, workflow runs, releases, commits, teams. The manual is README.md."""

from extract.config import Settings
from extract.landing.resource import Resource
from extract.sources.github import delivery, directory, pulls
from extract.sources.github.api import GitHub
from extract.sources.github.reading import Repositories, each
from extract.sources.github.tables import (
    COMMITS,
    DEPLOYMENT_STATUSES,
    DEPLOYMENTS,
    ISSUE_EVENTS,
    PULL_REQUEST_COMMENTS,
    RELEASES,
    REPOSITORIES,
    TABLES,
    TEAM_MEMBERS,
    WORKFLOW_RUNS,
)

__all__ = ["TABLES", "resources"]


def resources(settings: Settings) -> list[Resource]:
    """Open the API; every repository is looked up once for all that is read of it."""
    api = GitHub(settings)
    known = Repositories(api, settings.github_repositories)
    lists = (
        ("pull_requests", pulls.TABLES_OF_PULL_REQUESTS, pulls.pull_requests),
        ("pull_request_comments", (PULL_REQUEST_COMMENTS,), pulls.comments),
        ("issue_events", (ISSUE_EVENTS,), pulls.issue_events),
        ("deployments", (DEPLOYMENTS, DEPLOYMENT_STATUSES), delivery.deployments),
        ("workflow_runs", (WORKFLOW_RUNS,), delivery.workflow_runs),
        ("releases", (RELEASES,), delivery.releases),
        ("commits", (COMMITS,), delivery.commits),
    )
    return [
        Resource(
            "repositories",
            (REPOSITORIES,),
            lambda _, sink: directory.read_repositories(known, sink),
        ),
        *(
            Resource(name, tables, each(known, tables[0], settings.since, reader(api, settings)))
            for name, tables, reader in lists
        ),
        Resource(
            "team_members",
            (TEAM_MEMBERS,),
            lambda _, sink: directory.read_team_members(api, settings.github_organization, sink),
        ),
    ]
