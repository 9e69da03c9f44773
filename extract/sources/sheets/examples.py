"""One row of each tab as it should be typed, for the templates in `docs/sheet-templates`."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "api_key_mapping": {
        "api_key_id": "apikey_01EXAMPLE",
        "api_key_name": "",
        "owner_email": "ada@company.example",
        "platform": "claude_api",
        "purpose": "nightly summaries",
        "valid_from": "2026-06-01",
        "valid_to": "",
    },
    "people": {
        "email": "ada@company.example",
        "aliases": "ada.lovelace@company.example",
        "name": "Ada Lovelace",
        "department": "Engineering",
        "team": "Platform",
        "manager_email": "grace@company.example",
        "cost_centre": "4711",
        "valid_from": "2026-06-01",
        "valid_to": "",
    },
    "seats": {
        "vendor": "Anthropic",
        "platform": "claude_code",
        "category": "",
        "plan": "team premium",
        "email": "ada@company.example",
        "monthly_usd": "150.00",
        "valid_from": "2026-06-01",
        "valid_to": "",
    },
    "invoices": {
        "vendor": "Anthropic",
        "invoice_month": "2026-06",
        "amount": "1234.50",
        "currency": "USD",
        "invoice_id": "INV-0001",
    },
    "budgets": {
        "scope": "team",
        "scope_value": "Platform",
        "month": "2026-06",
        "amount_usd": "2000",
    },
    "provider_pricing": {
        "pricing_id": "openai-1",
        "provider": "openai_codex",
        "model": "gpt-5",
        "task_type": "",
        "pricing_model": "per_token",
        "token_class": "output",
        "service_tier": "",
        "cost_per_million_usd": "10.00",
        "effective_date": "2026-06-01",
        "end_date": "",
        "price_source": "contract of 1 June",
    },
    "baseline_policies": {
        "organization_id": "org-01",
        "valid_from": "2026-06-01",
        "valid_to": "",
        "provider": "claude_code",
        "model": "claude-opus-4-5",
        "approved_by": "cfo@company.example",
        "rationale": "what we would use without routing",
    },
    "task_retention": {"organization_id": "org-01", "retention_days": "60"},
}


def is_example(tab: str, row: Mapping[str, object]) -> bool:
    """Say whether a row is the template's, left in: nobody's real row says the same in every cell."""
    return all(str(row.get(name, "")).strip() == cell for name, cell in EXAMPLES[tab].items())
