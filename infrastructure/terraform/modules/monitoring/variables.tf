variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "mail" {
  description = "Addresses that are told."
  type        = set(string)
}

variable "docs" {
  description = "Where the pages of docs/ can be read: the address of that folder."
  type        = string
}

variable "service" {
  description = "The name of the service."
  type        = string
}

variable "watched_job" {
  description = "The job whose success is waited for."
  type        = string
}

variable "overdue_hours" {
  description = "Hours without a success until somebody is told; Cloud Monitoring looks back 23.5 at most."
  type        = number

  validation {
    condition     = var.overdue_hours > 0 && var.overdue_hours <= 23
    error_message = "Between 1 and 23 hours: an absence of longer cannot be asked for."
  }
}

variable "readers_of_keys" {
  description = "The addresses of the accounts that read secrets by duty."
  type        = set(string)
}
