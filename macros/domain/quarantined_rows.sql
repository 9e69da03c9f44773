{# The vendor rows of one source that broke their contract, with the reason. #}
{% macro quarantined_rows(source_name) -%}
with

source as (

    select * from {{ source(source_name, 'quarantine') }}

),

renamed as (

    select
        resource_name,
        partition_id,
        field as field_name,
        reason as quarantine_reason,
        payload as payload_json,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
{%- endmacro %}
