"""What is held on a person: shown to them, taken out, and kept out."""

from warehouse.beginning import check

check("privacy")
