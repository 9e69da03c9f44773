"""Rules that a FOCUS file has to keep before it replaces the one before.

Each rule is a query over the view `focus` (all rows, FOCUS names) that returns the broken rows. Among them the twelve
that the FinOps Foundation's own validator does not see (`docs/focus.md`).
"""

from collections.abc import Iterator

import duckdb

from serving.focus.columns import COLUMNS

_MONEY = "decimal(38, 9)"
_SUBCATEGORIES = {
    "AI and Machine Learning": (
        "AI Platforms",
        "Bots",
        "Generative AI",
        "Machine Learning",
        "Natural Language Processing",
        "Other (AI and Machine Learning)",
    ),
    "Developer Tools": (
        "Developer Platforms",
        "Continuous Integration and Deployment",
        "Development Environments",
        "Source Code Management",
        "Quality Assurance",
        "Other (Developer Tools)",
    ),
    # Tools of the seats sheet that are not listed.
    "Other": ("Other (Other)",),
}
_PRICING_UNITS = ("1000000 Tokens", "1000 Requests", "User-Days")


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _flat_json(column: str, key_pattern: str) -> str:
    """Return the condition that a column is no flat JSON object with keys of the given pattern."""
    # Reading what is no JSON stops the query, so an empty object stands in for it.
    safe = f'case when json_valid("{column}") then "{column}" else \'{{}}\' end'
    return (
        f'"{column}" is not null and (not json_valid("{column}") or'
        f" json_type({safe}) <> 'OBJECT' or exists ("
        f"select 1 from json_each({safe}) as member"
        " where member.type in ('OBJECT', 'ARRAY')"
        f" or not regexp_full_match(member.key, '{key_pattern}')))"
    )


def _family(category: str, subcategories: tuple[str, ...]) -> str:
    return (
        f"(\"ServiceCategory\" = '{category}'"
        f' and "ServiceSubcategory" in ({_listed(subcategories)}))'
    )


def _times(quantity: str, price: str) -> str:
    return f'cast("{quantity}" * "{price}" as {_MONEY})'


_ROW_RULES = {
    "ListCost is PricingQuantity x ListUnitPrice": '"ListUnitPrice" is not null and'
    f' "ListCost" is distinct from {_times("PricingQuantity", "ListUnitPrice")}',
    "ContractedCost is PricingQuantity x ContractedUnitPrice": '"ContractedUnitPrice" is not null'
    f' and "ContractedCost" is distinct from {_times("PricingQuantity", "ContractedUnitPrice")}',
    "A purchase has no EffectiveCost": '"ChargeCategory" = \'Purchase\' and "EffectiveCost" <> 0',
    "EffectiveCost is BilledCost, but for seats": '"EffectiveCost" <> "BilledCost"'
    " and (\"ChargeCategory\" = 'Credit' or \"x_CostComponent\" <> 'seat')",
    "ServiceSubcategory belongs to ServiceCategory": "not ("
    + " or ".join(_family(*family) for family in _SUBCATEGORIES.items())
    + ")",
    "Tags are a flat JSON object": _flat_json("Tags", "team|department|cost_center|person_id"),
    "Tags name nobody": 'regexp_matches("Tags", \'"person_id":"[^"]*@\')',
    "SkuPriceDetails are a flat JSON object with x_ keys": _flat_json(
        "SkuPriceDetails", "x_[A-Za-z]+"
    ),
    "ChargePeriod ends after it begins": '"ChargePeriodEnd" <= "ChargePeriodStart"',
    "Charge lies in its BillingPeriod": '"ChargePeriodStart" < "BillingPeriodStart"'
    ' or "ChargePeriodEnd" > "BillingPeriodEnd"',
    "PricingUnit is one of ours": f'"PricingUnit" not in ({_listed(_PRICING_UNITS)})',
    "PricingQuantity and PricingUnit come together": '("PricingQuantity" is null)'
    ' <> ("PricingUnit" is null)',
    "ConsumedQuantity and ConsumedUnit come together": '("ConsumedQuantity" is null)'
    ' <> ("ConsumedUnit" is null)',
    "PricingQuantity is the consumption in pricing units": '"ConsumedQuantity" <> "PricingQuantity"'
    " * case \"PricingUnit\" when '1000000 Tokens' then 1000000 when '1000 Requests' then 1000"
    " when 'User-Days' then 1 end",
    "No text is blank": " or ".join(
        f"trim(\"{column.focus_name}\") = ''" for column in COLUMNS if column.kind == "text"
    ),
    "Required columns are filled": " or ".join(
        f'"{column.focus_name}" is null' for column in COLUMNS if column.is_required
    ),
}

_SET_RULES = {
    "No charge stands twice": 'select any_value("x_ChargeId") from focus'
    ' group by "x_ChargeId" having count(*) > 1',
    "What is bought is used up": 'select any_value("x_ChargeId") from focus'
    ' group by "x_SpendId" having sum("EffectiveCost") <> sum("BilledCost")',
    "A SkuPriceId has one SkuId": 'select any_value("x_ChargeId") from focus'
    ' group by "SkuPriceId" having count(distinct "SkuId") > 1',
    "A ServiceName has one ServiceCategory": 'select any_value("x_ChargeId") from focus'
    ' group by "ServiceName" having count(distinct "ServiceCategory") > 1',
}


def rules() -> dict[str, str]:
    """Return every rule with the query that gives the charges that break it."""
    found = {
        name: f'select "x_ChargeId" from focus where {broken}'
        for name, broken in _ROW_RULES.items()
    }
    return found | _SET_RULES


def broken_rules(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield one line per broken rule: the rule, how many charges break it, and one of them."""
    for name, query in rules().items():
        row = connection.execute(
            f"select count(*), any_value(charge) from ({query}) as broken (charge)"
        ).fetchone()
        if row and row[0]:
            yield f"{name}: {row[0]} broken, for example {row[1]}"
