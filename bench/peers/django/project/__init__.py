"""An authorization server on Django OAuth Toolkit whose scopes are in a table: what the registry is compared with."""
