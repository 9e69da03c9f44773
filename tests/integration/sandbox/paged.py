"""The company written by hand with enough of everything to turn pages: every expected value of these tests can be read off here.

Three Cursor members, five API keys, 24 users and 25 Claude Code records on the first of three days.
The second day has no Anthropic usage at all. Today is the third day.
"""

from datetime import date

from tests.worlds.answers import (
    JsonObject,
    api_key,
    code_record,
    cost_row,
    daily_row,
    event,
    member,
    spend_row,
    usage_row,
    user,
    workspace,
)
from tests.worlds.assistants import activity, audit_line, charge, seat_user, tokens
from tests.worlds.company import DAYS, FIRST, SECOND, THIRD, TinyDay, TinyWorld
from tests.worlds.people import ADA, BOB, CAT

HOUR = 3600
DELETED = {
    "type": "user_actor",
    "user_id": "user_gone",
    "email": None,
    "name": None,
    "deleted": True,
}


def paged_world() -> TinyWorld:
    """Return the company; nobody changes it."""
    world = TinyWorld()
    world.as_of, world.newest_engagement = THIRD, SECOND
    world.days = {day: _every_day(day) for day in DAYS}
    _first_day(world.days[FIRST])
    world.days[SECOND].cursor_events = [event(SECOND), event(SECOND, 12 * HOUR, BOB)]
    world.days[SECOND].gemini = []
    world.days[THIRD].messages = [usage_row(api_key_id=None, account_id="user_01")]
    world.days[THIRD].charges = world.days[THIRD].tokens = []
    world.members.append(member(2, "cat"))
    world.spend = [spend_row(0, "ada", 5.0), spend_row(1, "bob", 50.0), spend_row(2, "cat", 0.0)]
    world.keys = [
        *(api_key(1), api_key(2), api_key(3, workspace_id="wrkspc_1")),
        *(api_key(4, created_by=None), api_key(5, status="inactive")),
    ]
    world.console_users = [user(1, role="admin"), *(user(number) for number in range(2, 25))]
    world.spaces.append(workspace(2, "Old", archived_at="2026-05-01T00:00:00Z"))
    world.space_users["wrkspc_1"] = ["user_01", "user_02", "user_03"]
    world.invited = [
        {"id": "invite_1", "email": "new@corp.example", "role": "user", "status": "pending"},
        {"id": "invite_2", "email": ADA, "role": "admin", "status": "accepted"},
    ]
    blank = [""] * 4
    world.sheets = {
        "people": [
            ["email", "name", "team", ""],
            *([ADA, "Ada", "Platform", ""], blank, [BOB, "007", "", ""], blank),
        ],
        "invoices": [["vendor", "amount"], ["cursor", "1234.50"]],
    }
    return world


def _every_day(day: date) -> TinyDay:
    idle: JsonObject = {"isActive": False, "totalLinesAdded": 0, "mostUsedModel": ""}
    return TinyDay(
        cursor_daily=[
            daily_row(day, ADA),
            daily_row(day, BOB, userId="user_02", **({} if day == SECOND else idle)),
            daily_row(day, CAT, userId="user_03", **idle),
        ],
        charges=[
            charge(requests=4, list_pico=2 * 12_345_678_900),
            charge(token_type="uncached_input_tokens", requests=0, pico=2 * 10**10, list_pico=4 * 10**10),
            charge(BOB, product="cowork", requests=1, pico=1, list_pico=2),
            charge(actor=DELETED, requests=1, pico=10, list_pico=20),
        ],
        tokens=[tokens(), tokens(BOB, product="cowork"), tokens(actor=DELETED)],
        audit=[audit_line(day, 12 * HOUR), audit_line(day, 9 * HOUR)],
        gemini=[activity(day, 21 * HOUR, email=BOB), activity(day, 9 * HOUR)],
    )  # fmt: skip


def _first_day(day: TinyDay) -> None:
    day.cursor_events = [
        event(FIRST),
        event(FIRST, 9 * HOUR, BOB, serviceAccountId="sa_1"),
        event(FIRST, 86_399.999, cloudAgentId="bc_1"),
    ]
    day.messages = [
        usage_row(),
        usage_row(uncached_input_tokens=20, api_key_id="apikey_02", model="claude-opus-5", speed="fast"),
        usage_row(uncached_input_tokens=3, workspace_id="wrkspc_1", service_tier="batch"),
    ]  # fmt: skip
    day.costs = [
        cost_row("10.25", description="Sonnet Output"),
        cost_row("0.5", description="Sonnet Input"),
        cost_row("3.00", description="Sonnet Output", workspace_id="wrkspc_1"),
    ]
    day.claude_code = [
        code_record(FIRST, core_metrics={"num_sessions": number}) for number in range(1, 26)
    ]
    day.seat_users = [seat_user(FIRST, email) for email in (ADA, BOB, CAT)]
