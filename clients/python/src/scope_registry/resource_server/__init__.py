"""What a resource server does: it registers its scopes when it starts."""
