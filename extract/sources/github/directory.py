"""Directories: the repositories as they are called now, and who is in which team."""

from urllib.parse import quote

from extract.landing.errors import NotOfferedError
from extract.landing.sink import Sink
from extract.sources.github.api import GitHub
from extract.sources.github.reading import Repositories
from extract.sources.github.rows import row_of, value_of
from extract.sources.github.tables import REPOSITORIES, TEAM_MEMBERS


def read_repositories(repositories: Repositories, sink: Sink) -> None:
    """Land what the look-up of each repository answered, and name those that it found nothing of."""
    repositories.found()
    repositories.complain(sink)
    sink.add(REPOSITORIES, [row_of(REPOSITORIES, one) for one in repositories.answers])


def read_team_members(api: GitHub, organization: str | None, sink: Sink) -> None:
    """Read the members of each team of the organisation.

    Raises:
        NotOfferedError: No organisation is named: there are no teams to read.
    """
    if organization is None:
        raise NotOfferedError("GITHUB_ORGANIZATION is not set, so no teams are read")
    path = f"/orgs/{quote(organization, safe='')}/teams"
    for page in api.list_pages(path):
        for team in page["rows"]:
            slug = value_of(team, "slug")
            if not isinstance(slug, str):
                sink.add(TEAM_MEMBERS, [row_of(TEAM_MEMBERS, team)])
                continue
            for members in api.list_pages(f"{path}/{quote(slug, safe='')}/members"):
                rows = [
                    row_of(TEAM_MEMBERS, one, team_slug=slug, team_name=team.get("name"))
                    for one in members["rows"]
                ]
                sink.add(TEAM_MEMBERS, rows)
