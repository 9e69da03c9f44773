"""The executive report: one page a month. One list of figures is the page, the CSV and the JSON, so that they cannot differ."""
