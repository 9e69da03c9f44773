# Keys, by reference only. Terraform makes the shell of each and says who may read it; the value is put in by hand
# (docs/deployment.md), so that no state file, plan or log ever holds one.

data "google_project" "this" {
  project_id = var.project
}

resource "google_secret_manager_secret" "key" {
  for_each            = var.secrets
  secret_id           = "${var.name}-${lower(replace(each.key, "_", "-"))}"
  deletion_protection = true
  # A destroyed version can be had back for a day: a key that was thrown away too early stops every source that needs it.
  version_destroy_ttl = "86400s"
  labels              = var.labels

  replication {
    auto {}
  }

  # A reminder, not a rotation: Secret Manager publishes it, a person makes the new key at the vendor
  # (docs/deployment.md, "Change a key").
  dynamic "rotation" {
    for_each = each.value.rotation_period == null ? [] : [each.value]
    content {
      rotation_period    = rotation.value.rotation_period
      next_rotation_time = rotation.value.next_rotation_time
    }
  }

  dynamic "topics" {
    for_each = each.value.rotation_period == null ? [] : [google_pubsub_topic.rotation.id]
    content {
      name = topics.value
    }
  }

  depends_on = [google_pubsub_topic_iam_member.secret_manager_publishes]
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = {
    for pair in flatten([
      for variable, secret in var.secrets : [for duty in secret.readers : { variable = variable, duty = duty }]
    ]) : "${pair.variable} ${pair.duty}" => pair
  }
  secret_id = google_secret_manager_secret.key[each.value.variable].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = var.members[each.value.duty]
}

resource "google_pubsub_topic" "rotation" {
  name   = "${var.name}-keys-to-rotate"
  labels = var.labels
}

resource "google_pubsub_topic_iam_member" "secret_manager_publishes" {
  topic  = google_pubsub_topic.rotation.name
  role   = "roles/pubsub.publisher"
  member = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
}

# Kept until somebody reads it: who is away for a week still learns of it.
resource "google_pubsub_subscription" "rotation" {
  name                       = "${var.name}-keys-to-rotate"
  topic                      = google_pubsub_topic.rotation.id
  message_retention_duration = "2678400s"
  expiration_policy {
    ttl = ""
  }
}
