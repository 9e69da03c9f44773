"""What a search found, and what it looked at."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """A place that names the person, and how often; a place is never written with what names them."""

    place: str
    n_found: int


@dataclass
class Looked:
    """What was looked at."""

    n_tables: int = 0
    n_columns: int = 0
    n_files: int = 0
    n_members: int = 0
    """Files inside files."""
    n_bytes: int = 0

    def add(self, more: "Looked") -> None:
        """Take in what else was looked at."""
        self.n_tables += more.n_tables
        self.n_columns += more.n_columns
        self.n_files += more.n_files
        self.n_members += more.n_members
        self.n_bytes += more.n_bytes

    def as_json(self) -> dict[str, int]:
        """Return it as the certificate has it."""
        return {
            "tables": self.n_tables,
            "columns": self.n_columns,
            "files": self.n_files,
            "files_in_files": self.n_members,
            "bytes": self.n_bytes,
        }


@dataclass
class Findings:
    """What was found where; true when something was."""

    tables: list[Finding] = field(default_factory=list)
    files: list[Finding] = field(default_factory=list)
    looked: Looked = field(default_factory=Looked)

    def __bool__(self) -> bool:
        return bool(self.tables or self.files)

    def places(self) -> list[str]:
        """Return the places that name the person."""
        return [one.place for one in (*self.tables, *self.files)]
