"""The assistants' facts worked out from the vendors' rows alone, as a warehouse would: a third opinion."""

import ast
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from sandbox.world import World
from tests.unit.sandbox.readings import Row

Actor = tuple[str, str]
"""Actor type and id."""
Figures = dict[str, int | None]

_COUNTED = {
    "conversation_created": "n_conversations",
    "project_created": "n_projects",
    "file_uploaded": "n_files",
}
_LISTED = {
    "n_conversations": "distinct_conversation_count",
    "n_projects": "distinct_projects_created_count",
    "n_files": "distinct_files_uploaded_count",
    "n_messages": "message_count",
}


def of_report(actor: Row) -> Actor:
    if actor["email"] is None:
        return "account", actor["user_id"]
    return "person", actor["email"].strip().lower()


def listed(world: World, day: date) -> dict[Actor, Figures]:
    """Return what the Analytics API says of each person."""
    return {
        ("person", row["user"]["email_address"].lower()): {
            name: row["chat_metrics"][field] for name, field in _LISTED.items()
        }
        for row in world.engagement_users(day)
    }


def logged(world: World, day: date) -> dict[Actor, Figures]:
    """Return what the audit log says of each person."""
    counts: defaultdict[Actor, Counter[str]] = defaultdict(Counter)
    for line in world.audit_lines(day):
        who = ast.literal_eval(line[1])
        if line[2] in _COUNTED:
            email = who["metadata"]["email_address"].strip().lower()
            counts["person", email][_COUNTED[line[2]]] += 1
    return {
        actor: {**{name: found[name] for name in _COUNTED.values()}, "n_messages": None}
        for actor, found in counts.items()
    }


def chat_facts(world: World, day: date) -> dict[Actor, tuple[str | None, Figures]]:
    """Return source and figures of every actor of claude.ai; tokens keep a row of zeros."""
    of_api, of_log = listed(world, day), logged(world, day)
    facts: dict[Actor, tuple[str | None, Figures]] = {}
    for actor, figures in {**of_log, **of_api}.items():
        source = "enterprise_analytics" if actor in of_api else "audit_log"
        facts[actor] = (source, figures)
    used = {
        of_report(row["actor"])
        for row in world.user_usage_lines(day)
        if row["product"] != "claude_code"
    }
    for actor in used:
        facts.setdefault(actor, ("enterprise_analytics", dict.fromkeys(_LISTED)))
    return {
        actor: found for actor, found in facts.items() if actor in used or any(found[1].values())
    }


def tokens(world: World, day: date) -> dict[Actor, int]:
    """Return the tokens of claude.ai by actor, without those of Claude Code."""
    found: defaultdict[Actor, int] = defaultdict(int)
    for row in world.user_usage_lines(day):
        if row["product"] != "claude_code":
            found[of_report(row["actor"])] += row["total_tokens"]
    return dict(found)


def charges(world: World, day: date) -> dict[tuple[str, Actor, str], Decimal]:
    """Return platform, actor and model -> USD of the reports by person."""
    found: defaultdict[tuple[str, Actor, str], Decimal] = defaultdict(Decimal)
    for row in world.user_cost_lines(day):
        platform = "claude_code" if row["product"] == "claude_code" else "claude_ai"
        found[platform, of_report(row["actor"]), row["model"]] += Decimal(row["pico"]).scaleb(-12)
    return dict(found)


def gemini_facts(world: World, day: date) -> dict[tuple[Actor, str], Counter[str]]:
    """Return actor and app -> events by category."""
    found: defaultdict[tuple[Actor, str], Counter[str]] = defaultdict(Counter)
    for row in world.gemini_activities(day):
        email = row["actor"].get("email")
        actor = (
            ("person", email.lower())
            if email
            else ("unattributed", "unattributed:gemini_workspace")
        )
        for event in row["events"]:
            said = {part["name"]: part["value"] for part in event["parameters"]}
            found[actor, said["app_name"]][said["event_category"]] += 1
    return dict(found)
