"""claude.ai: Enterprise Analytics, audit-log exports and report files. The manual is README.md."""
