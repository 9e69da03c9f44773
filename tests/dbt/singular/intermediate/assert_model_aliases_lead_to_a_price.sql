{# Another name of a model is worth nothing unless the name it stands for has a price. #}
with

model_aliases as (

    select * from {{ ref('model_aliases') }}

),

list_prices as (

    select * from {{ ref('int_spend__list_prices') }}

),

priced_models as (

    select model
    from list_prices
    group by model

)

select
    model_aliases.model_alias,
    model_aliases.model
from model_aliases
left join priced_models
    on model_aliases.model = priced_models.model
where priced_models.model is null
