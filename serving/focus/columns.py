"""The columns of the files: FOCUS name, column of the mart, kind. In the order of the files; custom columns last."""

from dataclasses import dataclass
from typing import Literal

from serving.spreadsheet import text_cell_sql

MART = "marts.mart_finance__focus_cost_and_usage"
FOCUS_VERSION = "1.2"

Kind = Literal["text", "decimal", "instant", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of the files."""

    focus_name: str
    mart_column: str
    kind: Kind = "text"
    is_required: bool = False
    """The specification wants a value in every row."""


COLUMNS = (
    Column("BilledCost", "billed_cost", "decimal", True),
    Column("BillingAccountId", "billing_account_id", "text", True),
    Column("BillingAccountName", "billing_account_name", "text", True),
    Column("BillingCurrency", "billing_currency", "text", True),
    Column("BillingPeriodEnd", "billing_period_end_at", "instant", True),
    Column("BillingPeriodStart", "billing_period_start_at", "instant", True),
    Column("ChargeCategory", "charge_category", "text", True),
    Column("ChargeClass", "charge_class"),
    Column("ChargeDescription", "charge_description", "text", True),
    Column("ChargeFrequency", "charge_frequency", "text", True),
    Column("ChargePeriodEnd", "charge_period_end_at", "instant", True),
    Column("ChargePeriodStart", "charge_period_start_at", "instant", True),
    Column("CommitmentDiscountId", "commitment_discount_id"),
    Column("CommitmentDiscountStatus", "commitment_discount_status"),
    Column("ConsumedQuantity", "consumed_quantity", "decimal"),
    Column("ConsumedUnit", "consumed_unit"),
    Column("ContractedCost", "contracted_cost", "decimal", True),
    Column("ContractedUnitPrice", "contracted_unit_price", "decimal"),
    Column("EffectiveCost", "effective_cost", "decimal", True),
    Column("InvoiceId", "invoice_id"),
    Column("InvoiceIssuerName", "invoice_issuer_name", "text", True),
    Column("ListCost", "list_cost", "decimal", True),
    Column("ListUnitPrice", "list_unit_price", "decimal"),
    Column("PricingCategory", "pricing_category"),
    Column("PricingCurrency", "pricing_currency", "text", True),
    Column(
        "PricingCurrencyContractedUnitPrice", "pricing_currency_contracted_unit_price", "decimal"
    ),
    Column("PricingCurrencyEffectiveCost", "pricing_currency_effective_cost", "decimal", True),
    Column("PricingCurrencyListUnitPrice", "pricing_currency_list_unit_price", "decimal"),
    Column("PricingQuantity", "pricing_quantity", "decimal"),
    Column("PricingUnit", "pricing_unit"),
    Column("ProviderName", "provider_name", "text", True),
    Column("PublisherName", "publisher_name", "text", True),
    Column("ServiceCategory", "service_category", "text", True),
    Column("ServiceName", "service_name", "text", True),
    Column("ServiceSubcategory", "service_subcategory", "text", True),
    Column("SkuId", "sku_id", "text", True),
    Column("SkuMeter", "sku_meter"),
    Column("SkuPriceDetails", "sku_price_details"),
    Column("SkuPriceId", "sku_price_id", "text", True),
    Column("SubAccountId", "sub_account_id"),
    Column("SubAccountName", "sub_account_name"),
    Column("Tags", "tags"),
    Column("x_AttributionConfidence", "attribution_confidence", "decimal"),
    Column("x_AttributionMethod", "attribution_method"),
    Column("x_Category", "category"),
    Column("x_ChargeId", "charge_id", "text", True),
    Column("x_CostComponent", "cost_component", "text", True),
    Column("x_IsProvisional", "is_provisional", "flag", True),
    Column("x_Platform", "platform", "text", True),
    Column("x_PriceBasis", "price_basis", "text", True),
    Column("x_QuantityBasis", "quantity_basis", "text", True),
    Column("x_SpendBasis", "spend_basis", "text", True),
    Column("x_SpendId", "spend_id", "text", True),
    Column("x_SpendMethod", "spend_method", "text", True),
    Column("x_Vendor", "vendor", "text", True),
)

_PARQUET = {
    "text": "cast({0} as varchar)",
    "decimal": "cast({0} as decimal(38, 9))",
    "instant": "cast({0} as timestamp) at time zone 'UTC'",
    "flag": "cast({0} as boolean)",
}
_CSV = {
    # People open these files: a name that somebody gave is no formula (Parquet has it as it is).
    "text": text_cell_sql("{0}"),
    "decimal": "{0}",
    # The specification's own form of an instant, which no engine prints by itself.
    "instant": "strftime({0} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')",
    "flag": "{0}",
}


def parquet_select() -> str:
    """Return the select list from the mart's columns to FOCUS columns with their types."""
    return ",\n".join(
        f'{_PARQUET[column.kind].format(column.mart_column)} as "{column.focus_name}"'
        for column in COLUMNS
    )


def csv_select() -> str:
    """Return the select list from FOCUS columns to what a CSV file prints."""
    return ",\n".join(
        f'{_CSV[column.kind].format(chr(34) + column.focus_name + chr(34))} as "{column.focus_name}"'
        for column in COLUMNS
    )
