"""The boards as pages: drawn on the server, filtered by links, readable without a script."""
