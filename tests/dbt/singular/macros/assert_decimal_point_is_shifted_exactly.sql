-- An amount is rounded once, half away from zero, whether it is small enough for 64 bits or not. A
-- row: an amount, by how many places its decimal point moves, what must come out.
{%- set cases = [
    ('0.0005', 6, '0.000000001'), ('-0.0005', 6, '-0.000000001'), ('0.000499999', 6, '0'),
    ('1234567.8915', 6, '1.234567892'), ('999999999.9995', 6, '1000'),
    ('-999999999.9994', 6, '-999.999999999'), ('1000000000.0005', 6, '1000.000000001'),
    ('-12345678901234567.0005', 6, '-12345678901.234567001'),
    ('0.00000005', 2, '0.000000001'), ('123456789012.345678949', 2, '1234567890.123456789'),
    ('7', 9, '0.000000007')
] %}
with

cases as (
    {% for amount, digits, expected in cases %}
    select
        '{{ amount }}' as amount,
        {{ shift_decimal_point(to_numeric("'" ~ amount ~ "'"), digits) }} as shifted,
        {{ to_numeric("'" ~ expected ~ "'") }} as expected
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from cases
where
    shifted is null
    or shifted <> expected
