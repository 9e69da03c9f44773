"""`python -m serving notify`: says what alarms, by mail, to Slack and to webhooks.

rules      the one list of alerts, of infrastructure/monitoring/prometheus
promql     the part of PromQL that these rules are written in, over figures of one moment
figures    those figures: of the published snapshot, the record of the last run, the audit log
wording    an alert's sentence
deciding   what is new, what is repeated, what has been resolved
memory     what was said already and what still has to be sent, in STATE_DIR
channels   who is told: settings, and what each is sent
sending    SMTP and HTTP, tried again
"""
