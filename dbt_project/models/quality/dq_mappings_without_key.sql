{#
One row per line of the mapping sheet whose key, by id or by name, neither the directory nor any usage
knows: a slip of the pen, and the key that was meant has no owner.
#}
with

mappings as (

    select * from {{ ref('stg_sheets__api_key_mappings') }}
    where api_key_id is not null or api_key_name is not null

),

api_keys as (

    select * from {{ ref('dim_api_keys') }}

),

key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

known_names as (

    select api_key_name
    from key_names
    group by api_key_name

),

final as (

    select
        {{ finding_columns(
            check_name="'mapping_without_key'",
            check_scope=sentence(["'row '", 'mappings.sheet_row']),
            finding=sentence([
                "'row '", 'mappings.sheet_row', "' of the mapping sheet gives '",
                'coalesce(mappings.api_key_id, mappings.api_key_name)', "' to '",
                'mappings.owner_email', "'; no such key exists'"
            ]),
            observed_value='1',
            check_date='cast(mappings._loaded_at as date)'
        ) }},
        mappings.owner_email,
        coalesce(mappings.api_key_id, mappings.api_key_name) as mapped_key,
        mappings.sheet_row
    from mappings
    left join api_keys
        on mappings.api_key_id = api_keys.api_key_id
    left join known_names
        on mappings.api_key_name = known_names.api_key_name
    where
        (mappings.api_key_id is not null and api_keys.api_key_id is null)
        or (mappings.api_key_id is null and known_names.api_key_name is null)

)

select * from final
