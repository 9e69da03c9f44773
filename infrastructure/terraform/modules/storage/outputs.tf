output "buckets" {
  description = "The buckets' addresses, by what they keep."
  value       = { for what, bucket in google_storage_bucket.kept : what => "gs://${bucket.name}" }

  # A container that starts before its account may read the bucket does not start.
  depends_on = [google_storage_bucket_iam_member.reads, google_storage_bucket_iam_member.writes]
}

output "deliveries" {
  description = "The address of the deliveries."
  value       = "gs://${google_storage_bucket.deliveries.name}"
}

output "events" {
  description = "The address of what CI records: DEV_EVENTS_URL."
  value       = "gs://${google_storage_bucket.events.name}"
}
