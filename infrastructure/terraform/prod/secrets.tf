# Which keys there are, and who reads each. A key is a source's switch: a company that does not use a vendor takes its line out.

locals {
  # Every ninety days, as most companies' rules say.
  change = { rotation_period = "7776000s", next_rotation_time = var.first_key_change }

  secrets = {
    ANTHROPIC_ADMIN_KEY  = merge(local.change, { readers = ["pipeline"] })
    CLAUDE_ANALYTICS_KEY = merge(local.change, { readers = ["pipeline"] })
    CURSOR_API_KEY       = merge(local.change, { readers = ["pipeline"] })
    OIDC_CLIENT_SECRET   = merge(local.change, { readers = ["service"] })

    # Not to be changed by the calendar: people's ids are made with this one, and a new key makes everybody somebody else
    # (docs/privacy.md).
    PRIVACY_KEY = { readers = ["pipeline", "service"] }

    METABASE_POSTGRES_PASSWORD = merge(local.change, { readers = ["metabase"] })
    # Metabase reads stored connections with it; a new one is set by Metabase's own command.
    METABASE_ENCRYPTION_KEY = { readers = ["metabase"] }
  }
}
