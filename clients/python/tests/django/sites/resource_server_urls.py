"""The paths of a resource server: one for each of its scopes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from oauth2_provider.decorators import protected_resource

from tests.django.sites.given_site import SITE


def guarded(scope: str) -> URLPattern:
    """Make the path that a scope opens."""

    @protected_resource(scopes=[scope])  # type: ignore[untyped-decorator]
    def view(request: HttpRequest) -> HttpResponse:
        return JsonResponse({"scope": scope})

    opened: Callable[[HttpRequest], HttpResponse] = view
    return path(f"{scope}/", opened)


urlpatterns = [guarded(scope) for scope in SITE["scopes"]]
