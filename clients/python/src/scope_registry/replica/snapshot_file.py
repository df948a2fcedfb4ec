"""The file that a replica starts from while the registry is away."""

import glob
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scope_registry.judging.client_record import ClientRecord
from scope_registry.judging.scope_record import ConsentText, ScopeProposal, ScopeRecord

_FORMAT = "scope-registry-snapshot/2"
_MOST_HEADER_BYTES = 65_536
_ABANDONED_AFTER = 600.0
"""Nobody writes a snapshot for so long, in seconds."""


class SnapshotFileError(Exception):
    """The snapshot file is damaged or of another kind. It is not used, and the next snapshot takes its place."""


@dataclass(frozen=True, slots=True)
class SnapshotHeader:
    """What the file keeps beside the records."""

    registry_id: str
    revision: int
    as_of: float | None
    """When the state was last known to be the newest, in seconds since 1970-01-01T00:00:00Z; None: never."""
    owner: str
    resource: str


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A state, as the file keeps it."""

    header: SnapshotHeader
    scopes: list[ScopeRecord]
    clients: list[ClientRecord]


def read_snapshot_file(path: Path) -> SavedSnapshot | None:
    """Read a snapshot file; None: there is none.

    It holds a line of JSON that says what it is, one for each scope and each client, and one with the SHA-256 digest of
    all before it: the format of the TypeScript client, so that both can read it.

    Raises:
        SnapshotFileError: it is damaged, cut off or of another format
        OSError: it cannot be read

    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    end = data.rfind(b"\n", 0, len(data) - 1) + 1
    try:
        if json.loads(data[end:]).get("sha256") != hashlib.sha256(data[:end]).hexdigest():
            raise _damaged(path)
        lines = data[:end].splitlines()
        first = json.loads(lines[0])
        if first.get("format") != _FORMAT:
            raise SnapshotFileError(f"The snapshot file {path} has another format than {_FORMAT}: it is replaced")
        count = first["scopeCount"]
        return SavedSnapshot(
            _to_header(first),
            [_to_scope(json.loads(line)) for line in lines[1 : 1 + count]],
            [_to_client(json.loads(line)) for line in lines[1 + count :]],
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise _damaged(path) from None


def read_snapshot_header(path: Path) -> SnapshotHeader | None:
    """Read what a snapshot file says of itself, without looking at the rest; None: nothing that could be read."""
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline(_MOST_HEADER_BYTES))
            return _to_header(first) if first.get("format") == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_snapshot_file(path: Path, snapshot: SavedSnapshot) -> None:
    """Write a snapshot file in the place of the one before.

    Readers see the old one or the new one, whole, also after a crash. Nothing is left behind when it fails.

    Raises:
        OSError: it cannot be written

    """
    descriptor, temporary = tempfile.mkstemp(prefix=_temporary_prefix(path), suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest = hashlib.sha256()
            for line in _lines(snapshot):
                file.write(line)
                digest.update(line)
            file.write(_line({"sha256": digest.hexdigest()}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_abandoned_files(path: Path) -> None:
    """Remove what processes have left behind that ended while they wrote this snapshot file."""
    for file in path.parent.glob(f"{glob.escape(_temporary_prefix(path))}*.tmp"):
        try:
            if time.time() - file.stat().st_mtime > _ABANDONED_AFTER:
                file.unlink()
        except OSError:
            continue


def _temporary_prefix(path: Path) -> str:
    return f".{path.name}."


def _damaged(path: Path) -> SnapshotFileError:
    return SnapshotFileError(f"The snapshot file {path} is damaged: it is not used, and replaced by the next snapshot")


def _lines(snapshot: SavedSnapshot) -> Iterator[bytes]:
    header, scopes, clients = snapshot.header, snapshot.scopes, snapshot.clients
    as_of = {} if header.as_of is None else {"asOf": round(header.as_of * 1_000)}
    yield _line(
        {
            "format": _FORMAT,
            "scopeCount": len(scopes),
            "registryId": header.registry_id,
            "revision": header.revision,
            **as_of,
            "owner": header.owner,
            "resource": header.resource,
        }
    )
    yield from map(_line, map(_from_scope, scopes))
    yield from map(_line, map(_from_client, clients))


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _to_header(first: Mapping[str, Any]) -> SnapshotHeader:
    as_of = first.get("asOf")
    return SnapshotHeader(
        registry_id=first["registryId"],
        revision=first["revision"],
        as_of=None if as_of is None else as_of / 1_000,
        owner=first["owner"],
        resource=first["resource"],
    )


def _from_scope(scope: ScopeRecord) -> dict[str, Any]:
    texts = {tag: {"title": text.title, "description": text.description} for tag, text in scope.consent_texts.items()}
    sunset = {} if scope.sunset_time is None else {"sunsetTime": scope.sunset_time}
    proposal = {} if scope.proposal is None else {"proposal": _from_proposal(scope.proposal)}
    return {
        "name": scope.name,
        "description": scope.description,
        "isDefault": scope.is_default,
        "owner": scope.owner,
        "state": scope.state,
        "restricted": scope.restricted,
        "resources": scope.resources,
        "consentTexts": texts,
        "deprecated": scope.deprecated,
        "replacedBy": scope.replaced_by,
        **sunset,
        "unlisted": scope.unlisted,
        "aliases": scope.aliases,
        "disabledByAdmin": scope.disabled_by_admin,
        **proposal,
        "createTime": scope.create_time,
        "updateTime": scope.update_time,
        "revision": scope.revision,
    }


def _from_proposal(proposal: ScopeProposal) -> dict[str, Any]:
    return {
        "isDefault": proposal.is_default,
        "restricted": proposal.restricted,
        "resources": proposal.resources,
        "aliases": proposal.aliases,
    }


def _to_scope(saved: Mapping[str, Any]) -> ScopeRecord:
    texts = saved["consentTexts"]
    proposal = saved.get("proposal")
    return ScopeRecord(
        name=saved["name"],
        description=saved["description"],
        is_default=saved["isDefault"],
        owner=saved["owner"],
        state=saved["state"],
        restricted=saved["restricted"],
        resources=_texts(saved["resources"]),
        consent_texts={tag: ConsentText(text["title"], text["description"]) for tag, text in texts.items()},
        deprecated=saved["deprecated"],
        replaced_by=saved["replacedBy"],
        sunset_time=saved.get("sunsetTime"),
        unlisted=saved["unlisted"],
        aliases=_texts(saved["aliases"]),
        disabled_by_admin=saved["disabledByAdmin"],
        proposal=None if proposal is None else _to_proposal(proposal),
        create_time=saved["createTime"],
        update_time=saved["updateTime"],
        revision=saved["revision"],
    )


def _to_proposal(saved: Mapping[str, Any]) -> ScopeProposal:
    return ScopeProposal(
        is_default=saved["isDefault"],
        restricted=saved["restricted"],
        resources=_texts(saved["resources"]),
        aliases=_texts(saved["aliases"]),
    )


def _from_client(client: ClientRecord) -> dict[str, Any]:
    return {
        "clientId": client.client_id,
        "allowedScopes": client.allowed_scopes,
        "defaultScopes": client.default_scopes,
        "grantedScopes": client.granted_scopes,
        "createTime": client.create_time,
        "updateTime": client.update_time,
        "revision": client.revision,
    }


def _to_client(saved: Mapping[str, Any]) -> ClientRecord:
    return ClientRecord(
        client_id=saved["clientId"],
        allowed_scopes=_texts(saved["allowedScopes"]),
        default_scopes=_texts(saved["defaultScopes"]),
        granted_scopes=_texts(saved["grantedScopes"]),
        create_time=saved["createTime"],
        update_time=saved["updateTime"],
        revision=saved["revision"],
    )


def _texts(saved: Iterable[str]) -> tuple[str, ...]:
    return tuple(saved)
