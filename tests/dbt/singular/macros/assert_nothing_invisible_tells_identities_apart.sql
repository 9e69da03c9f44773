{#
One address and one name, however white space and characters that cannot be seen are strewn into them. Character codes,
because an editor would not show them. Returns what differs.
#}
{%- set written = [
    ['32', '32'], ['10', ''], ['13', '10'], ['9', '160'], ['8203', ''], ['65279', '8203'], ['8206', '8207'],
    ['8239', '8195'], ['12288', '133'], ['8288', '173']
] %}
{%- set from_code = 'code_points_to_string([%s])' if target.type == 'bigquery' else 'chr(%s)' %}
with

written as (
    {% for before, after in written %}
    select
        concat(
            {{ from_code % before }}, 'Ada', '@One.example',
            {{ from_code % after if after else "''" }}
        ) as email,
        concat(
            {{ from_code % before }}, 'ci', {{ from_code % 160 }}, ' bot',
            {{ from_code % after if after else "''" }}
        ) as key_name
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

),

compared as (

    select
        {{ normalise_email('email') }} as email,
        {{ identity_text('key_name') }} as key_name
    from written

)

select * from compared
where email <> 'ada@one.example' or key_name <> 'ci bot'
