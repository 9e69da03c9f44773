{#
One row per spelling of a model that stands for another name of it, by keys (`model_key`): so that an alias is found however
a report spells it, too.
#}
with

model_aliases as (

    select * from {{ ref('model_aliases') }}

),

keyed as (

    select
        {{ model_key('model_alias') }} as alias_key,
        min(model) as model
    from model_aliases
    group by alias_key

)

select
    alias_key,
    {{ model_key('model') }} as model_key,
    model
from keyed
