"""The endpoints that are measured."""

from django.urls import path
from oauth2_provider.views import IntrospectTokenView, TokenView

from dynamic_scopes.views import RegisterScopeView

urlpatterns = [
    path("token/", TokenView.as_view()),
    path("introspect/", IntrospectTokenView.as_view()),
    path("scopes/", RegisterScopeView.as_view()),
]
