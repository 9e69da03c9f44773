"""What the ledger's words mean, for people who read an explanation."""

BASES = {
    "billed": "the vendor's own amount",
    "allocated": "a billed amount, split over those who used it",
    "seat": "the fee of a seat, by day",
    "estimated": "use at list price, because the vendor has not billed it yet",
}
METHODS = {
    "token_share": "a line of Anthropic's bill, split by the units that each actor used of it",
    "no_matching_usage": "a line of Anthropic's bill that no usage report knows anything of: nobody's",
    "vendor_actor_cost": "Anthropic's own costs by person and key",
    "usage_at_list_price": "units of the usage report at the list price of the day",
    "claude_code_token_share": "use without a key, counted under those whose tokens the Claude Code report has",
    "event_charge": "what Cursor charges for use-based events; the token fee is inside it",
    "spend_snapshot_difference": "how much Cursor's count of the cycle grew from one morning to the next",
    "invoice_effective_rate": "use-based requests at what a request of the month costs by Cursor's invoice, less the seats in it",
    "monthly_fee_by_day": "the monthly fee of the seats tab, divided by the days of the month",
    "enterprise_user_cost_report": "what claude.ai charges for use, by person",
    "enterprise_cost_report_rest": "what claude.ai charges the organisation beyond what its persons are charged: nobody's",
}
COUNTED = {
    "own": "what the Claude Code report does not have stays with its actor",
    "keyless": "use without identity, counted under whom the Claude Code report has it",
}
"""Other words of `counted_by` say how a key or an account is linked to the Claude Code report."""
LINKED = "tokens that the Claude Code report has too, counted under its actor"
PAPERS = {
    "token_share": "a line of the bill",
    "no_matching_usage": "a line of the bill",
    "vendor_actor_cost": "the vendor's own costs of this actor",
    "event_charge": "the day's use-based events",
    "spend_snapshot_difference": "the difference of two mornings",
    "invoice_effective_rate": "what of the month's invoices is for use",
    "enterprise_user_cost_report": "the day's charges of this person",
    "enterprise_cost_report_rest": "the day's total of the organisation, less the rows by person",
}
"""What states the amount that a line is all or a part of."""
WEIGHTS = {
    "token_share": "units",
    "invoice_effective_rate": "use-based requests",
    "monthly_fee_by_day": "days",
}
SPEAKER = "Of several parts the one with the least certain owner speaks for the row."


def method(name: str) -> str:
    """Return what a method means; one that has no words yet, as it is called."""
    return METHODS.get(name, name)


def counted(name: str) -> str:
    """Return why tokens are counted under somebody."""
    return COUNTED.get(name, f"{LINKED} ({name})")
