{#
What FOCUS 1.2 wants of a row beyond single columns, most of which the specification's own
validator does not check. Returns one row per broken rule and charge.
#}
{% set quantity_times_list_price -%}
cast(pricing_quantity * list_unit_price as {{ numeric_type() }})
{%- endset %}
{% set quantity_times_contracted_price -%}
cast(pricing_quantity * contracted_unit_price as {{ numeric_type() }})
{%- endset %}
{#- Quotes that somebody typed into a name are a backslash and a quote there: they end nothing. -#}
{% set typed_quote = "concat(chr(92), '\"')" %}
{% set bare_tags = 'replace(tags, ' ~ typed_quote ~ ", '')" %}
{% set bare_details = 'replace(sku_price_details, ' ~ typed_quote ~ ", '')" %}
{% set rules = [
    ('ListCost is PricingQuantity x ListUnitPrice',
     'list_unit_price is not null and (pricing_quantity is null or list_cost <> '
     ~ quantity_times_list_price ~ ')'),
    ('ContractedCost is PricingQuantity x ContractedUnitPrice',
     'contracted_unit_price is not null and (pricing_quantity is null or contracted_cost <> '
     ~ quantity_times_contracted_price ~ ')'),
    ('A purchase has no EffectiveCost: what it pays for has',
     "charge_category = 'Purchase' and effective_cost <> 0"),
    ('The day that a fee pays for is not billed and has no list price',
     "price_basis = 'covered_by_the_fee' and (billed_cost <> 0 or list_cost <> 0)"),
    ('EffectiveCost is BilledCost, as only seats are paid for apart from their use',
     "(charge_category = 'Credit' or cost_component <> 'seat') and billed_cost <> effective_cost"),
    ('ServiceSubcategory belongs to ServiceCategory',
     "concat(service_category, ': ', service_subcategory) not in "
     ~ "('AI and Machine Learning: Generative AI', 'Developer Tools: Development Environments', "
     ~ "'Other: Other (Other)')"),
    ('ChargePeriod ends after it begins',
     'charge_period_end_at <= charge_period_start_at'),
    ('Charge lies in its BillingPeriod',
     'charge_period_start_at < billing_period_start_at'
     ~ ' or charge_period_end_at > billing_period_end_at'),
    ('PricingQuantity and PricingUnit come together',
     '(pricing_quantity is null) <> (pricing_unit is null)'),
    ('ConsumedQuantity and ConsumedUnit come together',
     '(consumed_quantity is null) <> (consumed_unit is null)'),
    ('Only usage is consumed',
     "consumed_quantity is not null and charge_category <> 'Usage'"),
    ('A credit neither costs nor has a price',
     "charge_category = 'Credit' and (billed_cost > 0 or list_unit_price is not null)"),
    ('Only credits are negative',
     "charge_category <> 'Credit' and billed_cost < 0"),
    ('No billing account is blank',
     "trim(billing_account_id) = '' or trim(billing_account_name) = ''"),
    ('Nothing is paid to a third party, for BilledCost would be 0',
     'provider_name <> invoice_issuer_name'),
    ('SubAccountId and SubAccountName come together',
     '(sub_account_id is null) <> (sub_account_name is null)'),
    ('Tags are flat', regexp_matches(bare_tags, "'\":[^\"]'")),
    ('Tags are ours',
     'not ' ~ regexp_matches(
        'tags', "'^[{]\"(team|department|cost_center|person_id)\":\".*\"[}]$'"
     )),
    ('Tags name nobody', regexp_matches(bare_tags, "'\"person_id\":\"[^\"]*@'")),
    ('SkuPriceDetails are flat', regexp_matches(bare_details, "'\":[^\"]'")),
    ('Keys of SkuPriceDetails begin with x_',
     'not ' ~ regexp_matches('sku_price_details', "'^[{]\"x_.*\"[}]$'")
     ~ ' or ' ~ regexp_matches(bare_details, "',\"[^x][^\"]*\":'")),
] %}
with

focus_rows as (

    select * from {{ ref('mart_finance__focus_cost_and_usage') }}

),

broken_rows as (

    {% for rule, is_broken in rules %}
    select
        charge_id,
        '{{ rule }}' as broken_rule
    from focus_rows
    where {{ is_broken }}

    union all
    {% endfor %}

    select
        min(charge_id) as charge_id,
        'EffectiveCost of a ledger row is its BilledCost' as broken_rule
    from focus_rows
    group by spend_id
    having sum(effective_cost) <> sum(billed_cost)

    union all

    select
        min(charge_id) as charge_id,
        'A SkuPriceId has one SkuId' as broken_rule
    from focus_rows
    group by sku_price_id
    having min(sku_id) <> max(sku_id)

    union all

    select
        min(charge_id) as charge_id,
        'A ServiceName has one ServiceCategory' as broken_rule
    from focus_rows
    group by service_name
    having min(service_category) <> max(service_category)

)

select * from broken_rows
