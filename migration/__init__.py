"""The way from the predecessor's tables to this warehouse, in five phases that can each be repeated and undone."""

from warehouse.beginning import check

check("migration")
