-- A decimal is written with so many decimals, rounded half away from zero, however large it is: a
-- price of a million dollars for one unit is 10^12 for a million, and with nine decimals it has 22
-- digits. A row: a number, decimals, the text.
{%- set cases = [
    ('2.345', 2, '2.35'), ('-2.345', 2, '-2.35'), ('0.995', 2, '1.00'), ('-0.001', 2, '-0.00'),
    ('9.05', 1, '9.1'), ('3', 9, '3.000000000'), ('0.000000001', 9, '0.000000001'),
    ('999999999999.999999999', 9, '999999999999.999999999'), ('999999000000', 6, '999999000000.000000'),
    ('1000000000000000000', 2, '1000000000000000000.00')
] %}
with

cases as (
    {% for amount, decimals, expected in cases %}
    select
        '{{ amount }}' as amount,
        {{ decimal_text(to_numeric("'" ~ amount ~ "'"), decimals) }} as written,
        '{{ expected }}' as expected
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from cases
where
    written is null
    or written <> expected
