"""The table of scopes."""

from django.db import models
from oauth2_provider.settings import oauth2_settings


class Scope(models.Model):
    """A scope, and the application that has registered it and alone may change it."""

    name = models.CharField(max_length=255, unique=True)
    description = models.TextField()
    is_default = models.BooleanField(default=False)
    application = models.ForeignKey(oauth2_settings.APPLICATION_MODEL, null=True, blank=True, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.name
