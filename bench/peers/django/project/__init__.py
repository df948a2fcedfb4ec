"""An authorization server on Django OAuth Toolkit: its scopes are in a table, or those of a registry that it follows."""
