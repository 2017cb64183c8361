"""How the database of `bench-large.py` is filled, on either engine."""
