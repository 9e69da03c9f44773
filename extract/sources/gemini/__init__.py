"""Gemini in Google Workspace: the Reports API. The manual is README.md."""
