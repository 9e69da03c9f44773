variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "billing_account" {
  description = "The billing account, as 000000-000000-000000."
  type        = string
}

variable "project_number" {
  description = "The project's number."
  type        = string
}

variable "usd_per_month" {
  description = "US dollars a month, whole."
  type        = number
}

variable "channels" {
  description = "Channels by which people are told."
  type        = list(string)
}
