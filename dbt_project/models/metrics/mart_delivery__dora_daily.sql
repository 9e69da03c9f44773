{#
One row per UTC day, service and team scope: the five keys of DORA in production over the 28 days
that end with the day.
#}
{{ dora_keys('day', 'last_date') }}
