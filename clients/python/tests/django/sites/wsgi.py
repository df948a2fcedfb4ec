"""What gunicorn runs: an authorization server's wsgi.py, as docs/django.md has it."""

from django.core.wsgi import get_wsgi_application

from scope_registry.django import follow

application = get_wsgi_application()
follow()
