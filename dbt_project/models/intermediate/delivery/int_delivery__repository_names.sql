{#
One row per name that a repository has or had, lower case: whose it was last,
and how that one is called now. CI jobs know
repositories by name, GitHub keeps their number through every new name.
#}
with

repositories as (

    select * from {{ ref('stg_github__repositories') }}

),

ranked as (

    select
        lower(repository_name) as repository_key,
        repository_id,
        row_number() over (
            partition by lower(repository_name)
            order by valid_from_at desc, repository_id desc
        ) as choice,
        first_value(repository_name) over (
            partition by repository_id order by valid_from_at desc, repository_name desc
        ) as repository_name
    from repositories
    where repository_name is not null

)

select
    repository_key,
    repository_id,
    repository_name
from ranked
where choice = 1
