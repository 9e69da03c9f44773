output "stack" {
  description = "What the pages of docs/deployment.md ask for."
  value       = module.stack
}
