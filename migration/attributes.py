"""The SQL that compares what rows say beside their measures: owners, names, teams, hours, rates.

Rows are compared where the same row (day, platform and key) is on both sides; whether a row is there at all is what
`comparing` looks at. Several rows of one key count as what they say together: the least and the greatest value, how many
different ones, and whether some row says nothing.

| reason | evidence |
|---|---|
| equal | both say the same |
| named_by_us_only | the old row says nothing, ours something |
| changed_since | people and keys: our entry was changed on a later day than the old one was written |
| flag_never_cleared | the old flag is set on every row that the old table has, so nobody ever cleared it; ours is not set |
| owner_changed | both lists of keys name the owners that the two rows have |
| unexplained | everything else |
"""

from migration.matching import Matching
from migration.tables import OldTable
from warehouse.engine import Warehouse

_FACTS = "fct_"


def attributes_sql(
    warehouse: Warehouse,
    table: OldTable,
    old: str,
    new: str,
    keys: tuple[str, str],
    run: tuple[int, str],
) -> str:
    """Return the query whose rows are the attributes' part of `validation_results`.

    Args:
        warehouse: For names and types.
        table: What is compared.
        old: The old table's qualified name.
        new: The compatibility view's.
        keys: The qualified names of the old dim_api_keys and of its view.
        run: Number and UTC day of the validation.
    """
    number, today = run
    numeric = warehouse.dialect.numeric
    matching = Matching(warehouse.dialect, table, old, new, {})
    kinds = dict(table.columns)
    sides = ", ".join(
        f"{side}_said as ({_said(matching, kinds, source)})"
        for side, source in (("old", old), ("new", new))
    )
    each = "\n    union all\n    ".join(
        _compared(table, name, warehouse.dialect.text) for name in table.attributes
    )
    return f"""
with {sides}, old_owners as (
    select api_key_id, min(lower(trim(user_email))) as owner_email from {keys[0]} group by api_key_id
), new_owners as (
    select api_key_id, min(lower(trim(user_email))) as owner_email from {keys[1]} group by api_key_id
), pairs as (
    select old_said.usage_date, old_said.platform, old_said.api_key, old_said.changed_date as old_changed_date,
        new_said.changed_date as new_changed_date,
        {", ".join(f"old_said.{name} as old_{name}, new_said.{name} as new_{name}, old_said.{name}_least as old_{name}_least, new_said.{name}_least as new_{name}_least" for name in table.attributes)}
    from old_said inner join new_said
        on old_said.day_text = new_said.day_text and old_said.platform = new_said.platform and old_said.row_key = new_said.row_key
), compared as (
    {each}
)
select {number} as run_number, date '{today}' as validation_date, '{table.name}' as table_name, usage_date, platform,
    measure, reason, count(*) as n_rows, cast(sum(has_old) as {numeric}) as old_value, cast(sum(has_new) as {numeric}) as new_value,
    cast(sum(has_new) - sum(has_old) as {numeric}) as difference, reason <> 'unexplained' as is_explained,
    cast(sum(case when reason = 'equal' then 0 else 1 end) as {numeric}) as absolute_difference,
    cast(max(case when reason = 'equal' then 0 else 1 end) as {numeric}) as largest_difference
from compared group by usage_date, platform, measure, reason
"""


def _said(matching: Matching, kinds: dict[str, str], source: str) -> str:
    """What each key's rows say together."""
    table, text = matching.table, matching.dialect.text
    day = table.day or "cast(null as date)"
    platform = table.platform if table.day else "'all'"
    changed = (
        "coalesce(updated_date, created_date)" if "updated_date" in kinds else "cast(null as date)"
    )
    key = "api_key_id" if "api_key_id" in kinds else f"cast(null as {text})"
    values = ", ".join(
        f"{_value(matching, name, kinds[name])} as {name}" for name in table.attributes
    )
    signs = ", ".join(
        f"case when count({name}) = 0 then null else concat(min({name}), '|', max({name}), '|',"
        f" cast(count(distinct {name}) as {text}), '|', cast(count(*) - count({name}) > 0 as {text})) end as {name},"
        f" min({name}) as {name}_least"
        for name in table.attributes
    )
    return f"""
    select min(usage_date) as usage_date, day_text, platform, row_key, min(api_key) as api_key,
        max(changed_date) as changed_date, {signs}
    from (
        select {day} as usage_date, coalesce(cast({day} as {text}), '') as day_text, {platform} as platform,
            {matching.key()} as row_key, {key} as api_key, {changed} as changed_date, {values}
        from {source}
    ) as typed
    group by day_text, platform, row_key
    """


def _value(matching: Matching, name: str, kind: str) -> str:
    """A column as text by which the two systems can be compared."""
    text = matching.dialect.text
    if kind == "float64":
        return f"cast(round(cast({name} as {matching.dialect.numeric}), 6) as {text})"
    if kind != "string":
        return f"cast({name} as {text})"
    plain = f"nullif(trim({name}), '')"
    return f"lower({plain})" if name.endswith("email") else plain


def _compared(table: OldTable, name: str, text: str) -> str:
    changed = ""
    if table.day is None:
        changed = " when new_changed_date > old_changed_date then 'changed_since'"
    if dict(table.columns)[name] == "bool":
        true = f"cast(true as {text})"
        changed += (
            f" when new_{name}_least <> {true} and (select min({name}_least) from old_said) = {true}"
            " then 'flag_never_cleared'"
        )
    owner = ""
    join = ""
    if name == "user_email" and table.name.startswith(_FACTS):
        owner = (
            f" when old_owners.owner_email = old_{name}_least and new_owners.owner_email = new_{name}_least"
            " then 'owner_changed'"
        )
        join = (
            " left join old_owners on pairs.api_key = old_owners.api_key_id"
            " left join new_owners on pairs.api_key = new_owners.api_key_id"
        )
    return (
        f"select usage_date, platform, '{name}' as measure, case when old_{name} is null and new_{name} is null then 'equal'"
        f" when old_{name} = new_{name} then 'equal' when old_{name} is null then 'named_by_us_only'{changed}{owner}"
        f" else 'unexplained' end as reason, case when old_{name} is null then 0 else 1 end as has_old,"
        f" case when new_{name} is null then 0 else 1 end as has_new from pairs{join}"
    )
