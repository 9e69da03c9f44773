output "ids" {
  description = "The secrets' names, by environment variable."
  value       = { for variable, secret in google_secret_manager_secret.key : variable => secret.secret_id }

  # Cloud Run refuses a revision whose account may not read its secrets yet.
  depends_on = [google_secret_manager_secret_iam_member.reads]
}

output "rotation_topic" {
  description = "Where a key's reminder is published."
  value       = google_pubsub_topic.rotation.id
}
