"""What can be known of `infrastructure/` without an account: form, schema, references, and the rules of the house.

`make infra-check` (`python -m tests.infrastructure`) needs neither Terraform nor the internet: HashiCorp's own parser and formatter
come from npm, the provider's schema is kept beside this file. It does not know what only `terraform plan` can say: whether Google
accepts a value, and whether the account may do it.
"""
