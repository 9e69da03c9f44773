# When the figures are made anew. Each is a job of its own, because a job's settings are fixed; all of them run the same image.

locals {
  schedules = {
    # Vendors restate what they said: all days that may still change, before California begins to work, in summer and winter.
    daily = {
      description = "Full look-back"
      cron        = "0 6 * * *"
      time_zone   = "America/Los_Angeles"
      timeout     = "7200s"
      cpu         = "4"
      memory      = "16Gi"
      scratch     = "8Gi"
      environment = {}
    }

    # Below the promised two hours from a vendor's API to a board. Not at six, when the daily one runs.
    hourly = {
      description = "All sources, what is new"
      cron        = "0 0-5,7-23 * * *"
      time_zone   = "America/Los_Angeles"
      timeout     = "3000s"
      cpu         = "4"
      memory      = "8Gi"
      scratch     = "4Gi"
      environment = {}
    }

    # What routing saved, while people work; not on the hour, when the hourly one starts.
    savings = {
      description = "Tasks and savings alone"
      cron        = "5-55/5 8-18 * * 1-5"
      time_zone   = "America/Los_Angeles"
      timeout     = "240s"
      cpu         = "4"
      memory      = "4Gi"
      scratch     = "1Gi"
      environment = { SOURCES = "orchestrator", STATE_WAIT_SECONDS = "60" } # then the next one, in its turn
    }
  }
}
