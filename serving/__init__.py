"""Serving: what readers see. Marts in; a published snapshot and a printed summary out.

Nothing here opens the warehouse for writing, and nothing here knows how the data was loaded.
"""

from warehouse.beginning import check

check("serving")
