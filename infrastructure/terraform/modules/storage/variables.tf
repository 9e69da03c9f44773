variable "project" {
  description = "Project id; bucket names are unique in the world."
  type        = string
}

variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "location" {
  description = "Where the buckets lie: the region that Cloud Run is in."
  type        = string
}

variable "labels" {
  description = "Labels of every bucket."
  type        = map(string)
}

variable "members" {
  description = "The accounts, by duty."
  type        = map(string)
}

variable "delivering" {
  description = "Who puts files into the deliveries, as serviceAccount:orchestrator@other.iam.gserviceaccount.com."
  type        = set(string)
}

variable "recording" {
  description = "Whose workflows record events of deployments and tests, as principalSet://iam.googleapis.com/…/attribute.repository/acme/shop."
  type        = set(string)
}

variable "deliveries_kept_days" {
  description = "Days that a delivered file is kept."
  type        = number
  default     = 400
}
