"""The way from the package dot-dynamic-scopes into the registry: its table, and registering what it holds.

The package itself need not be installed.
"""
