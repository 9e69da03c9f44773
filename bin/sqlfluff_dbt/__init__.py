"""What dbt's Jinja context has and sqlfluff's builtins lack, so that models lint without dbt and without a database.

Named by `library_path` in `.sqlfluff`: every name below exists in the linted templates. `adapter.dispatch` finds the
project's own macro as dbt does for DuckDB; `dbt.*` gives a call or a type of the same shape as the real macro.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import ClassVar

from jinja2 import pass_context
from jinja2.runtime import Context

__all__ = [
    "adapter",
    "dbt",
    "env_var",
    "graph",
    "invocation_id",
    "modules",
    "run_started_at",
    "target",
]

run_started_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
modules = SimpleNamespace(datetime=dt, pytz=SimpleNamespace(utc=dt.UTC))
invocation_id = "00000000-0000-0000-0000-000000000000"


class _Adapter:
    def dispatch(self, name: str, package: str | None = None) -> Callable[..., object]:
        """Return the project's macro for DuckDB, or its default."""
        del package  # there are no packages

        @pass_context
        def call(context: Context, *args: object, **kwargs: object) -> object:
            for prefix in ("duckdb__", "default__"):
                macro = context.resolve_or_missing(prefix + name)
                if callable(macro):
                    found: object = macro(*args, **kwargs)
                    return found
            raise LookupError(f"adapter.dispatch: no macro duckdb__{name} or default__{name}")

        return call


class _Dbt:
    """dbt's cross-database macros, as far as a linter can tell them apart."""

    def concat(self, fields: Sequence[str]) -> str:
        """Join by the operator, as dbt does on DuckDB."""
        return " || ".join(fields)

    def safe_cast(self, field: str, type: str) -> str:  # noqa: A002 - dbt's own name
        """Cast; the linter does not care whether it may fail."""
        return f"cast({field} as {type})"

    def listagg(self, measure: str, delimiter_text: str, order_by_clause: str = "") -> str:
        """Aggregate to text; the order is a clause inside the call, not an argument."""
        return f"string_agg({measure}, {delimiter_text} {order_by_clause})"

    def __getattr__(self, name: str) -> Callable[..., str]:
        """Give any other macro the shape of a type or of a function call."""
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("type_"):
            return lambda *args: _TYPES.get(name, name.removeprefix("type_"))  # noqa: ARG005
        return lambda *args, **kwargs: f"{name}({', '.join(map(str, (*args, *kwargs.values())))})"


_TYPES = {"type_string": "varchar", "type_int": "integer"}


class _Target:
    type = name = "duckdb"
    schema = "main"


def env_var(name: str, default: str | None = None) -> str:
    """Give the default, so that linting never depends on the environment."""
    return name if default is None else default


class _Graph:
    nodes: ClassVar[dict[str, object]] = {}


adapter = _Adapter()
dbt = _Dbt()
graph = _Graph()
target = _Target()
