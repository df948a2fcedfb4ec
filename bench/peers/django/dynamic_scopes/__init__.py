"""Scopes that applications register at the authorization server, as dot-dynamic-scopes does it."""
