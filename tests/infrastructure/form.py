"""Whether Terraform can read a file, and whether it is laid out as `terraform fmt` would."""

import difflib
from collections.abc import Iterator

from tests.infrastructure.parsing import Tree


def misread(tree: Tree) -> Iterator[str]:
    """Yield files that are no HCL."""
    for file in tree.files.values():
        if file.fault:
            yield f"{file.path}: {file.fault}"


def unformatted(tree: Tree) -> Iterator[str]:
    """Yield what the formatter would change."""
    for file in tree.files.values():
        if file.formatted != file.text:
            lines = difflib.unified_diff(
                file.text.splitlines(), file.formatted.splitlines(), lineterm="", n=0
            )
            yield f"{file.path}: terraform fmt would change\n" + "\n".join(list(lines)[2:])
