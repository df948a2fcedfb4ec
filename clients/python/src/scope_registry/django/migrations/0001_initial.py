"""Makes the permission to look at scopes in the admin; there is no table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first one."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="RegisteredScope",
            fields=[("name", models.CharField(max_length=255, primary_key=True, serialize=False))],
            options={
                "verbose_name": "registered scope",
                "verbose_name_plural": "registered scopes",
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
    ]
