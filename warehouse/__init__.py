"""What every program knows about the warehouse: where it is, and which day it holds for today."""
