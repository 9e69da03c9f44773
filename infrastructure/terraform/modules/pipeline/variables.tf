variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "region" {
  description = "Where the jobs run."
  type        = string
}

variable "labels" {
  description = "Labels of every job."
  type        = map(string)
}

variable "image" {
  description = "The image, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by digest: …@sha256:… A tag may mean another image tomorrow."
  }
}

variable "account" {
  description = "The address of the account that the jobs run as."
  type        = string
}

variable "scheduler" {
  description = "The account that starts the jobs."
  type        = string
}

variable "scheduler_email" {
  description = "The same, as an address."
  type        = string
}

variable "environment" {
  description = "Settings that are no secrets (docs/configuration.md)."
  type        = map(string)
}

variable "secrets" {
  description = "Secrets, by the variable that each fills."
  type        = map(string)
}

variable "schedules" {
  description = "When a job starts, what differs in its settings, and how large it is."
  type = map(object({
    description = string
    cron        = string
    time_zone   = string
    timeout     = string
    cpu         = string
    memory      = string
    scratch     = string
    environment = map(string)
  }))
}

variable "paused" {
  description = "Whether nothing starts by itself."
  type        = bool
}
