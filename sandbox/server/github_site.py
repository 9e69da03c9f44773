"""What changes at GitHub while somebody reads it: names of repositories, runs that are started again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.world.delivery import Delivery
from sandbox.world.delivery_parts import Repository
from sandbox.world.delivery_rows import text
from sandbox.world.delivery_telling import ALL_REPOSITORIES, Telling

Row = dict[str, Any]


class Site:
    """GitHub as it stands now; rows are made once and again after a change."""

    def __init__(self, delivery: Delivery) -> None:
        """Show a delivery."""
        self._delivery = delivery
        self._names = {one.repository_id: one.full_name for one in ALL_REPOSITORIES}
        self._ids = {name: key for key, name in self._names.items()}
        for one in ALL_REPOSITORIES:
            if one.former_name:
                self._ids[one.full_name.replace(one.name, one.former_name)] = one.repository_id
        self._rerun: dict[int, Row] = {}
        self._kept: dict[tuple[object, ...], list[Row]] = {}
        self.telling = Telling(delivery, self.name_of)

    def name_of(self, repository: Repository) -> str:
        """Return what a repository is called now."""
        return self._names[repository.repository_id]

    def by_name(self, full_name: str) -> Repository | None:
        """Return the repository that is or was called so."""
        found = self._ids.get(full_name)
        return None if found is None else self.by_id(found)

    def by_id(self, repository_id: int) -> Repository | None:
        """Return a repository by its number."""
        return next((one for one in ALL_REPOSITORIES if one.repository_id == repository_id), None)

    def known_names(self) -> list[str]:
        """Return the repositories as the company's settings name them: one by its former name."""
        return [
            one.full_name.replace(one.name, one.former_name or one.name) for one in ALL_REPOSITORIES
        ]

    def kept(self, key: tuple[object, ...], make: Callable[[], list[Row]]) -> list[Row]:
        """Return a list of rows, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def runs(self, repository: Repository) -> list[Row]:
        """Return a repository's runs, those that were started again in their new state."""
        found = self.kept(("runs", repository.repository_id), lambda: self.telling.runs(repository))
        return [self._rerun.get(row["id"], row) for row in found] if self._rerun else found

    def attempt(self, repository: Repository, run_id: int, attempt: int) -> Row | None:
        """Return one attempt of a run."""
        again = self._rerun.get(run_id)
        if again and again["run_attempt"] == attempt:
            return again
        return self.telling.attempt(repository, run_id, attempt)

    def rename(self, repository: Repository) -> None:
        """Give a repository another name; the old one leads on to it."""
        name = f"{self.name_of(repository)}-renamed"
        self._names[repository.repository_id] = name
        self._ids[name] = repository.repository_id
        self._kept.clear()

    def rerun(self, repository: Repository) -> None:
        """Start the oldest run of a repository again; it ends in success in the last minute before today."""
        rows = self.runs(repository)
        if not rows:
            return
        oldest = rows[-1]
        attempt = oldest["run_attempt"] + 1
        self._rerun[oldest["id"]] = {
            **oldest,
            "run_attempt": attempt,
            "status": "completed",
            "conclusion": "success",
            "run_started_at": text(self._delivery.now - timedelta(minutes=6)),
            "updated_at": text(self._delivery.now - timedelta(minutes=1)),
            "previous_attempt_url": f"{oldest['url']}/attempts/{attempt - 1}",
        }
