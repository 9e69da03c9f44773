{#
One row per account at GitHub that belongs to a person of the directory: an account signs commits
with addresses, and these are somebody's. An account with addresses of two people is nobody's;
nobody is guessed from a name.
#}
{{ config(materialized='table') }}
with

commits as (

    select
        author_login,
        author_email
    from {{ ref('stg_github__pull_request_commits') }}

    union distinct

    select
        author_login,
        author_email
    from {{ ref('stg_github__commits') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

)

select
    lower(commits.author_login) as account_login,
    min(email_owners.person_id) as person_id,
    min(email_owners.person_email) as person_email
from commits
inner join email_owners on commits.author_email = email_owners.alias_email
where commits.author_login is not null
group by account_login
having count(distinct email_owners.person_id) = 1
