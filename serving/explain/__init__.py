"""How an amount came to be, read from the published snapshot: nothing is worked out here that the ledger has not."""
