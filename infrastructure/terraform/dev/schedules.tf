# When the figures are made anew: the same three jobs as in production, smaller and less often.

locals {
  schedules = {
    daily = {
      description = "Full look-back"
      cron        = "0 6 * * *"
      time_zone   = "America/Los_Angeles"
      timeout     = "7200s"
      cpu         = "2"
      memory      = "8Gi"
      scratch     = "4Gi"
      environment = {}
    }

    hourly = {
      description = "All sources, what is new"
      cron        = "0 8,10,12,14,16 * * 1-5"
      time_zone   = "America/Los_Angeles"
      timeout     = "3000s"
      cpu         = "2"
      memory      = "4Gi"
      scratch     = "2Gi"
      environment = {}
    }

    savings = {
      description = "Tasks and savings alone"
      cron        = "30 9,15 * * 1-5"
      time_zone   = "America/Los_Angeles"
      timeout     = "240s"
      cpu         = "2"
      memory      = "4Gi"
      scratch     = "1Gi"
      environment = { SOURCES = "orchestrator", STATE_WAIT_SECONDS = "60" } # then the next one, in its turn
    }
  }
}
