"""The boards: what each asks and shows, written once, drawn by the built-in pages and by Metabase alike."""

from warehouse.beginning import check

check("dashboards")
