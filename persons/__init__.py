"""What names a person, what stands in its place, and who must not come back: below everything that meets a person."""
