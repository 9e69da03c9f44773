# The datasets of the warehouse. Loader and dbt make the tables in them; that the datasets are here first decides where they
# lie, who may read them, and that nobody drops them by mistake.

locals {
  # Of raw data and of what is worked out between: nobody but the pipeline.
  inner = toset([
    "raw_anthropic", "raw_claude_ai", "raw_cursor", "raw_dev_events", "raw_gemini", "raw_github", "raw_orchestrator",
    "raw_sheets",
    "staging", "intermediate",
  ])
  # What people read. `metrics` has readers of its own: it is apart from production data.
  marts   = toset(["marts", "quality"])
  metrics = toset(["metrics"])
}

resource "google_bigquery_dataset" "schema" {
  for_each      = setunion(local.inner, local.marts, local.metrics)
  dataset_id    = "${var.prefix}${each.key}"
  friendly_name = each.key
  description   = "AI usage analytics: ${each.key}. Tables are made by the pipeline; do not write here."
  location      = var.location

  # No expiry of tables or partitions: how long rows are kept is the organisation's own setting (make retention), and a
  # partition holds all organisations' rows. A backfill into partitions that expire would also vanish at once.

  # Time travel is the way back from a wrong run, and a copy of what was erased: docs/privacy.md promises seven days.
  max_time_travel_hours = 168
  # Many small tables, rewritten by day: physical bytes are a fraction of the logical ones.
  storage_billing_model      = "PHYSICAL"
  delete_contents_on_destroy = false

  labels = var.labels

  lifecycle {
    prevent_destroy = true
    # The pipeline owns what it makes in here; grants stand below, one by one.
    ignore_changes = [access]
  }
}

resource "google_bigquery_dataset_iam_member" "pipeline_writes" {
  for_each   = google_bigquery_dataset.schema
  dataset_id = each.value.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = var.pipeline
}

# Metabase reads what boards read, never raw data.
resource "google_bigquery_dataset_iam_member" "metabase_reads" {
  for_each   = setunion(local.marts, local.metrics)
  dataset_id = google_bigquery_dataset.schema[each.key].dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = var.metabase
}

resource "google_bigquery_dataset_iam_member" "analysts_read" {
  for_each = {
    for pair in setproduct(local.marts, var.analysts) : "${pair[0]} ${pair[1]}" => { schema = pair[0], member = pair[1] }
  }
  dataset_id = google_bigquery_dataset.schema[each.value.schema].dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = each.value.member
}

resource "google_bigquery_dataset_iam_member" "engineers_read_metrics" {
  for_each   = var.metrics_readers
  dataset_id = google_bigquery_dataset.schema["metrics"].dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = each.key
}
