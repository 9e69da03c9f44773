"""What attacks on the door do to others: `make bench-door`."""
