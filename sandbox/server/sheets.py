"""Google Sheets v4 as gspread 6.2.1 calls it: metadata, values, batchGet and the token.

Like Google: trailing blank cells and rows are left out, a range without any value has no
`values`, a spreadsheet that is not shared is 403, an unknown one 404, an unknown tab 400.
"""

import re
from urllib.parse import parse_qs

from starlette.requests import Request

from sandbox.server.answers import Answer, JsonObject, google_error, json_answer
from sandbox.server.options import SPREADSHEET_ID, UNSHARED_SPREADSHEET_ID
from sandbox.server.service_account import SHEETS_SCOPES
from sandbox.server.state import State

TABS = (
    "api_key_mapping",
    "people",
    "seats",
    "invoices",
    "budgets",
    "provider_pricing",
    "baseline_policies",
    "task_retention",
)
_MIN_ROWS, _COLUMNS = 1000, 26
_CELLS = re.compile(r"([A-Z]*)(\d*)(?::([A-Z]*)(\d*))?")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def guard(request: Request, state: State) -> Answer | None:
    """Let in who brings a token that this server gave out for reading sheets."""
    if request.url.path.endswith("/sheets/token"):
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    scopes = state.account.tokens.get(token) if scheme.lower() == "bearer" else None
    if scopes is None:
        return google_error(401)
    if not scopes & SHEETS_SCOPES:
        return google_error(403, "Request had insufficient authentication scopes.")
    spreadsheet = request.path_params["spreadsheet_id"]
    if spreadsheet == UNSHARED_SPREADSHEET_ID:
        return google_error(403)
    return None if spreadsheet == SPREADSHEET_ID else google_error(404)


async def token(request: Request, state: State) -> Answer:
    """POST /token: a signed claim for an access token."""
    form = parse_qs((await request.body()).decode(errors="replace"))
    grant_type, assertion = (form.get(name, [""])[0] for name in ("grant_type", "assertion"))
    return state.account.exchange(grant_type, assertion, str(request.url))


def _cells(state: State, tab: str) -> list[list[str]]:
    rows = [list(row) for row in state.world.sheet(tab)]
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


async def metadata(request: Request, state: State) -> Answer:
    """GET /v4/spreadsheets/{id}: the tabs, never the cells."""
    del request
    sheets = [
        {
            "properties": {
                "sheetId": index,
                "title": tab,
                "index": index,
                "sheetType": "GRID",
                "gridProperties": {
                    "rowCount": max(_MIN_ROWS, len(_cells(state, tab))),
                    "columnCount": _COLUMNS,
                },
            }
        }
        for index, tab in enumerate(TABS)
    ]
    return json_answer(
        {
            "spreadsheetId": SPREADSHEET_ID,
            "properties": {"title": "AI usage", "locale": "en_US", "timeZone": "Etc/GMT"},
            "sheets": sheets,
            "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{SPREADSHEET_ID}/edit",
        }
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _unformatted(cell: str) -> str | int | float | bool:
    if cell in {"TRUE", "FALSE"}:
        return cell == "TRUE"
    if not _NUMBER.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)


def _tab_and_cells(text: str) -> tuple[str, str] | None:
    if text.startswith("'"):
        quoted = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text)
        found = (quoted[1].replace("''", "'"), quoted[2] or "") if quoted else None
    else:
        tab, _, cells = text.partition("!")
        found = (tab, cells)
    return found if found and found[0] in TABS else None


def _value_range(state: State, text: str, render: str) -> JsonObject | None:
    found = _tab_and_cells(text)
    match = _CELLS.fullmatch(found[1].upper().replace("$", "")) if found else None
    if found is None or match is None:
        return None
    tab = found[0]
    rows = _cells(state, tab)
    left, top, right, bottom = match.groups()
    if (left or top) and ":" not in found[1]:
        right, bottom = left, top
    first_column, first_row = _column(left) or 1, int(top or 1)
    last_column = _column(right or "") or _COLUMNS
    last_row = int(bottom or 0) or max(_MIN_ROWS, len(rows))
    chosen = [row[first_column - 1 : last_column] for row in rows[first_row - 1 : last_row]]
    corner = f"{chr(64 + min(first_column, 26))}{first_row}"
    answer: JsonObject = {
        "range": f"{tab}!{corner}:{chr(64 + min(last_column, 26))}{last_row}",
        "majorDimension": "ROWS",
    }
    if any(chosen):
        as_shown = render == "FORMATTED_VALUE"
        answer["values"] = [
            [cell if as_shown else _unformatted(cell) for cell in row] for row in chosen
        ]
    return answer


async def values(request: Request, state: State) -> Answer:
    """GET /v4/spreadsheets/{id}/values/{range}."""
    text = request.path_params["range"]
    render = request.query_params.get("valueRenderOption", "FORMATTED_VALUE")
    found = _value_range(state, text, render)
    if found is None:
        return google_error(400, f"Unable to parse range: {text}")
    return json_answer(found)


async def values_batch(request: Request, state: State) -> Answer:
    """GET /v4/spreadsheets/{id}/values:batchGet."""
    render = request.query_params.get("valueRenderOption", "FORMATTED_VALUE")
    found = []
    for text in request.query_params.getlist("ranges"):
        value_range = _value_range(state, text, render)
        if value_range is None:
            return google_error(400, f"Unable to parse range: {text}")
        found.append(value_range)
    return json_answer({"spreadsheetId": SPREADSHEET_ID, "valueRanges": found})
