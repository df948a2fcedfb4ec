"""The table of dot-dynamic-scopes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections
from oauth2_provider.models import get_application_model

TABLE = "dot_dynamic_scopes_scope"

_COLUMNS = ("name", "description", "is_default", "application_id")
_ROWS = 2_000
"""How many rows are fetched at once."""


class TableError(Exception):
    """There is no such table, or it is another one."""


@dataclass(frozen=True, slots=True)
class TableScope:
    """A row."""

    name: str
    description: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class TableContent:
    """What the table holds."""

    scopes: Mapping[str | None, list[TableScope]]
    """By the client id of their application, in order; None, the first one: those without an application."""
    orphans: list[TableScope]
    """Those whose application is gone."""


def read_table(table: str, database: str) -> TableContent:
    """Read the table, ordered by name.

    Raises:
        TableError: it cannot be read

    """
    scopes: dict[Any, list[TableScope]] = {}
    for application, scope in _rows(table, database):
        scopes.setdefault(application, []).append(scope)
    model = get_application_model()
    found = model._base_manager.using(database).in_bulk([key for key in scopes if key is not None])
    client_ids = {key: application.client_id for key, application in found.items()}
    by_client = {client_ids[key]: rows for key, rows in scopes.items() if key in client_ids}
    return TableContent(
        scopes={**({None: scopes[None]} if None in scopes else {}), **dict(sorted(by_client.items()))},
        orphans=[row for key, rows in scopes.items() if key is not None and key not in client_ids for row in rows],
    )


def _rows(table: str, database: str) -> Iterator[tuple[Any, TableScope]]:
    connection = connections[database]
    key_of = get_application_model()._meta.pk.to_python
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            raise TableError(f"The database {database} has no table {table}")
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
        missing = [column for column in _COLUMNS if column not in columns]
        if missing:
            raise TableError(f"The table {table} is not that of dot-dynamic-scopes: it has no {', '.join(missing)}")
        names = ", ".join(quote(column) for column in _COLUMNS)
        cursor.execute(f"SELECT {names} FROM {quote(table)} ORDER BY {quote('name')}")
        while rows := cursor.fetchmany(_ROWS):
            for name, description, is_default, application in rows:
                key = None if application is None else key_of(application)
                yield key, TableScope(name, description, bool(is_default))
