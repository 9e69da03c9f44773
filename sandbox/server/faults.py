"""Faults: which request is answered wrongly, decided by pattern, rate, seed and count.

A fault is written `endpoint=cost_report kind=http_500 rate=0.3 seed=1 times=2`:

* `endpoint`  name or pattern: `cost_report`, `cursor.*`, `*`
* `kind`      one of KINDS
* `rate`      share of the matching requests, decided by a generator with `seed` (default 1, 0)
* `times`     at most so many (default: no limit)
* `after`     let so many matching requests pass first (default 0)
* `seconds`   length of `slow`, value of Retry-After of `http_429` and of GitHub's limits (default 30 and 1)
* `field`     which field `type_flip` and `missing_field` take (default: chosen by the seed); `renamed_field` and
              `retyped_field` do nothing without one

The same requests in the same order meet the same faults.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from random import Random

STATUS_KINDS = {
    "http_401": 401,
    "http_403": 403,
    "http_404": 404,
    "http_410": 410,
    "http_429": 429,
    "http_429_no_retry_after": 429,
    "http_500": 500,
    "http_500_no_retry": 500,
    "http_502": 502,
    "http_503": 503,
    "http_529": 529,
}
TRANSPORT_KINDS = ("drop_before", "drop_mid_body", "slow")
BODY_KINDS = (
    *("truncated_json", "empty_body", "html_body", "wrong_content_type"),
    *("packed_bomb", "half_character"),
)
GITHUB_LIMIT_KINDS = ("primary_limit", "secondary_limit", "secondary_limit_by_body")
GITHUB_CHANGE_KINDS = ("rename_repository", "rerun_run")
"""What happens at GitHub before a later page is answered: it is told rightly, of a world that has changed."""
GITHUB_KINDS = (*GITHUB_LIMIT_KINDS, *GITHUB_CHANGE_KINDS, "vanished_page")
CURSOR_KINDS = ("expired_cursor",)
EXPORT_KINDS = ("malformed_row", "corrupt_file")
MOVING_KINDS = ("growing_list", "shrinking_list")
PAGE_KINDS = (
    "missing_data",
    "endless_list",
    "duplicate_page",
    "short_page",
    "empty_page",
    *MOVING_KINDS,
)
ROW_KINDS = ("type_flip", "unknown_field", "missing_field", "null_row")
CONTRACT_KINDS = ("renamed_field", "retyped_field")
"""What a new version of a contract does to every row."""
KINDS: tuple[str, ...] = (
    *STATUS_KINDS,
    *TRANSPORT_KINDS,
    *CURSOR_KINDS,
    *GITHUB_KINDS,
    *EXPORT_KINDS,
    *BODY_KINDS,
    *PAGE_KINDS,
    *ROW_KINDS,
    *CONTRACT_KINDS,
)


@dataclass(frozen=True)
class Fault:
    """One kind of wrong answer for a class of requests."""

    endpoint: str
    kind: str
    rate: float = 1.0
    seed: int = 0
    times: int | None = None
    after: int = 0
    seconds: float | None = None
    field: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could never happen.

        Raises:
            ValueError: The kind is unknown or the rate is not a share.
        """
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; known: {', '.join(KINDS)}")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate must lie between 0 and 1, not {self.rate}")

    def matches(self, full_name: str) -> bool:
        """Say whether the fault is meant for an endpoint (`cursor.spend`)."""
        return fnmatchcase(full_name, self.endpoint) or fnmatchcase(
            full_name.partition(".")[2], self.endpoint
        )


_CASTS = {"rate": float, "seconds": float, "seed": int, "times": int, "after": int}


def parse_fault(text: str) -> Fault:
    """Read a fault from its written form.

    Raises:
        ValueError: The text is not of the form `name=value name=value …`.
    """
    known = {item.name for item in fields(Fault)}
    values: dict[str, str | int | float] = {}
    for part in text.split():
        name, equals, value = part.partition("=")
        if not equals or name not in known:
            raise ValueError(f"cannot read {part!r}; a fault has {', '.join(sorted(known))}")
        values[name] = _CASTS.get(name, str)(value)
    if not {"endpoint", "kind"} <= values.keys():
        raise ValueError(f"a fault needs endpoint= and kind=, not {text!r}")
    return Fault(**values)  # type: ignore[arg-type]


@dataclass
class Armed:
    """A fault with its generator and how often it was met and applied."""

    fault: Fault
    random: Random = field(init=False)
    seen: int = 0
    applied: int = 0

    def __post_init__(self) -> None:
        """Seed the generator."""
        self.random = Random(self.fault.seed)

    def strikes(self) -> bool:
        """Count a matching request and say whether the fault strikes it."""
        self.seen += 1
        hit = self.random.random() < self.fault.rate
        if self.seen <= self.fault.after:
            return False
        return hit and (self.fault.times is None or self.applied < self.fault.times)


class FaultBook:
    """All faults that are switched on."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Arm the given faults."""
        self._armed = [Armed(fault) for fault in faults]

    def replace(self, faults: Sequence[Fault]) -> None:
        """Switch off all faults and arm the given ones."""
        self._armed = [Armed(fault) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Arm one more fault."""
        self._armed.append(Armed(fault))

    def choose(self, full_name: str) -> Armed | None:
        """Return the first fault that strikes a request; the caller counts it as applied."""
        chosen = None
        for armed in self._armed:
            if armed.fault.matches(full_name) and armed.strikes() and chosen is None:
                chosen = armed
        return chosen

    def waits_for(self, full_name: str, kind: str) -> bool:
        """Say whether a fault of a kind is armed for an endpoint."""
        return any(
            armed.fault.kind == kind and armed.fault.matches(full_name) for armed in self._armed
        )

    def spoils_export(self, full_name: str) -> bool:
        """Say whether a file that is written now has a broken row; counts as applied."""
        return self.export_fault(full_name) == "malformed_row"

    def export_fault(self, full_name: str) -> str | None:
        """Return what is wrong with a file that is written now; counts as applied."""
        armed = self.choose(full_name)
        if armed is None or armed.fault.kind not in EXPORT_KINDS:
            return None
        armed.applied += 1
        return armed.fault.kind

    def report(self) -> list[dict[str, object]]:
        """Describe the faults and how often each was applied."""
        return [
            {**asdict(armed.fault), "seen": armed.seen, "applied": armed.applied}
            for armed in self._armed
        ]
