# The folders that outlive a container. Cloud Run mounts a bucket as a folder; with a hierarchical namespace a folder is renamed
# in one step, which is how a snapshot is put in place.

resource "google_storage_bucket" "folder" {
  for_each = {
    # Snapshots. An erasure takes the older ones away at once, so nothing may keep what was deleted.
    published = { keeps_deleted_seconds = 0 }
    # Audit log, tokens, erasures, hashes of erased people, the loader's working folder. Thirty days are the way back.
    state = { keeps_deleted_seconds = 2592000 }
  }
  name                        = "${var.project}-${var.name}-${each.key}"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = var.labels

  hierarchical_namespace {
    enabled = true
  }

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

resource "google_storage_bucket_iam_member" "folder" {
  for_each = {
    "published pipeline" = "roles/storage.objectUser"
    "published service"  = "roles/storage.objectViewer"
    "state pipeline"     = "roles/storage.objectUser"
    "state service"      = "roles/storage.objectUser"
  }
  bucket = google_storage_bucket.folder[split(" ", each.key)[0]].name
  role   = each.value
  member = var.members[split(" ", each.key)[1]]
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
