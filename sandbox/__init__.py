"""A small company in a box: invented people and days, served as the vendors' APIs serve theirs."""

from warehouse.beginning import check

check("sandbox")
