{# One row per daily raw table, UTC day and field: how many rows have a value in it. #}
{{ field_fills('gemini', [
    'activity_events',
]) }}
