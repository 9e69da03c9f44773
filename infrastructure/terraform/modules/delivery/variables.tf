variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "region" {
  description = "Where job and service are."
  type        = string
}

variable "repository" {
  description = "The repository on GitHub, as acme/ai-usage-analytics."
  type        = string
}

variable "environment" {
  description = "GitHub's environment, whose approval a deployment waits for."
  type        = string
}

variable "account" {
  description = "The account that deploys."
  type        = string
}

variable "account_name" {
  description = "The same, by its full resource name."
  type        = string
}

variable "runs_as" {
  description = "Full resource names of the accounts that what is deployed runs as, by duty."
  type        = map(string)
}

variable "jobs" {
  description = "Names of the jobs, by schedule."
  type        = map(string)
}

variable "service" {
  description = "Name of the service."
  type        = string
}
