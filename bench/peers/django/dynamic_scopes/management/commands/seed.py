"""Fills an empty database with what is measured."""

import json
import sys
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from dynamic_scopes.models import Scope
from dynamic_scopes.views import REGISTER_SCOPE

BATCH = 5_000
CLIENT_SECRET = "only-for-benchmarks"


class Command(BaseCommand):
    """Stores the scopes, a client, and its tokens, and prints as JSON what callers need of them."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tokens", type=int, required=True, help="how many tokens there are to introspect")

    def handle(self, *args: Any, tokens: int, **options: Any) -> None:
        """Reads the scopes' names from standard input, as a JSON array."""
        application = Application.objects.create(
            name="api",
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
            client_secret=CLIENT_SECRET,
            hash_client_secret=False,
        )
        names = json.load(sys.stdin)
        Scope.objects.bulk_create(
            (
                Scope(name=name, description=f"Use {name}", application=application)
                for name in [*names, REGISTER_SCOPE, "introspection"]
            ),
            batch_size=BATCH,
        )
        expires = timezone.now() + timedelta(hours=1)
        AccessToken.objects.bulk_create(
            AccessToken(token=f"shown-{at}", scope=" ".join(names[:3]), application=application, expires=expires)
            for at in range(tokens)
        )
        caller = AccessToken.objects.create(
            token="caller", scope=f"{REGISTER_SCOPE} introspection", application=application, expires=expires
        )
        self.stdout.write(
            json.dumps(
                {
                    "clientId": application.client_id,
                    "clientSecret": CLIENT_SECRET,
                    "callerToken": caller.token,
                    "shownTokens": [f"shown-{at}" for at in range(tokens)],
                }
            )
        )
