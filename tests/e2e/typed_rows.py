"""What people type into the sheets: a few good rows of every tab, and twenty that are wrong in twenty ways.

Of a wrong row its cells, in the order of the tab's headers, and the columns that a finding must name. Two rows are wrong in
no cell but say what an earlier one says, or are for a tool that is not listed or a team that is not there: then the finding is
another check's.
"""

from dataclasses import dataclass

UNREADABLE, REPEATED, UNLISTED = "unreadable_sheet_cell", "repeated_sheet_row", "unlisted_platform"
NOWHERE = "unknown_budget_scope"


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be used as it is, and what a finding says of it."""

    cells: str
    columns: tuple[str, ...] = ()
    check: str = UNREADABLE


def _wrong(cells: str, *columns: str) -> Wrong:
    return Wrong(cells, columns)


HEADERS = {
    "people": "email aliases name department team manager_email cost_centre valid_from valid_to",
    "api_key_mapping": "api_key_id api_key_name owner_email platform purpose valid_from valid_to",
    "seats": "vendor platform category plan email monthly_usd valid_from valid_to",
    "invoices": "vendor invoice_month amount currency invoice_id",
    "budgets": "scope scope_value month amount_usd",
    "provider_pricing": "pricing_id provider model task_type pricing_model token_class service_tier"
    " cost_per_million_usd effective_date end_date price_source",
    "baseline_policies": "organization_id valid_from valid_to provider model approved_by rationale",
    "task_retention": "organization_id retention_days",
}
GOOD: dict[str, list[str]] = {
    "people": [
        "ada@one.example||Ada|Dev|Engines|boss@one.example|c1|2026-01-01|",
        " Bob@One.example |bob@alias.example|Bob|Dev|Wheels||c2||",
    ],
    "api_key_mapping": [
        "key_good||ada@one.example|Claude API||2026-06-01|",
        "|name good|bob@one.example||||",
    ],
    # 30 of Cursor and 60 of claude.ai in each month, less a credit of 15 a month.
    "seats": [
        "Cursor|CURSOR||Team|ada@one.example|30|2026-01-01|",
        "Anthropic|Claude.ai||Team|bob@one.example|60.00|2026-01-01|",
        "|Cursor|||| -15 |2026-06-01|",
    ],
    "invoices": ["cursor|2026-06|15|USD|inv-1", "anthropic|2026-06-30|60.00||inv-2"],
    "budgets": [
        "company||2026-06|100",
        "Team|engines|2026-06|40",
        "Department|dev|2026-06|200",
        "platform|Claude.ai|2026-06|60",
    ],
    "provider_pricing": ["p1|good|||Per token|||3|2026-06-01||"],
    "baseline_policies": ["org-good|2026-06-01||good||Ada|"],
    "task_retention": ["org-good|400"],
}
_NO_DAYS = (
    *("", "a year", "90 days", "-5", "+5", "90.0", "9,0", "1_000", "1e2", "0x5A", "90d", "∞", "٣٠"),
    *("3 months", "#VALUE!", "9999999999", "ninety", "90-120"),
)
WRONG: dict[str, list[Wrong]] = {
    "people": [
        _wrong("||Nobody||||||", "email"),
        _wrong("ada||Ada||||||", "email"),
        _wrong("Ada Lovelace <ada@one.example>||Ada||||||", "email"),
        _wrong("ada@one.example; bob@one.example||Both||||||", "email"),
        _wrong("ada at one.example||Ada||||||", "email"),
        _wrong("mailto:cai@one.example||Cai||||||", "email"),
        _wrong("cai@@one.example||Cai||||||", "email"),
        _wrong("c1@one.example||Cai|||Boss||2026-01-01|", "manager_email"),
        _wrong("c2@one.example||Cai|||||26-01-01|", "valid_from"),
        _wrong("c3@one.example||Cai|||||2026-1-1|", "valid_from"),
        _wrong("c4@one.example||Cai|||||01.06.2026|", "valid_from"),
        _wrong("c5@one.example||Cai|||||June 2026|", "valid_from"),
        _wrong("c6@one.example||Cai|||||46174|", "valid_from"),
        _wrong("c7@one.example||Cai|||||2026-06-31|", "valid_from"),
        _wrong("c8@one.example||Cai||||||26-12-31", "valid_to"),
        _wrong("c9@one.example||Cai||||||2026-06-16 or 17", "valid_to"),
        _wrong("c10@one.example||Cai||||||2026/12/31", "valid_to"),
        _wrong("c11@one.example||Cai||||||until further notice", "valid_to"),
        _wrong("c12@one.example||Cai|||||2026-06-02|2026-06-01", "valid_to"),
        Wrong("ADA@one.example||ada|dev|Engines|boss@one.example|c1 |2026-01-01|", check=REPEATED),
    ],
    "api_key_mapping": [
        _wrong("||ada@one.example||||", "api_key_id"),
        _wrong("key_1||||||", "owner_email"),
        _wrong("key_2||ada||||", "owner_email"),
        _wrong("key_3||ada@one.example, bob@one.example||||", "owner_email"),
        _wrong("key_4||<ada@one.example>||||", "owner_email"),
        _wrong("key_5||ada@one.example|claude_pro|||", "platform"),
        _wrong("key_6||ada@one.example|Cursor|||", "platform"),
        _wrong("key_7||ada@one.example|#REF!|||", "platform"),
        _wrong("key_8||ada@one.example|||26-06-01|", "valid_from"),
        _wrong("key_9||ada@one.example|||soon|", "valid_from"),
        _wrong("key_10||ada@one.example|||2026-06-01T00:00:00|", "valid_from"),
        _wrong("key_11||ada@one.example|||6/1/2026|", "valid_from"),
        _wrong("key_12||ada@one.example|||2026-00-10|", "valid_from"),
        _wrong("key_13||ada@one.example||||31-12-2026", "valid_to"),
        _wrong("key_14||ada@one.example||||never", "valid_to"),
        _wrong("key_15||ada@one.example||||2026-02-30", "valid_to"),
        _wrong("key_16||ada@one.example|||2026-06-01|2026-06-01", "valid_to"),
        _wrong(
            "key_17||x|y||yesterday|tomorrow", "owner_email", "platform", "valid_from", "valid_to"
        ),
        _wrong("||x@||notes||", "api_key_id", "owner_email"),
        Wrong("key_good|| ADA@one.example|claude_api||2026-06-01|", check=REPEATED),
    ],
    "seats": [
        _wrong("|||Team|ada@one.example|30||", "platform"),
        _wrong("cursor|||Team|ada@one.example|||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|$40||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|40 USD||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|39,50||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|1.000.000||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|1e2||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|(40)||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|forty||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|#N/A||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|12345678901234567890||", "monthly_usd"),
        _wrong("cursor|||Team|ada@one.example|30|2026-06-16 or 17|", "valid_from"),
        _wrong("cursor|||Team|ada@one.example|30||26-12-31", "valid_to"),
        _wrong("cursor|||Team|ada@one.example|30|2026-07-01|2026-06-01", "valid_to"),
        _wrong("cursor|||Team|ada|0||", "email"),
        _wrong("cursor|||Team|ada@one.example bob@one.example|0||", "email"),
        _wrong("github|GitHub Copilot|coding tools|Biz|bob@one.example|0||", "category"),
        Wrong("github|github-copilot|||ada@one.example|19|2026-06-01|", check=UNLISTED),
        Wrong("|Cursr|||ada@one.example|1|2026-06-01|", check=UNLISTED),
        Wrong("cursor|cursor|| TEAM|Ada@one.example|30.00|2026-01-01|", check=REPEATED),
    ],
    "invoices": [
        _wrong("|2026-06|10|USD|x1", "vendor"),
        _wrong("cursor||10|USD|x2", "invoice_month"),
        _wrong("cursor|June|10|USD|x3", "invoice_month"),
        _wrong("cursor|26-06|10|USD|x4", "invoice_month"),
        _wrong("cursor|2026-6|10|USD|x5", "invoice_month"),
        _wrong("cursor|2026-13|10|USD|x6", "invoice_month"),
        _wrong("cursor|2026-06 or so|10|USD|x7", "invoice_month"),
        _wrong("cursor|2026-06-31|10|USD|x8", "invoice_month"),
        _wrong("cursor|06/2026|10|USD|x9", "invoice_month"),
        _wrong("other|2026-06||USD|x10", "amount"),
        _wrong("other|2026-06|$10|USD|x11", "amount"),
        _wrong("other|2026-06|1,000.00|USD|x12", "amount"),
        _wrong("other|2026-06|10,5|USD|x13", "amount"),
        _wrong("other|2026-06|ten|USD|x14", "amount"),
        _wrong("other|2026-06|1O|USD|x15", "amount"),
        _wrong("other|2026-06|99999999999999|USD|x16", "amount"),
        _wrong("other|2026-06|10|EUR|x17", "currency"),
        _wrong("other|2026-06|10|€|x18", "currency"),
        _wrong("other|2026-06|10|dollars|x19", "currency"),
        Wrong("Cursor|2026-06|15.00| usd|INV-1", check=REPEATED),
    ],
    "budgets": [
        _wrong("||2026-06|10", "scope"),
        _wrong("squad|Engines|2026-06|10", "scope"),
        Wrong("team|Enginers|2026-06|10", check=NOWHERE),
        _wrong("team||2026-06|10", "scope_value"),
        _wrong("vendor||2026-06|10", "scope_value"),
        _wrong("team|T1||10", "month"),
        _wrong("team|T2|June|10", "month"),
        _wrong("team|T3|26-06|10", "month"),
        _wrong("team|T4|2026-06 (draft)|10", "month"),
        _wrong("team|T5|2026-6|10", "month"),
        _wrong("team|T6|Q2 2026|10", "month"),
        _wrong("team|T7|2026-00|10", "month"),
        _wrong("team|T8|2026-06|", "amount_usd"),
        _wrong("team|T9|2026-06|lots", "amount_usd"),
        _wrong("team|T10|2026-06|1k", "amount_usd"),
        _wrong("team|T11|2026-06|$10", "amount_usd"),
        _wrong("team|T12|2026-06|10.000,00", "amount_usd"),
        _wrong("team|T13|2026-06|-10", "amount_usd"),
        _wrong("team|T14|2026-06|10%", "amount_usd"),
        Wrong("TEAM|Engines|2026-06-01|40.00", check=REPEATED),
    ],
    "provider_pricing": [
        _wrong("w1||||per_token|||1|2026-06-01||", "provider"),
        _wrong("w2|x|||||| 1|2026-06-01||", "pricing_model"),
        _wrong("w3|x|||per word|||1|2026-06-01||", "pricing_model"),
        _wrong("w4|x|||per_token|words||1|2026-06-01||", "token_class"),
        _wrong("w5|x|||per_request|output||1|2026-06-01||", "token_class"),
        _wrong("w6|x|||per_token||||2026-06-01||", "cost_per_million_usd"),
        _wrong("w7|x|||per_token|||free|2026-06-01||", "cost_per_million_usd"),
        _wrong("w8|x|||per_token|||-1|2026-06-01||", "cost_per_million_usd"),
        _wrong("w9|x|||per_token|||0,5|2026-06-01||", "cost_per_million_usd"),
        _wrong("w10|x|||per_token|||3e-6|2026-06-01||", "cost_per_million_usd"),
        _wrong("w11|x|||per_token|||$3|2026-06-01||", "cost_per_million_usd"),
        _wrong("w12|x|||per_token|||1|||", "effective_date"),
        _wrong("w13|x|||per_token|||1|26-06-01||", "effective_date"),
        _wrong("w14|x|||per_token|||1|1 June||", "effective_date"),
        _wrong("w15|x|||per_token|||1|2026-06-31||", "effective_date"),
        _wrong("w16|x|||per_token|||1|2026-06-01|never|", "end_date"),
        _wrong("w17|x|||per_token|||1|2026-06-01|26-12-31|", "end_date"),
        _wrong("w18|x|||per_token|||1|2026-06-01|2026-06-01|", "end_date"),
        _wrong(
            "w19||||||||||", "provider", "pricing_model", "cost_per_million_usd", "effective_date"
        ),
        Wrong("w20|good|||per_token|||3.00|2026-06-01||contract", check=REPEATED),
    ],
    "baseline_policies": [
        _wrong("|2026-06-01||good||Ada|", "organization_id"),
        _wrong("o1||| good||Ada|", "valid_from"),
        _wrong("o2|26-06-01||good||Ada|", "valid_from"),
        _wrong("o3|2026-6-1||good||Ada|", "valid_from"),
        _wrong("o4|Q3||good||Ada|", "valid_from"),
        _wrong("o5|2026-06-31||good||Ada|", "valid_from"),
        _wrong("o6|today||good||Ada|", "valid_from"),
        _wrong("o7|2026-06-01 00:00||good||Ada|", "valid_from"),
        _wrong("o8|1.6.2026||good||Ada|", "valid_from"),
        _wrong("o9|2026-06-01|later|good||Ada|", "valid_to"),
        _wrong("o10|2026-06-01|26-12-31|good||Ada|", "valid_to"),
        _wrong("o11|2026-06-01|2026-06-16 or 17|good||Ada|", "valid_to"),
        _wrong("o12|2026-06-01|2026-05-01|good||Ada|", "valid_to"),
        _wrong("o13|2026-06-01|2026-06-01|good||Ada|", "valid_to"),
        _wrong("o14|2026-06-01||||Ada|", "provider"),
        _wrong("o15|2026-06-01|| |m|Ada|", "provider"),
        _wrong("o16|2026-06-01||good|||", "approved_by"),
        _wrong("o17|2026-06-01||good|| |because", "approved_by"),
        _wrong("o18||||||", "valid_from", "provider", "approved_by"),
        Wrong("org-good|2026-06-01||good||Bob|again", check=REPEATED),
    ],
    "task_retention": [
        _wrong("|30", "organization_id"),
        *(_wrong(f"r{number}|{days}", "retention_days") for number, days in enumerate(_NO_DAYS)),
        Wrong(" org-good | 400", check=REPEATED),
    ],
}
