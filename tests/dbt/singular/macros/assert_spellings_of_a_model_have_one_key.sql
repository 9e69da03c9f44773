{# One model, however it is written. Returns the spellings with another key than the model's. #}
{% set spellings = {
    'claude-opus-4-8': [
        'claude-opus-4-8', 'Claude Opus 4.8', 'claude-opus-4-8[1m]', 'claude_opus_4.8', ' claude-opus-4-8 ',
        'anthropic/claude-opus-4.8', 'us.anthropic.claude-opus-4-8-20260205-v1:0', 'claude-opus-4-8@20260205',
        'claude-opus-4-8-20260205', 'claude-opus-4-8-latest', 'vertex_ai/claude-opus-4-8@default',
        'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8-v1', 'claude-4-8-opus',
        'claude-opus-4-8-20260205[1m]', 'claude-opus-4-8-2026-02-05'
    ],
    'claude-haiku-3-5': [
        'claude-haiku-3.5', 'claude-3-5-haiku-20241022', 'claude-3-5-haiku-v2@20241022', 'claude-3.5-haiku',
        'anthropic.claude-3-5-haiku-20241022-v1:0:200k'
    ],
    'claude-opus-4-6': ['claude-opus-4-6-20260205', 'us.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6-v1'],
    'claude-opus-4-7': ['claude-opus-4-7-20260416', 'vertex_ai/claude-opus-4-7@20260416', 'claude-4.7-opus'],
    'claude-fable-5-2': [
        'claude-fable-5-2', 'claude-fable-5.2', 'Claude Fable 5.2', 'claude-fable-5-2-20261109', 'claude_fable_5_2',
        'global.anthropic.claude-fable-5-2-20261109-v1:0', 'vertex_ai/claude-fable-5-2@20261109'
    ],
    'claude-mythos-5-1': ['apac.anthropic.claude-mythos-5-1', 'azure_ai/claude-mythos-5-1', 'claude-mythos-5.1'],
    'claude-haiku-5-5': [
        'databricks/databricks-claude-haiku-5-5', 'bedrock/claude_platform/claude-haiku-5-5', 'claude-5-5-haiku',
        'vertex_ai/claude-haiku-5-5@default', 'kyma/claude-haiku-5.5', 'claude-haiku-5-5[1m]'
    ],
    'claude-opus-4': ['claude-opus-4', 'claude-opus-4-20250514', 'claude-4-opus'],
    'claude-haiku-4-5': ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
    'claude-haiku-3': ['claude-3-haiku-20240307'],
    'claude-sonnet-4-thinking': ['claude-4-sonnet-thinking'],
    'gpt-4o-2024-05-13': ['GPT-4o-2024-05-13'],
    'gpt-4-1': ['gpt-4.1'],
    'large': ['large', 'Large ']
} %}
{%- set pairs = [] %}
{%- for key, written in spellings.items() %}
{%- for spelling in written %}
{%- do pairs.append((key, spelling)) %}
{%- endfor %}
{%- endfor %}
with

spellings as (
    {% for expected_key, spelling in pairs %}
    select
        '{{ expected_key }}' as expected_key,
        '{{ spelling }}' as spelling
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

)

select
    spelling,
    expected_key,
    {{ model_key('spelling') }} as model_key
from spellings
where coalesce({{ model_key('spelling') }}, '') <> expected_key
