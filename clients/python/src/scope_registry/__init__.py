"""The client of the scope registry."""
