"""Models without tables: what the admin and its permissions go by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoRows(models.Manager["RegisteredScope"]):
    """Finds nothing, without asking the database: `dumpdata` for one goes through the models without tables too."""

    def get_queryset(self) -> models.QuerySet["RegisteredScope"]:
        """Return nothing."""
        return super().get_queryset().none()


class RegisteredScope(models.Model):
    """A scope of the registry. Django has no table of them: the admin looks into the process's replica."""

    name = models.CharField(max_length=255, primary_key=True)

    objects = NoRows()

    class Meta:
        """Looking is all that there is permission for."""

        managed = False
        base_manager_name = "objects"
        default_permissions = ("view",)
        verbose_name = _("registered scope")
        verbose_name_plural = _("registered scopes")

    def __str__(self) -> str:
        return self.name
