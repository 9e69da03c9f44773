-- What people type is read to the letter or not at all, alike on every engine. A row: a kind, a
-- text, and what it is read as (none: it cannot be read).
{%- set cases = [
    ('date', '2026-06-01', '2026-06-01'), ('date', '2028-02-29', '2028-02-29'),
    ('date', '9999-12-31', '9999-12-31'), ('date', '2026-02-29', none), ('date', '26-12-31', none),
    ('date', '0026-12-31', none), ('date', '2026-6-1', none), ('date', '2026-06-16 or 17', none),
    ('date', '2026-06-16T00:00:00', none), ('date', '2026-06-16 00:00', none),
    ('date', '2026/06/16', none), ('date', '16.06.2026', none), ('date', '20260616', none),
    ('date', '2026-13-01', none), ('date', '2026-06-31', none), ('date', 'infinity', none),
    ('date', '12026-06-01', none), ('date', '46189', none), ('date', ' 2026-06-01', none),
    ('month', '2026-06', '2026-06-01'), ('month', '2026-06-30', '2026-06-01'),
    ('month', '2026-06-31', none), ('month', '2026-13', none), ('month', '2026-06 or so', none),
    ('month', '2026-6', none), ('month', '26-06', none), ('month', 'June 2026', none),
    ('month', '06/2026', none), ('month', '2026-06-1', none), ('month', '2026-067', none),
    ('decimal', '40', '40'), ('decimal', '40.00', '40'), ('decimal', '-5.5', '-5.5'),
    ('decimal', '+5', '5'), ('decimal', '007', '7'), ('decimal', '0.0000000005', '0.000000001'),
    ('decimal', '999999999999', '999999999999'), ('decimal', '1000000000000', none),
    ('decimal', '1e3', none), ('decimal', '1_000', none), ('decimal', '1,000', none),
    ('decimal', '39,50', none), ('decimal', '1 000', none), ('decimal', '$40', none),
    ('decimal', '40 USD', none), ('decimal', '(40)', none), ('decimal', '--40', none),
    ('decimal', '5.', none), ('decimal', '.5', none), ('decimal', '1.000.000', none),
    ('decimal', 'NaN', none), ('decimal', 'Infinity', none), ('decimal', '0x28', none),
    ('decimal', '40%', none), ('decimal', '#REF!', none), ('decimal', '- 5', none),
    ('count', '90', '90'), ('count', '0', '0'), ('count', '007', '7'),
    ('count', '999999999', '999999999'), ('count', '1000000000', none), ('count', '-5', none),
    ('count', '+5', none), ('count', '90.0', none), ('count', '90.5', none), ('count', '1_000', none),
    ('count', '1e2', none), ('count', '90 days', none), ('count', '٣', none),
    ('email', 'Ada@One.example', 'ada@one.example'), ('email', 'ada', none),
    ('email', 'ada@one.example; bob@one.example', none), ('email', 'Ada <ada@one.example>', none),
    ('email', 'ada@one.example,', none), ('email', 'ada at one.example', none),
    ('email', '@one.example', none), ('email', 'ada@', none), ('email', 'ada@@one.example', none),
    ('email', 'mailto:ada@one.example', none),
    ('cell', ' 40 ', '40'), ('cell', '\u00a040\u200b\ufeff', '40'), ('cell', '4 0', '4 0'),
    ('cell', '4\u200b0', '40'), ('cell', 'Red\u00a0 \u2003team', 'Red team'),
    ('cell', 'tab, 40, new line', '40'), ('cell', ' \u00a0\u2003', none), ('cell', '', none),
    ('word', 'Claude Code', 'claude_code'), ('word', 'claude.ai', 'claude_ai'),
    ('word', 'CURSOR', 'cursor'), ('word', '-GitHub - Copilot!', 'github_copilot'),
    ('word', '通义', '通义')
] %}
with

cases as (
    {% for kind, text, expected in cases %}
    {% set said = "concat(chr(9), '40', chr(10))" if text == 'tab, 40, new line'
        else "'" ~ text ~ "'" %}
    {% set wanted = "'" ~ expected ~ "'" if expected is not none else 'null' %}
    {% if kind == 'decimal' %}
    {% set number = strict_decimal(said) %}
    {% set found = 'case when ' ~ number ~ ' = ' ~ to_numeric(wanted) ~ ' then ' ~ wanted
        ~ ' when ' ~ number ~ " is not null then 'another number' end" %}
    {% else %}
    {% set read = {
        'date': strict_date(said), 'month': strict_month(said), 'count': strict_count(said),
        'email': strict_email(said), 'cell': identity_text(said), 'word': snake_word(said)
    }[kind] %}
    {% set found = 'cast(' ~ read ~ ' as ' ~ dbt.type_string() ~ ')' %}
    {% endif %}
    select
        '{{ kind }}' as kind,
        {{ said }} as cell,
        {{ found }} as found,
        cast({{ wanted }} as {{ dbt.type_string() }}) as expected
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from cases
where coalesce(found, 'nothing') <> coalesce(expected, 'nothing')
