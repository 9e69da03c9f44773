{# One row per table and partition that a finished load package has written. #}
{{ loaded_partitions('dev_events') }}
