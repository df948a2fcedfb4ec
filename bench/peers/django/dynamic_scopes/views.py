"""The endpoint at which a resource server registers a scope."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider.views.mixins import OAuthLibMixin

from .models import Scope

REGISTER_SCOPE = "register-scope"


@method_decorator(csrf_exempt, name="dispatch")
class RegisterScopeView(OAuthLibMixin, View):
    """Creates the scope of a JSON body, or changes it if the caller's application has registered it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        is_valid, verified = self.get_oauthlib_core().verify_request(request, scopes=[REGISTER_SCOPE])
        if not is_valid:
            return HttpResponse(status=403)
        body = json.loads(request.body)
        scope = Scope.objects.filter(name=body["name"]).first()
        if scope is None:
            Scope.objects.create(
                name=body["name"],
                description=body["description"],
                is_default=body.get("is_default", False),
                application=verified.client,
            )
            return HttpResponse(status=201)
        if scope.application_id != verified.client.pk:
            return HttpResponse(status=403)
        scope.description = body["description"]
        scope.is_default = body.get("is_default", False)
        scope.save()
        return HttpResponse(status=200)
