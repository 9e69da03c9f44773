"""Terraform's files as values: what each folder declares, calls and refers to."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.node import installed
from tests.repository.project import ROOT

TERRAFORM = ROOT / "infrastructure" / "terraform"
_READER = Path(__file__).with_name("terraform.cjs")

Body = dict[str, Any]


@dataclass(frozen=True)
class File:
    """One file, as HashiCorp's own parser and formatter see it."""

    path: str
    text: str
    parsed: Body
    formatted: str
    fault: str | None


@dataclass(frozen=True)
class Declared:
    """A resource, or data that is read, with what it says."""

    path: str
    kind: str
    """Like `google_storage_bucket` or `data.google_project`."""
    name: str
    body: Body

    @property
    def is_of_provider(self) -> bool:
        """Say whether the provider's schema knows it."""
        return self.kind.removeprefix("data.").startswith("google_")

    @property
    def address(self) -> str:
        """Return how messages name it."""
        return f"{self.path}: {self.kind}.{self.name}"


@dataclass(frozen=True)
class Tree:
    """All files below `terraform/`."""

    files: Mapping[str, File]

    @property
    def declared(self) -> list[Declared]:
        """Return every resource and every data source, file by file."""
        return [
            Declared(file.path, f"{prefix}{kind}", name, body)
            for file in self.files.values()
            for key, prefix in (("resource", ""), ("data", "data."))
            for kind, named in file.parsed.get(key, {}).items()
            for name, bodies in named.items()
            for body in bodies
        ]

    @property
    def folders(self) -> dict[str, "Folder"]:
        """Return what Terraform calls a module: each folder with files in it."""
        found: dict[str, list[File]] = {}
        for file in self.files.values():
            found.setdefault(str(Path(file.path).parent), []).append(file)
        return {name: Folder(name, tuple(files)) for name, files in found.items()}

    def with_file(self, file: File) -> "Tree":
        """Return a tree in which one file is another."""
        return Tree({**self.files, file.path: file})


@dataclass(frozen=True)
class Folder:
    """One module."""

    name: str
    files: tuple[File, ...]

    def blocks(self, kind: str) -> dict[str, Body]:
        """Return its blocks of a kind with one label: `variable`, `output`, `module`."""
        return {
            name: body
            for file in self.files
            for name, bodies in file.parsed.get(kind, {}).items()
            for body in bodies
        }

    def locals(self) -> Body:
        """Return what it calls `local.…`."""
        return {
            name: value
            for file in self.files
            for block in file.parsed.get("locals", [])
            for name, value in block.items()
        }


def read_files(texts: Mapping[str, str]) -> dict[str, File]:
    """Parse texts, which have names to be told apart by, in one start of Node.

    Without what npm brings the test is skipped; it fails with CI=true.
    """
    installed("@cdktn/hcl2json/package.json")
    said = subprocess.run(
        ["node", str(_READER)],  # noqa: S607 - the environment's own
        input=json.dumps(dict(texts)),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    return {
        path: File(
            path,
            texts[path],
            found.get("parsed", {}),
            found.get("formatted", texts[path]),
            found.get("fault"),
        )
        for path, found in json.loads(said).items()
    }


def texts_of_terraform() -> dict[str, str]:
    """Return the text of every file, by its path below `terraform/`."""
    return {
        str(path.relative_to(TERRAFORM)): path.read_text(encoding="utf-8")
        for path in sorted(TERRAFORM.rglob("*.tf"))
        if ".terraform" not in path.parts
    }


def read_all() -> Tree:
    """Read what is there."""
    return Tree(read_files(texts_of_terraform()))


def texts(value: object) -> Iterator[str]:
    """Yield every text in a value, also keys of maps."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def expressions(value: object) -> Iterator[str]:
    """Yield what Terraform would work out: the inside of `${…}`."""
    for text in texts(value):
        yield from re.findall(r"\$\{(.*)\}", text, re.DOTALL)


def roots(value: object) -> Iterator[tuple[str, ...]]:
    """Yield what expressions refer to, without their indices: `var.a["b"].c` as `("var", "a", "c")`."""
    for expression in expressions(value):
        plain = _without_indices(expression)
        for found in re.finditer(r"(?<![\w.\"/])[a-z_]\w*(?:\.\w+)+", plain):
            yield tuple(found[0].split("."))
        # What stands in an index refers to something, too.
        for index in re.findall(r"\[([^\[\]]+)\]", expression):
            for found in re.finditer(r"(?<![\w.\"/])[a-z_]\w*(?:\.\w+)+", index):
                yield tuple(found[0].split("."))


def _without_indices(expression: str) -> str:
    """Take out `[…]` behind a name, also one within another."""
    kept = list[str]()
    depth = 0
    for at, sign in enumerate(expression):
        if sign == "[" and (depth or re.match(r"[\w\]]", expression[at - 1 : at] or " ")):
            depth += 1
        elif sign == "]" and depth:
            depth -= 1
        elif not depth:
            kept.append(sign)
    return "".join(kept)
