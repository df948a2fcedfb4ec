"""Times how long the judging of requested scopes takes in a process of the authorization server."""

import json
import sys
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser
from oauth2_provider.models import Application
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2 import OAuth2Error


class Command(BaseCommand):
    """
    Prints as JSON the microseconds of one judgement, by the cached scopes and where they have to be loaded first.

    It calls the validator of the settings as oauthlib does it for each token request.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, required=True, help="how long each of both is measured")

    def handle(self, *args: Any, seconds: float, **options: Any) -> None:
        """Reads the requests from standard input: a JSON array of arrays of names."""
        requested: list[list[str]] = json.load(sys.stdin)
        client = Application.objects.get()
        validator = oauth2_settings.OAUTH2_VALIDATOR_CLASS()
        request = Request("http://127.0.0.1/token/", "POST", [("grant_type", "client_credentials")])
        request.client, request.client_id = client, client.client_id

        def is_granted(names: list[str]) -> bool:
            request.scopes = list(names)
            try:
                return bool(validator.validate_scopes(request.client_id, request.scopes, request.client, request))
            except OAuth2Error:
                return False

        if is_granted([*requested[0], "unknown"]):
            raise AssertionError("An unknown scope is granted")
        in_turn = cycle(requested)

        def judge() -> None:
            names = next(in_turn)
            if not is_granted(names):
                raise AssertionError(f"{names} are not granted")

        micros_per_call(judge, seconds)
        cold = micros_per_call(judge, seconds, prepare=cache.clear)
        warm = micros_per_call(judge, seconds)
        self.stdout.write(json.dumps({"cold": cold, "warm": warm}))


def micros_per_call(call: Callable[[], None], seconds: float, prepare: Callable[[], None] = lambda: None) -> float:
    """The mean of the calls that fit into so many seconds, of which there is at least one."""
    spent = 0.0
    calls = 0
    while spent < seconds:
        prepare()
        start = time.perf_counter()
        call()
        spent += time.perf_counter() - start
        calls += 1
    return spent / calls * 1e6
