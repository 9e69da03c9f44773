# What outlives a container: STATE_URL and PUBLISH_URL lead here (ADR 0071). Objects are made and removed, never changed.

resource "google_storage_bucket" "kept" {
  for_each = {
    # Snapshots. An erasure takes the older ones away at once, so nothing may keep what was deleted.
    published = { keeps_deleted_seconds = 0 }
    # Audit log, tokens, erasures, hashes of erased people, the loader's working folder. A week, the shortest that there is, is the
    # way back from a mistake; so long stays what an erasure has removed (docs/privacy.md).
    state = { keeps_deleted_seconds = 604800 }
  }
  name                        = "${var.project}-${var.name}-${each.key}"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  soft_delete_policy {
    retention_duration_seconds = each.value.keeps_deleted_seconds
  }

  lifecycle {
    prevent_destroy = true
  }
}

# What others deliver: exports of claude.ai, events of the orchestrator. They write, the pipeline only reads.
resource "google_storage_bucket" "deliveries" {
  name                        = "${var.project}-${var.name}-deliveries"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  # A file that was loaded and is gone takes nothing out of the warehouse; it names people, so it does not stay for ever.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = var.deliveries_kept_days
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# What CI records of deployments and tests: apart from the deliveries, so that a workflow can put nothing among them.
resource "google_storage_bucket" "events" {
  name                        = "${var.project}-${var.name}-events"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  # An event names who deployed.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = var.deliveries_kept_days
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Both read all of it: runs take over erasures that were asked for at the service, and the service what runs have done.
resource "google_storage_bucket_iam_member" "reads" {
  for_each = toset(["published pipeline", "published service", "state pipeline", "state service"])
  bucket   = google_storage_bucket.kept[split(" ", each.key)[0]].name
  role     = "roles/storage.objectViewer"
  member   = var.members[split(" ", each.key)[1]]
}

# Each writes its own part. Tokens are made by a job that somebody starts by hand.
resource "google_storage_bucket_iam_member" "writes" {
  for_each = {
    "published pipeline all" = ""
    "state pipeline run"     = "run/"
    "state pipeline access"  = "access/"
    "state service service"  = "service/"
  }
  bucket = google_storage_bucket.kept[split(" ", each.key)[0]].name
  role   = "roles/storage.objectUser"
  member = var.members[split(" ", each.key)[1]]

  condition {
    title      = "part ${split(" ", each.key)[2]}"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.kept[split(" ", each.key)[0]].name}/objects/${each.value}\")"
  }
}

resource "google_storage_bucket_iam_member" "pipeline_reads_deliveries" {
  bucket = google_storage_bucket.deliveries.name
  role   = "roles/storage.objectViewer"
  member = var.members["pipeline"]
}

resource "google_storage_bucket_iam_member" "delivers" {
  for_each = var.delivering
  bucket   = google_storage_bucket.deliveries.name
  role     = "roles/storage.objectCreator"
  member   = each.key
}

resource "google_storage_bucket_iam_member" "pipeline_reads_events" {
  bucket = google_storage_bucket.events.name
  role   = "roles/storage.objectViewer"
  member = var.members["pipeline"]
}

# To add is not to replace: a workflow that was taken over cannot rewrite what others recorded, nor read it.
resource "google_storage_bucket_iam_member" "records" {
  for_each = var.recording
  bucket   = google_storage_bucket.events.name
  role     = "roles/storage.objectCreator"
  member   = each.key
}
