# Who may do what. One service account per duty: whoever takes one over has that duty's rights and no others. The default
# compute account, which may edit a whole project, is used nowhere.

resource "google_service_account" "duty" {
  for_each     = var.duties
  account_id   = "${var.name}-${each.key}"
  display_name = each.value
}

# Running queries is a right on the project that pays; reading tables is granted dataset by dataset (module warehouse).
resource "google_project_iam_member" "runs_queries" {
  for_each = toset(["pipeline", "metabase"])
  project  = var.project
  role     = "roles/bigquery.jobUser"
  member   = google_service_account.duty[each.key].member
}

# An erasure works on copies of all datasets, which it makes and drops again (docs/privacy.md). The role that Google has for it
# may read and change more.
resource "google_project_iam_custom_role" "makes_datasets" {
  role_id     = "${replace(var.name, "-", "_")}_makes_datasets"
  title       = "Make datasets, of which the maker is the owner"
  permissions = ["bigquery.datasets.create"]
}

resource "google_project_iam_member" "makes_datasets" {
  project = var.project
  role    = google_project_iam_custom_role.makes_datasets.name
  member  = google_service_account.duty["pipeline"].member
}

# What a machine needs to be seen: its log and its figures. Cloud Run writes those of jobs and services by itself.
resource "google_project_iam_member" "machine_reports" {
  for_each = toset(["roles/logging.logWriter", "roles/monitoring.metricWriter"])
  project  = var.project
  role     = each.key
  member   = google_service_account.duty["metabase"].member
}

# Whoever reads a key, or personal data, is written down. Cloud Audit Logs do not say so by themselves: data access is off by default.
resource "google_project_iam_audit_config" "reads" {
  for_each = toset(["secretmanager.googleapis.com", "storage.googleapis.com", "iam.googleapis.com"])
  project  = var.project
  service  = each.key

  audit_log_config {
    log_type = "ADMIN_READ"
  }

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
