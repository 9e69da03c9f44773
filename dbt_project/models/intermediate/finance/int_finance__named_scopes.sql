{#
One row per budget scope and value (in lower case) that is there, whether or not it ever cost anything: a budget of it with
no money spent has spent 0; a budget of anything else has spent nobody knows what.
#}
with

platforms as (

    select * from {{ ref('int_spend__platforms') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

named as (

    {% for scope, column, relation in [
        ('vendor', 'vendor', 'platforms'), ('platform', 'platform', 'platforms'),
        ('category', 'category', 'platforms'), ('team', 'team_name', 'people'),
        ('department', 'department_name', 'people'), ('cost_centre', 'cost_centre', 'people')
    ] %}
    select
        '{{ scope }}' as budget_scope,
        lower({{ column }}) as scope_key
    from {{ relation }}

    union distinct

    {% endfor %}
    select
        'company' as budget_scope,
        'all' as scope_key

)

select * from named
where scope_key is not null
