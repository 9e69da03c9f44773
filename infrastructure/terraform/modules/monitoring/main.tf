# What people are told, and nothing else: each policy has a remedy, and stands for something that a reader of the figures would
# notice. The pipeline says how it ended in its last line, `run: exit code 6: …` (docs/exit-codes.md); metrics count these lines.

locals {
  outcomes = {
    could-not  = { code = 1, severity = "ERROR", says = "a run could not be done" }
    unread     = { code = 5, severity = "WARNING", says = "a source could not be read" }
    kept-out   = { code = 4, severity = "WARNING", says = "rows were kept out" }
    unplaced   = { code = 6, severity = "ERROR", says = "nothing was published" }
    misset     = { code = 7, severity = "ERROR", says = "a setting is wrong" }
    to-look-at = { code = 3, severity = "WARNING", says = "a data-quality check found something" }
  }
  runbooks = "${var.docs}/exit-codes.md"
}

resource "google_monitoring_notification_channel" "mail" {
  for_each     = var.mail
  display_name = each.key
  type         = "email"
  labels = {
    email_address = each.key
  }
}

resource "google_logging_metric" "ended_with" {
  for_each    = local.outcomes
  name        = "${var.name}/run-${each.key}"
  description = "Runs of which ${each.value.says}: exit code ${each.value.code}."
  # As plain text, and as a structured line.
  filter = <<-EOT
    resource.type="cloud_run_job"
    resource.labels.job_name=~"^${var.name}-"
    (textPayload=~"^run: exit code ${each.value.code}:" OR jsonPayload.message=~"^run: exit code ${each.value.code}:")
  EOT

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }
}

resource "google_monitoring_alert_policy" "ended_with" {
  for_each              = local.outcomes
  display_name          = "${var.name}: ${each.value.says}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels

  conditions {
    display_name = "exit code ${each.value.code}"
    condition_threshold {
      filter          = "resource.type=\"cloud_run_job\" AND metric.type=\"logging.googleapis.com/user/${google_logging_metric.ended_with[each.key].name}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "3600s"
        per_series_aligner = "ALIGN_SUM"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.name}: ${each.value.says}"
    content   = "The last lines of the job's log name what it was. What each exit code means and what to do: ${local.runbooks}"
  }
}

# Dead man's switch: the job that runs every hour has missed two runs and more. Nothing is loud about a job that is never started, so
# this one asks for a success rather than wait for a failure.
resource "google_monitoring_alert_policy" "overdue" {
  display_name          = "${var.name}: no run has succeeded for ${var.overdue_hours} hours"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "no successful execution"
    condition_absent {
      filter   = "resource.type=\"cloud_run_job\" AND resource.labels.job_name=\"${var.watched_job}\" AND metric.type=\"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result=\"succeeded\""
      duration = "${var.overdue_hours * 3600}s"
      aggregations {
        alignment_period     = "3600s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.name}: figures are getting old"
    content   = "Look at Cloud Scheduler first (paused? refused?), then at the job's last execution. ${local.runbooks}"
  }
}

# The share of answers that are our fault, not their number: three of a hundred thousand are nothing.
resource "google_monitoring_alert_policy" "errors" {
  display_name          = "${var.name}: more than 0.1 % of answers are errors"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "5xx of all"
    condition_threshold {
      filter             = "${local.requests} AND metric.labels.response_code_class=\"5xx\""
      denominator_filter = local.requests
      comparison         = "COMPARISON_GT"
      threshold_value    = 0.001
      duration           = "600s"
      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
      denominator_aggregations {
        alignment_period     = "600s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.name}: errors of the API"
    content   = "503: `/readyz` says what is missing. 500: the service's log has the request's id. ${var.docs}/troubleshooting.md"
  }
}

resource "google_monitoring_alert_policy" "slow" {
  display_name          = "${var.name}: one answer in twenty takes longer than half a second"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "p95 of latency"
    condition_threshold {
      filter          = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.service}\" AND metric.type=\"run.googleapis.com/request_latencies\""
      comparison      = "COMPARISON_GT"
      threshold_value = 500 # milliseconds
      duration        = "900s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_PERCENTILE_95"
        cross_series_reducer = "REDUCE_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.name}: the API is slow"
    content   = "Open `/metrics`: which route, and how many wait. ${var.docs}/api.md"
  }
}

# A key was read by somebody who is none of the accounts that need it.
resource "google_logging_metric" "key_read_by_other" {
  name        = "${var.name}/key-read-by-other"
  description = "Accesses to a secret by anybody but the accounts whose duty it is."
  filter      = <<-EOT
    protoPayload.serviceName="secretmanager.googleapis.com"
    protoPayload.methodName="google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion"
    protoPayload.resourceName=~"/secrets/${var.name}-"
    NOT protoPayload.authenticationInfo.principalEmail=(${join(" OR ", [for one in var.readers_of_keys : "\"${one}\""])})
  EOT

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }
}

resource "google_monitoring_alert_policy" "key_read_by_other" {
  display_name          = "${var.name}: somebody else read a key"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "an access"
    condition_threshold {
      filter          = "resource.type=\"audited_resource\" AND metric.type=\"logging.googleapis.com/user/${google_logging_metric.key_read_by_other.name}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.name}: somebody else read a key"
    content   = "The audit log names who. If nobody knows why: change the key at the vendor. ${var.docs}/deployment.md#change-a-key"
  }
}

locals {
  channels = [for channel in google_monitoring_notification_channel.mail : channel.id]
  requests = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.service}\" AND metric.type=\"run.googleapis.com/request_count\""
}
