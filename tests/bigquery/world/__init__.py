"""Small raw worlds to try both engines on: rows made to be hard, or the last days of a warehouse."""
