output "members" {
  description = "The accounts as IAM names them, by duty."
  value       = { for duty, account in google_service_account.duty : duty => account.member }
}

output "emails" {
  description = "The accounts' addresses, by duty."
  value       = { for duty, account in google_service_account.duty : duty => account.email }
}

output "names" {
  description = "The accounts' full resource names, by duty."
  value       = { for duty, account in google_service_account.duty : duty => account.name }
}
