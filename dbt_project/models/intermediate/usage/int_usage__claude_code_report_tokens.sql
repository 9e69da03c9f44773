{#
One row per UTC day, actor, model and class of tokens of the Claude Code report, paid by API: use that the messages
report has as well, under a key, an account or nobody. `report_group` is whose it is: a key's name, or a person, whatever
addresses the report writes.
#}
with

records as (

    select * from {{ ref('int_usage__claude_code_records') }}
    where customer_type = 'api'

),

model_usage as (

    select * from {{ ref('stg_anthropic__claude_code_model_usage') }}

),

chosen as (

    select * from {{ ref('int_attribution__chosen') }}
    where vendor = 'anthropic' and platform = 'claude_code'

),

unpivoted as (
{% for token_class, column in [
    ('input', 'uncached_input_tokens'), ('output', 'output_tokens'),
    ('cache_read', 'cache_read_tokens'), ('cache_write', 'cache_write_tokens')
] %}
    select
        record_id,
        usage_date,
        coalesce({{ model_key('model') }}, '') as model_key,
        '{{ token_class }}' as token_class,
        {{ column }} as n_tokens
    from model_usage
    where {{ column }} > 0
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

owned as (

    select
        records.actor_type as report_actor_type,
        records.actor_id as report_actor_id,
        case
            when records.actor_type = 'person'
                then {{ dbt.concat(
                        ["'person:'", 'coalesce(chosen.owner_email, records.actor_id)']
                    ) }}
            else {{ dbt.concat(['records.actor_type', "':'", 'records.actor_id']) }}
        end as report_group,
        unpivoted.model_key,
        unpivoted.token_class,
        unpivoted.n_tokens,
        records.usage_date
    from records
    inner join unpivoted
        on
            records.record_id = unpivoted.record_id
            and records.usage_date = unpivoted.usage_date
    left join chosen
        on
            records.actor_type = chosen.actor_type
            and records.actor_id = chosen.actor_id
            and records.usage_date = chosen.usage_date

)

select
    report_actor_type,
    report_actor_id,
    report_group,
    model_key,
    token_class,
    {{ sum_units('n_tokens') }} as report_tokens,
    usage_date
from owned
group by report_actor_type, report_actor_id, report_group, model_key, token_class, usage_date
