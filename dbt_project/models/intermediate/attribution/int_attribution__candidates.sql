{#
One row per UTC day, platform, actor and possible owner: every step of the ladder that says
something, with its evidence.
#}
with

subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

anthropic_users as (

    select * from {{ ref('int_identity__anthropic_users') }}

),

claude_users as (

    select * from {{ ref('int_identity__claude_users') }}

),

api_keys as (

    select * from {{ ref('int_identity__api_keys') }}

),

service_accounts as (

    select * from {{ ref('int_identity__service_accounts') }}

),

api_key_names as (

    select * from {{ ref('int_identity__api_key_names') }}

),

api_key_owners as (

    select * from {{ ref('int_identity__api_key_owners') }}

),

key_name_persons as (

    select * from {{ ref('int_attribution__key_name_persons') }}

),

workspaces as (

    select * from {{ ref('int_identity__workspaces') }}

),

email_owners as (

    select * from {{ ref('int_identity__email_owners') }}

),

vendor_costs as (

    select * from {{ ref('int_spend__vendor_costs') }}

),

-- A key that the vendor names, by id or only by name; equal names mean several keys.
subject_keys as (

    select
        subjects.vendor,
        subjects.platform,
        subjects.actor_type,
        subjects.actor_id,
        subjects.workspace_key,
        subjects.usage_date,
        subjects.actor_id as api_key_id
    from subjects
    where subjects.actor_type in ('api_key', 'service_account')

    union all

    select
        subjects.vendor,
        subjects.platform,
        subjects.actor_type,
        subjects.actor_id,
        subjects.workspace_key,
        subjects.usage_date,
        api_key_names.api_key_id
    from subjects
    inner join api_key_names
        on
            subjects.actor_id = api_key_names.api_key_name
            and subjects.usage_date >= api_key_names.valid_from_date
            and subjects.usage_date < api_key_names.valid_to_date
    where subjects.actor_type = 'api_key_name'

),

named_emails as (

    select
        subjects.vendor,
        subjects.platform,
        subjects.actor_type,
        subjects.actor_id,
        subjects.usage_date,
        subjects.actor_id as owner_email,
        'vendor names the e-mail' as evidence
    from subjects
    where subjects.actor_type = 'person'

    union all

    select
        subjects.vendor,
        subjects.platform,
        subjects.actor_type,
        subjects.actor_id,
        subjects.usage_date,
        anthropic_users.user_email as owner_email,
        'vendor names the account' as evidence
    from subjects
    inner join anthropic_users
        on subjects.actor_id = anthropic_users.anthropic_user_id
    where subjects.actor_type = 'account' and anthropic_users.user_email is not null

    union all

    -- A deleted claude.ai account; the ids of the two products never meet.
    select
        subjects.vendor,
        subjects.platform,
        subjects.actor_type,
        subjects.actor_id,
        subjects.usage_date,
        claude_users.user_email as owner_email,
        'vendor named the account before' as evidence
    from subjects
    inner join claude_users
        on
            subjects.actor_id = claude_users.claude_user_id
            and subjects.usage_date >= claude_users.known_from_date
    left join anthropic_users
        on subjects.actor_id = anthropic_users.anthropic_user_id
    where subjects.actor_type = 'account' and anthropic_users.anthropic_user_id is null

),

direct_candidates as (

    select
        named_emails.vendor,
        named_emails.platform,
        named_emails.actor_type,
        named_emails.actor_id,
        named_emails.usage_date,
        case when email_owners.person_id is not null then 1 else 2 end as attribution_step,
        named_emails.owner_email,
        named_emails.evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from named_emails
    left join email_owners
        on
            named_emails.owner_email = email_owners.alias_email
            and named_emails.usage_date >= email_owners.known_from_date

),

-- Whom the vendor's own costs name behind a key or an account. A person is named by being the
-- actor.
vendor_named_emails as (

    select
        platform,
        actor_type,
        actor_id,
        user_email,
        usage_date
    from vendor_costs
    where user_email is not null and actor_type <> 'person'
    group by platform, actor_type, actor_id, user_email, usage_date

),

vendor_candidates as (

    select
        'anthropic' as vendor,
        vendor_named_emails.platform,
        vendor_named_emails.actor_type,
        vendor_named_emails.actor_id,
        vendor_named_emails.usage_date,
        case when email_owners.person_id is not null then 7 else 8 end as attribution_step,
        vendor_named_emails.user_email as owner_email,
        'vendor names the person in its own costs' as evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from vendor_named_emails
    left join email_owners
        on
            vendor_named_emails.user_email = email_owners.alias_email
            and vendor_named_emails.usage_date >= email_owners.known_from_date

),

mapping_candidates as (

    select
        subject_keys.vendor,
        subject_keys.platform,
        subject_keys.actor_type,
        subject_keys.actor_id,
        subject_keys.usage_date,
        3 as attribution_step,
        api_key_owners.owner_email,
        {{ dbt.concat([
            "'mapping sheet row '", "cast(api_key_owners.sheet_row as " ~ dbt.type_string() ~ ")",
            "' by '", "api_key_owners.mapped_by"
        ]) }} as evidence,
        api_key_owners.valid_from_date as evidence_date,
        api_key_owners.sheet_row as evidence_row
    from subject_keys
    inner join api_key_owners
        on
            subject_keys.api_key_id = api_key_owners.api_key_id
            and subject_keys.usage_date >= api_key_owners.valid_from_date
            and subject_keys.usage_date < api_key_owners.valid_to_date
    where api_key_owners.owner_email is not null

),

key_name_candidates as (

    select
        subject_keys.vendor,
        subject_keys.platform,
        subject_keys.actor_type,
        subject_keys.actor_id,
        subject_keys.usage_date,
        key_name_persons.attribution_step,
        key_name_persons.owner_email,
        {{ dbt.concat(["'key name '", "key_name_persons.api_key_name"]) }} as evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from subject_keys
    inner join key_name_persons
        on
            subject_keys.api_key_id = key_name_persons.api_key_id
            and subject_keys.usage_date >= key_name_persons.valid_from_date
            and subject_keys.usage_date < key_name_persons.valid_to_date

),

creator_candidates as (

    select
        subject_keys.vendor,
        subject_keys.platform,
        subject_keys.actor_type,
        subject_keys.actor_id,
        subject_keys.usage_date,
        5 as attribution_step,
        api_keys.creator_email as owner_email,
        'creator of the key' as evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from subject_keys
    inner join api_keys
        on subject_keys.api_key_id = api_keys.api_key_id
    where api_keys.creator_email is not null

    union all

    select
        subject_keys.vendor,
        subject_keys.platform,
        subject_keys.actor_type,
        subject_keys.actor_id,
        subject_keys.usage_date,
        5 as attribution_step,
        service_accounts.maker_email as owner_email,
        'creator of the service account' as evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from subject_keys
    inner join service_accounts
        on subject_keys.api_key_id = service_accounts.listed_account_id
    where service_accounts.maker_email is not null

),

sole_member_candidates as (

    select
        subject_keys.vendor,
        subject_keys.platform,
        subject_keys.actor_type,
        subject_keys.actor_id,
        subject_keys.usage_date,
        6 as attribution_step,
        workspaces.sole_member_email as owner_email,
        'only member of the workspace' as evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from subject_keys
    inner join workspaces
        on subject_keys.workspace_key = workspaces.workspace_key
    where workspaces.sole_member_email is not null

),

fallback_candidates as (

    select
        vendor,
        platform,
        actor_type,
        actor_id,
        usage_date,
        0 as attribution_step,
        cast(null as {{ dbt.type_string() }}) as owner_email,
        'nobody named' as evidence,
        cast(null as date) as evidence_date,
        cast(null as {{ dbt.type_bigint() }}) as evidence_row
    from subjects

)

select * from direct_candidates

union all

select * from vendor_candidates

union all

select * from mapping_candidates

union all

select * from key_name_candidates

union all

select * from creator_candidates

union all

select * from sole_member_candidates

union all

select * from fallback_candidates
