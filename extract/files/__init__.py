"""Files that somebody leaves in a folder or a bucket: which there are, and how each is read, for all sources that have some."""
