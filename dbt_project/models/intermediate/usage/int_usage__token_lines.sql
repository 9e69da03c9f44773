{#
One row per line of the messages report and cost component: the units that a line of the bill is
made of.
#}
with

message_lines as (

    select * from {{ ref('int_usage__message_lines') }}

),

unpivoted as (
{% for component, column in [
    ('input', 'uncached_input_tokens'), ('output', 'output_tokens'), ('cache_read', 'cache_read_tokens'),
    ('cache_write_5m', 'cache_write_5m_tokens'), ('cache_write_1h', 'cache_write_1h_tokens'), ('web_search', 'n_web_searches')
] %}
    select
        actor_type,
        actor_id,
        workspace_key,
        model,
        service_tier,
        speed,
        context_window,
        inference_geo,
        '{{ component }}' as cost_component,
        {{ column }} as n_units,
        usage_date
    from message_lines
    where {{ column }} > 0
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

)

select * from unpivoted
