"""The paths of a resource server: one for each of its scopes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from oauth2_provider.decorators import protected_resource

from tests.django.sites.common import SITE


def guarded(scope: str) -> "path":
    """Make the path that a scope opens."""

    @protected_resource(scopes=[scope])
    def view(request: HttpRequest) -> HttpResponse:
        return JsonResponse({"scope": scope})

    return path(f"{scope}/", view)


urlpatterns = [guarded(scope) for scope in SITE["scopes"]]
