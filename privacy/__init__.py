"""What is held on a person: shown to them, taken out, and kept out."""
