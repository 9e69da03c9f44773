"""The warehouse: where it is and how to reach it, on either engine; and the snapshot that is published of it."""
