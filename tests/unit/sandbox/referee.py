"""The facts' definition applied to the vendors' rows alone, in plain Python: a third opinion.

The world makes the vendors' rows, the truth tells what really happened; the referee sees only what
a warehouse sees and must arrive at the truth. If it cannot, either the rows do not show enough or
the truth is wrong.
"""

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal

from sandbox.world import World
from tests.unit.sandbox.readings import Row, exact, records, tokens

Actor = tuple[str, str, str]
Line = tuple[str | None, str, str, str, str]
Use = tuple[str | None, str | None, str | None, str | None]
Share = tuple[Actor, str | None, str]
"""Actor, model, cost component."""

_COMPONENTS = {
    "uncached_input_tokens": "input",
    "output_tokens": "output",
    "cache_read_input_tokens": "cache_read",
    "cache_creation.ephemeral_5m_input_tokens": "cache_write_5m",
    "cache_creation.ephemeral_1h_input_tokens": "cache_write_1h",
}

_PATTERN = re.compile(r"claude_code_key_(.+)_[a-z]{4}")


class Referee:
    """Knows the directories of one world and judges its days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys = {row["id"]: row for row in world.api_keys()}
        self.users = {row["id"]: row["email"].lower() for row in world.users()}
        self.mapping = records(world, "api_key_mapping")
        named = [row["id"] for row in world.workspaces(True) if row["name"] == "Claude Code"]
        self.claude_code = named[0]

    def mapped(self, key_id: str, day: date) -> dict[str, str] | None:
        name = self.keys.get(key_id, {}).get("name")
        text = day.isoformat()
        fitting = [
            row
            for row in self.mapping
            if (
                row["api_key_id"] == key_id
                or (not row["api_key_id"] and row["api_key_name"] == name)
            )
            and row["valid_from"] <= text
            and (not row["valid_to"] or text < row["valid_to"])
        ]
        return max(fitting, key=lambda row: row["valid_from"]) if fitting else None

    def platform(self, key_id: str | None, workspace: str | None, day: date) -> str:
        if workspace == self.claude_code:
            return "claude_code"
        if key_id is None:
            return "claude_api"
        mapped = self.mapped(key_id, day)
        if mapped:
            return mapped["platform"]
        name = self.keys.get(key_id, {}).get("name", "")
        return "claude_code" if _PATTERN.fullmatch(name) else "claude_api"

    def owner(self, key_id: str | None, account: str | None, day: date) -> str | None:
        if key_id is None:
            return self.users.get(account or "")
        mapped = self.mapped(key_id, day)
        if mapped:
            return mapped["owner_email"].lower()
        key = self.keys.get(key_id)
        if key is None:
            return None
        found = _PATTERN.fullmatch(key["name"])
        if found:
            return f"{found.group(1)}@harbourline.example"
        return self.users.get(key["created_by"]["id"]) if key["created_by"] else None

    def ledger(self, day: date) -> dict[Share, Decimal]:
        """Return actor, model and component -> USD of the day's bill."""
        served = self.world.day(day)
        report = _ReportedCost(served.claude_code)
        spent: defaultdict[Share, Decimal] = defaultdict(Decimal)
        actors = {self._use(row): self._actor(row, day, report) for row in served.messages}
        covered = {found[2] for found in actors.values() if found is not None}
        waiting = [actor for actor in report.actors if actor[2] not in covered]
        for bill in served.costs:
            amount = Decimal(bill["amount"]) / 100
            parts = self._parts(bill, served.messages)
            total = sum(parts.values())
            component = _COMPONENTS.get(bill["token_type"]) or str(bill["cost_type"])
            what: tuple[str | None, str] = (bill["model"], component)
            if not total:
                where = bill["workspace_id"] or "default"
                platform = self.platform(None, bill["workspace_id"], day)
                nobody = (platform, "unattributed", f"unattributed:{where}")
                spent[nobody, *what] += amount
                continue
            for use, weight in parts.items():
                actor = actors[use]
                part = amount * weight / total
                if actor is not None:
                    spent[actor, *what] += part
                else:
                    for sharer, share in self._shares(part, bill, waiting, report):
                        spent[sharer, *what] += share
        return {share: usd for share, usd in spent.items() if usd}

    def _shares(
        self, part: Decimal, bill: Row, waiting: list[Actor], report: "_ReportedCost"
    ) -> list[tuple[Actor, Decimal]]:
        costs = {actor: report.cost[actor, bill["model"]] for actor in waiting}
        whole = sum(costs.values())
        if not whole:
            nobody = ("claude_code", "unattributed", f"unattributed:{bill['workspace_id']}")
            return [(nobody, part)]
        return [(actor, part * cost / whole) for actor, cost in costs.items()]

    @staticmethod
    def _use(row: Row) -> Use:
        return (
            row["api_key_id"],
            row["account_id"],
            row["service_account_id"],
            row["workspace_id"],
        )

    def _actor(self, row: Row, day: date, report: "_ReportedCost") -> Actor | None:
        """Return who stands for a usage row; None = nobody is named in Claude Code's workspace."""
        key, account, service, workspace = self._use(row)
        platform = self.platform(key, workspace, day)
        if platform == "claude_code":
            name = self.keys.get(key or "", {}).get("name")
            for actor in (
                ("claude_code", "person", self.owner(key, account, day) or ""),
                ("claude_code", "api_key_name", name or ""),
            ):
                if actor in report.actors:
                    return actor
        for kind, value in (("api_key", key), ("account", account), ("service_account", service)):
            if value is not None:
                return platform, kind, value
        if workspace == self.claude_code:
            return None
        return platform, "unattributed", f"unattributed:{workspace or 'default'}"

    def _parts(self, bill: Row, messages: list[Row]) -> dict[Use, int]:
        parts: defaultdict[Use, int] = defaultdict(int)
        speed = "fast" if "Fast Mode" in bill["description"] else "standard"
        for row in messages:
            if row["workspace_id"] != bill["workspace_id"]:
                continue
            if bill["cost_type"] == "web_search":
                parts[self._use(row)] += row["server_tool_use"]["web_search_requests"]
            elif row["speed"] == speed and all(
                row[name] == bill[name]
                for name in ("model", "service_tier", "context_window", "inference_geo")
            ):
                parts[self._use(row)] += tokens(row)[bill["token_type"]]
        return {use: weight for use, weight in parts.items() if weight}


class _ReportedCost:
    """Pay-as-you-go actors of the Claude Code report and their cost by model."""

    def __init__(self, rows: list[Row]) -> None:
        self.actors: dict[Actor, None] = {}
        self.cost: defaultdict[tuple[Actor, str], Decimal] = defaultdict(Decimal)
        for row in rows:
            if row["customer_type"] != "api":
                continue
            named = row["actor"]
            actor: Actor = (
                ("claude_code", "person", named["email_address"].strip().lower())
                if named["type"] == "user_actor"
                else ("claude_code", "api_key_name", named["api_key_name"])
            )
            self.actors[actor] = None
            for part in row["model_breakdown"]:
                self.cost[actor, part["model"]] += exact(part["estimated_cost"]["amount"])
