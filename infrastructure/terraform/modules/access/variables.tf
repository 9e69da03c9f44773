variable "project" {
  description = "Project id."
  type        = string
}

variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "duties" {
  description = "What the accounts are for, by the end of their names."
  type        = map(string)
}
