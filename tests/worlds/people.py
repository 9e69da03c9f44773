"""The people of the company that was written by hand, by their e-mail."""

ADA, BOB, CAT, DEE = (f"{name}@corp.example" for name in ("ada", "bob", "cat", "dee"))
