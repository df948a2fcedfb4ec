"""Times how long the judging of three scopes takes in a process of the authorization server."""

import json
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser
from oauth2_provider.models import Application
from oauth2_provider.oauth2_validators import OAuth2Validator


class Command(BaseCommand):
    """Prints as JSON the microseconds of one judgement, by the cached scopes and where they have to be loaded first."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="+", help="the scopes to judge")
        parser.add_argument("--seconds", type=float, required=True, help="how long each of both is measured")

    def handle(self, *args: Any, names: list[str], seconds: float, **options: Any) -> None:
        client = Application.objects.get()
        validator = OAuth2Validator()

        def judge() -> None:
            if not validator.validate_scopes(client.client_id, names, client, None):
                raise AssertionError(f"{names} are not valid")

        judge()
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
