"""A replica that follows the registry, and judges in its own process."""
