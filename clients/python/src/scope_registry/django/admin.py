"""The registry's scopes in the admin, to look at: what changes them is their owners' registrations."""

import math
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote as url_quote

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scope_registry.django.descriptions import active_locales
from scope_registry.django.models import RegisteredScope
from scope_registry.django.process import replica as process_replica
from scope_registry.django.scope_listing import STATES, ScopeQuery, description_of, find_scopes
from scope_registry.django.settings import read_settings
from scope_registry.judging.scope_record import ScopeRecord
from scope_registry.judging.scope_template import is_template_name
from scope_registry.replica.scope_replica import NotReadyError, ScopeReplica

PAGE_SIZE = 100

_MOST_OWNERS = 500
"""How many owners are suggested."""
_OLD = 30.0
"""From what age on it is said that the scopes may be out of date, in seconds."""


@admin.register(RegisteredScope)
class RegisteredScopeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows what the process's replica holds. There is no table, and nothing here asks for one."""

    list_template = "admin/scope_registry/registeredscope/change_list.html"
    detail_template = "admin/scope_registry/registeredscope/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Only the list and the page of a scope: all others of the admin's pages would look into the table."""
        wrap, prefix = self.admin_site.admin_view, "scope_registry_registeredscope"
        return [
            path("", wrap(require_safe(self.changelist_view)), name=f"{prefix}_changelist"),
            path("<path:object_id>/change/", wrap(require_safe(self.change_view)), name=f"{prefix}_change"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody may: scopes are registered."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show a page of the scopes."""
        query, locales = ScopeQuery.of(request.GET), active_locales()
        replica, problem = self._look_up(request)
        scopes = replica.scopes()
        page = Paginator(find_scopes(scopes, query, locales), PAGE_SIZE).get_page(request.GET.get("p"))
        context = {
            "title": _("Scopes of the registry"),
            "catalogue_url": read_settings().catalogue_url,
            "query": query,
            "states": STATES,
            "owners": _owners(scopes),
            "total": len(scopes),
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=2),
            "ellipsis": Paginator.ELLIPSIS,
            "rows": [(scope, description_of(scope, locales)) for scope in page.object_list],
            "parameters": _parameters(request),
            "turned": _parameters(request, o="" if query.is_descending else "-name"),
        }
        return self._answer(request, self.list_template, (replica, problem), context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show all there is of a scope."""
        replica, problem = self._look_up(request)
        name = unquote(object_id)
        scope = replica.get(name)
        if scope is None and problem is None:
            raise Http404(_("The registry has no scope %(name)s") % {"name": name})
        context: dict[str, Any] = {"title": name, "scope": scope, "catalogue_url": _catalogue_url(name)}
        if scope is not None:
            context |= {
                "description": description_of(scope, active_locales()),
                "is_template": is_template_name(name),
                "consent_texts": sorted(scope.consent_texts.items()),
                "replacement": replica.get(scope.replaced_by) if scope.replaced_by else None,
                "create_time": _time(scope.create_time),
                "update_time": _time(scope.update_time),
                "sunset_time": None if scope.sunset_time is None else _time(scope.sunset_time),
            }
        return self._answer(request, self.detail_template, (replica, problem), context | (extra_context or {}))

    def _look_up(self, request: HttpRequest) -> tuple[ScopeReplica, str | None]:
        """Return the replica, and why it has nothing to show, if so."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        replica = process_replica()
        try:
            replica.wait_until_ready(read_settings().ready_timeout)
        except NotReadyError as error:
            return replica, str(error)
        return replica, None

    def _answer(
        self, request: HttpRequest, template: str, looked_up: "tuple[ScopeReplica, str | None]", context: dict[str, Any]
    ) -> HttpResponse:
        replica, problem = looked_up
        age = replica.lag
        request.current_app = self.admin_site.name
        common = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "problem": problem,
            "revision": replica.revision,
            "age": None if math.isinf(age) else int(age),
            "is_old": age >= _OLD or not replica.is_connected,
            "is_connected": replica.is_connected,
        }
        return TemplateResponse(request, template, {**common, **context}, status=200 if problem is None else 503)


def _owners(scopes: Sequence[ScopeRecord]) -> list[str]:
    return sorted({scope.owner for scope in scopes} - {""})[:_MOST_OWNERS]


def _parameters(request: HttpRequest, **changed: str) -> str:
    """Write the address's parameters without the page, for links that add one."""
    kept = request.GET.copy()
    kept.pop("p", None)
    for key, value in changed.items():
        kept.pop(key, None)
        if value:
            kept[key] = value
    return kept.urlencode()


def _catalogue_url(name: str) -> str | None:
    base = read_settings().catalogue_url
    return f"{base.rstrip('/')}/scopes/{url_quote(name, safe='')}" if base else None


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1_000, tz=timezone.utc)
