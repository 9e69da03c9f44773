"""Speed and memory as ratios, measured in one run on one machine: `make bench`.

Absolute seconds say more about the machine than about the code; a ratio to the least that could be done does not:
extraction against a bare HTTP and JSON loop over the same answers, transformation against the same SQL run directly by
DuckDB, one more day against the full build.
"""

from warehouse.beginning import check

check("bench")
