{#
One row per line of a Claude Code report record's list of models; the vendor may name one twice.
#}
with

source as (

    select * from {{ source('anthropic', 'usage_report_claude_code_models') }}

),

renamed as (

    select
        usage_date,
        record_id,
        {{ blank_to_null('model') }} as model,
        {{ blank_to_null('estimated_cost_currency') }} as currency,
        input_tokens as uncached_input_tokens,
        output_tokens,
        cache_read_tokens,
        cache_creation_tokens as cache_write_tokens,
        {{ cents_to_usd('estimated_cost_amount') }} as estimated_cost_usd,
        {{ utc_timestamp('_loaded_at') }} as _loaded_at

    from source

)

select * from renamed
