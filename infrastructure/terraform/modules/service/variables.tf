variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "region" {
  description = "Where the service runs."
  type        = string
}

variable "labels" {
  description = "Labels of the service."
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
  description = "The address of the account that the service runs as."
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

variable "callers" {
  description = "Who may reach the service at all, as group:everybody@acme.example."
  type        = set(string)

  validation {
    condition     = alltrue([for one in var.callers : can(regex("^(group|serviceAccount|domain|user|principalSet):", one))])
    error_message = "Name groups, accounts or the domain. Nobody else may reach the service."
  }
}

variable "min_instances" {
  description = "Instances that always run: 0 saves money, and the first visitor waits for a start."
  type        = number
}
