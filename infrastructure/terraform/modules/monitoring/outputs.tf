output "channels" {
  description = "The channels by which people are told."
  value       = local.channels
}
