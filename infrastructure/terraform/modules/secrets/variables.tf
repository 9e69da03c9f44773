variable "project" {
  description = "Project id."
  type        = string
}

variable "name" {
  description = "What all names begin with."
  type        = string
}

variable "labels" {
  description = "Labels of every secret."
  type        = map(string)
}

variable "secrets" {
  description = "By environment variable: the duties that read it, how often it is to be changed, and when first."
  type = map(object({
    readers            = set(string)
    rotation_period    = optional(string)
    next_rotation_time = optional(string)
  }))
}

variable "members" {
  description = "The accounts, by duty."
  type        = map(string)
}
