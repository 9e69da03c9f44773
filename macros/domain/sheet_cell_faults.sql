{#
What can be wrong with the cells of the sheets, by tab: the column; what may be shown of the cell (not an address: it may
name somebody); the condition under which it is wrong; why; what to type instead; and what becomes of the row. For
dq_unreadable_sheet_cells.
#}
{% macro sheet_cell_faults() -%}
{%- set day = 'a day as YYYY-MM-DD' -%}
{%- set month = 'a month as YYYY-MM' -%}
{%- set number = 'a plain number like 1234.50, without currency, spaces or commas' -%}
{%- set no_credit = 'a plain number like 1234.50, at least 0' -%}
{%- set address = 'one address like ada@company.example' -%}
{%- set scopes = budget_scopes() -%}
{%- set categories = ['coding_agents', 'api_usage', 'ai_assistants', 'other'] -%}
{%- set units = ['per_token', 'per_request', 'per_compute_unit'] -%}
{%- set empty, unread, unknown = 'is empty', 'cannot be read', 'is no word that is known here' -%}
{%- set unused, without_it = 'is not used', 'is used without that cell' -%}
{%- set faults = {
    'api_key_mapping': [
        ('api_key_id', 'null', 'api_key_id is null and api_key_name is null', empty,
         'the id of the key, or its name into api_key_name', unused),
        ('owner_email', 'null', 'is_email_unreadable', 'is no address', address, 'names no owner'),
        ('owner_email', 'null', 'not is_email_unreadable and owner_email is null and platform is null', empty,
         address, unused),
        ('platform', 'platform', 'platform not in (select mapped_platforms.platform from mapped_platforms)', unknown,
         'claude_api or claude_code, or nothing', without_it)
    ],
    'people': [
        ('email', 'null', 'is_email_unreadable', 'is no address', address, unused),
        ('email', 'null', 'not is_email_unreadable and person_email is null', empty, address, unused),
        ('manager_email', 'null', 'has_unreadable_manager', 'is no address', address ~ ', or nothing', without_it)
    ],
    'seats': [
        ('platform', 'null', 'platform is null and vendor is null', empty, 'the tool', unused),
        ('category', 'category', "category not in ('" ~ categories | join("', '") ~ "')", unknown,
         categories | join(', ') ~ ', or nothing', without_it),
        ('email', 'null', 'is_email_unreadable', 'is no address', address ~ ', or nothing', 'costs but has no owner'),
        ('monthly_usd', 'monthly_usd_text', 'monthly_usd_text is not null and monthly_usd is null', unread, number,
         unused),
        ('monthly_usd', 'null', 'monthly_usd_text is null', empty, number, unused)
    ],
    'invoices': [
        ('vendor', 'null', 'vendor is null', empty, 'who sent the invoice', unused),
        ('invoice_month', 'invoice_month_text', 'invoice_month_text is not null and month_start_date is null', unread,
         month, unused),
        ('invoice_month', 'null', 'invoice_month_text is null', empty, month, unused),
        ('amount', 'invoice_amount_text', 'invoice_amount_text is not null and invoice_amount is null', unread, number,
         unused),
        ('amount', 'null', 'invoice_amount_text is null', empty, number, unused),
        ('currency', 'currency', 'month_start_date is not null and rated_currency is null',
         'has no rate on the last day of the month', 'the code of a currency in seeds/reference/fx_rates.csv, or add its rate there',
         unused)
    ],
    'budgets': [
        ('scope', 'budget_scope', "budget_scope not in ('" ~ scopes | join("', '") ~ "')", unknown,
         scopes | join(', '), unused),
        ('scope', 'null', 'budget_scope is null', empty, scopes | join(', '), unused),
        ('scope_value', 'null', "budget_scope_value is null and budget_scope <> 'company'", empty,
         'whose budget it is', unused),
        ('month', 'budget_month_text', 'budget_month_text is not null and month_start_date is null', unread, month,
         unused),
        ('month', 'null', 'budget_month_text is null', empty, month, unused),
        ('amount_usd', 'budget_usd_text', 'budget_usd_text is not null and budget_usd is null', unread, no_credit,
         unused),
        ('amount_usd', 'budget_usd_text', 'budget_usd < 0', 'is negative', no_credit, unused),
        ('amount_usd', 'null', 'budget_usd_text is null', empty, no_credit, unused)
    ],
    'provider_pricing': [
        ('provider', 'null', 'provider is null', empty, 'the provider', unused),
        ('pricing_model', 'pricing_model', "pricing_model not in ('" ~ units | join("', '") ~ "')", unknown,
         units | join(', '), unused),
        ('pricing_model', 'null', 'pricing_model is null', empty, units | join(', '), unused),
        ('token_class', 'token_class', "token_class not in ('" ~ token_classes() | join("', '") ~ "')", unknown,
         token_classes() | join(', ') ~ ', or nothing', unused),
        ('token_class', 'token_class',
         "token_class in ('" ~ token_classes() | join("', '") ~ "') and pricing_model <> 'per_token'",
         'says nothing beside a price that is not per_token', 'nothing', unused),
        ('cost_per_million_usd', 'stated_price', 'stated_price is not null and price_usd_per_million_units is null',
         unread, no_credit, unused),
        ('cost_per_million_usd', 'stated_price', 'price_usd_per_million_units < 0', 'is negative', no_credit, unused),
        ('cost_per_million_usd', 'null', 'stated_price is null', empty, no_credit, unused),
        ('effective_date', 'null', 'valid_from_text is null', empty, day, unused)
    ],
    'baseline_policies': [
        ('organization_id', 'null', 'organization_id is null', empty, 'the organisation', unused),
        ('provider', 'null', 'baseline_provider is null', empty, 'the provider', unused),
        ('approved_by', 'null', 'approved_by is null', empty, 'who approved the policy', unused),
        ('valid_from', 'null', 'valid_from_text is null', empty, day, unused)
    ],
    'task_retention': [
        ('organization_id', 'null', 'organization_id is null', empty, 'the organisation', unused),
        ('retention_days', 'retention_days_text', 'retention_days_text is not null and n_retention_days is null',
         unread, 'a whole number of days', unused),
        ('retention_days', 'null', 'retention_days_text is null', empty, 'a whole number of days', unused)
    ]
} -%}
{#- The two days between which a row holds, where a tab has them. -#}
{%- for tab, first, last in [
    ('api_key_mapping', 'valid_from', 'valid_to'), ('people', 'valid_from', 'valid_to'),
    ('seats', 'valid_from', 'valid_to'), ('provider_pricing', 'effective_date', 'end_date'),
    ('baseline_policies', 'valid_from', 'valid_to')
] -%}
{%- do faults[tab].extend([
    (first, 'valid_from_text', 'valid_from_text is not null and valid_from_date is null', unread, day, unused),
    (last, 'valid_to_text', 'valid_to_text is not null and valid_to_date is null', unread, day ~ ', or nothing', unused),
    (last, 'valid_to_text', 'valid_to_date <= valid_from_date', 'is not after ' ~ first,
     'the first day on which the row no longer holds, or nothing', unused)
]) -%}
{%- endfor -%}
{{ return(faults) }}
{%- endmacro %}
