"""The file that a replica starts from: whole or not used, and of one format with the TypeScript client's."""

import hashlib
import json
import os
import subprocess
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scope_registry import ReplicaProblem, ScopeDefinition, ScopeReplica, register_at_startup
from scope_registry.judging.scope_record import ConsentText
from scope_registry.replica import snapshot_keeper
from scope_registry.replica.problems import ProblemReporter
from scope_registry.replica.snapshot_file import (
    SavedSnapshot,
    SnapshotFileError,
    SnapshotHeader,
    read_snapshot_file,
    remove_abandoned_files,
    write_snapshot_file,
)
from scope_registry.replica.snapshot_keeper import SnapshotKeeper
from scoperegistry.v1 import registry_admin_pb2
from tests.replica.replicas import Problems, following
from tests.support.parties import Parties, register
from tests.support.ports import free_port
from tests.support.repository import NODE, REPOSITORY
from tests.support.waiting import wait_until


def has_revision(replica: ScopeReplica, revision: int) -> bool:
    return replica.revision >= revision


def away(parties: Parties, file: Path, problems: Problems | None = None, **options: Any) -> ScopeReplica:
    """A replica whose registry is away, so that its file is all that it has."""
    connection = parties.connect("", address=f"127.0.0.1:{free_port()}", credentials="t0ken")
    heard = Problems() if problems is None else problems
    return ScopeReplica(connection, snapshot_file=file, on_problem=heard.append, report_usage=False, **options)


@pytest.fixture
def written(parties: Parties, tmp_path: Path) -> Path:
    """A file that a replica of the registry has written, which holds `name("read")`."""
    file = tmp_path / "folder" / "scopes"
    file.parent.mkdir()
    owner, admin = parties.owner(), parties.admin()
    texts = {"en": ConsentText("See it"), "de": ConsentText("Sehen \u2028", "Genau ansehen\n")}
    scopes = [
        ScopeDefinition(parties.name("read"), "Read ✓", restricted=True, resources=[parties.uri], consent_texts=texts),
        ScopeDefinition(parties.name("old"), "Renamed", aliases=[parties.name("older")], unlisted=True),
        ScopeDefinition(parties.name("data:{id}"), "Write"),
    ]
    register_at_startup(owner, scopes)
    policy = registry_admin_pb2.ClientPolicy(client_id=parties.name("shop"), allowed_scopes=[parties.name("read")])
    admin.admin.SetClientPolicy(registry_admin_pb2.SetClientPolicyRequest(client_policy=policy))
    with following(parties.issuer(), snapshot_file=file) as replica:
        wait_until("it is known", lambda: replica.get(parties.name("read")) is not None)
    return file


def test_starts_without_the_registry(parties: Parties, written: Path) -> None:
    with away(parties, written) as replica:
        replica.wait_until_ready(20)
        record = replica.get(parties.name("read"))
        assert record is not None
        assert record.consent_texts["de"] == ConsentText("Sehen \u2028", "Genau ansehen\n")
        assert replica.judge(scope=parties.name("older")).granted_scopes == (parties.name("old"),)
        assert replica.allows(scope=parties.name("data:7"))
        assert not replica.allows(scope=parties.name("data:7"), client_id=parties.name("shop"))
        assert 0 < replica.lag < 600
    assert written.stat().st_mode & 0o777 == 0o600
    assert os.listdir(written.parent) == ["scopes"]


def test_is_written_while_the_replica_runs(parties: Parties, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_keeper, "_WRITE_AFTER", 0.05)
    file, name = tmp_path / "scopes", parties.name("read")
    with following(parties.issuer(), snapshot_file=file):
        register(parties.owner(), name)
        wait_until("it is written", lambda: file.exists() and name in file.read_text())


def test_a_damaged_file_is_not_used_wherever_it_is_cut(written: Path, tmp_path: Path) -> None:
    data = written.read_bytes()
    file = tmp_path / "cut"
    for length in {*range(0, len(data), max(1, len(data) // 400)), *range(len(data) - 80, len(data) - 1), 1}:
        file.write_bytes(data[:length])
        with pytest.raises(SnapshotFileError, match="is damaged"):
            read_snapshot_file(file)
    for at in range(0, len(data), max(1, len(data) // 400)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(SnapshotFileError):
            read_snapshot_file(file)
    for text in ("5", "[]", "null", '{"sha256":1}', "\n\n", "[" * 100_000):
        file.write_text(text)
        with pytest.raises(SnapshotFileError):
            read_snapshot_file(file)


def test_a_damaged_file_is_told_of_and_replaced(parties: Parties, written: Path) -> None:
    data = written.read_bytes()
    # Its first line is what the next snapshot says, so that it looks as if it were kept already.
    written.write_bytes(data[:-20])
    problems = Problems()
    with away(parties, written, problems) as replica:
        wait_until("it is told", lambda: len(problems.of("file")) == 1)
        assert not replica.is_ready
    assert "is damaged: it is not used" in problems.of("file")[0]
    with following(parties.issuer(), snapshot_file=written):
        pass
    assert read_snapshot_file(written) is not None


def test_a_file_of_another_part_is_not_used(parties: Parties, written: Path) -> None:
    problems = Problems()
    with away(parties, written, problems, owner="billing-api") as replica:
        wait_until("it is told", lambda: len(problems.of("file")) == 1)
        assert not replica.is_ready
    assert "holds another part of the registry" in problems.of("file")[0]


def test_a_file_of_another_format_is_not_used(written: Path) -> None:
    lines = written.read_bytes().split(b"\n")[:-2]
    lines[0] = lines[0].replace(b"snapshot/2", b"snapshot/1")
    body = b"\n".join(lines) + b"\n"
    written.write_bytes(body + json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n")
    with pytest.raises(SnapshotFileError, match="another format"):
        read_snapshot_file(written)


def test_a_file_that_cannot_be_written_is_told_of_and_tried_again(
    parties: Parties, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A folder that is not there is what also who may do everything cannot write to.
    monkeypatch.setattr(snapshot_keeper, "_WRITE_AFTER", 0.05)
    monkeypatch.setattr(snapshot_keeper, "_RETRY", 0.1)
    problems, file = Problems(), tmp_path / "missing" / "scopes"
    register(parties.owner(), parties.name("read"))
    with following(parties.issuer(), problems, snapshot_file=file) as replica:
        wait_until("it is told", lambda: len(problems.of("file")) > 1)
        assert replica.is_connected
        assert problems.of("file")[0] == f"The snapshot file {file} cannot be written: No such file or directory"
        file.parent.mkdir()
        wait_until("it is written", file.exists)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_leaves_the_file_whole(parties: Parties, written: Path) -> None:
    before = written.read_bytes()
    written.parent.chmod(0o500)
    try:
        problems = Problems()
        with following(parties.issuer(), problems, snapshot_file=written):
            register(parties.owner(), parties.name("late"))
        assert "Permission denied" in problems.of("file")[0]
        assert written.read_bytes() == before
    finally:
        written.parent.chmod(0o700)


def test_replicas_may_share_a_file(parties: Parties, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_keeper, "_WRITE_AFTER", 0.01)
    file, owner = tmp_path / "scopes", parties.owner()
    is_over, damaged = threading.Event(), list[str]()

    def read() -> None:
        while not is_over.is_set():
            try:
                read_snapshot_file(file)
            except SnapshotFileError as error:
                damaged.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    with following(parties.issuer(), snapshot_file=file) as one, following(parties.issuer(), snapshot_file=file) as two:
        for turn in range(5):
            revision = register(owner, parties.name(f"s{turn}"))
            for replica in (one, two):
                wait_until("it has it", partial(has_revision, replica, revision))
    is_over.set()
    reader.join()
    assert damaged == []
    assert os.listdir(tmp_path) == ["scopes"]
    saved = read_snapshot_file(file)
    assert saved is not None
    assert parties.name("s4") in {scope.name for scope in saved.scopes}


def test_an_older_state_takes_no_newer_ones_place(tmp_path: Path) -> None:
    file, problems = tmp_path / "scopes", list[ReplicaProblem]()

    def write(revision: int, as_of: float | None, registry_id: str = "r") -> int:
        snapshot = SavedSnapshot(SnapshotHeader(registry_id, revision, as_of, "", ""), [], [])
        SnapshotKeeper(file, lambda: snapshot, ProblemReporter(problems.append)).write()
        saved = read_snapshot_file(file)
        assert saved is not None
        return saved.header.revision

    assert write(5, 1_000.0) == 5
    # Written by who lost the registry before the other did.
    assert write(4, 990.0) == 5
    assert write(4, None) == 5
    # Written by who knows that the registry was set back, or is another one.
    assert write(4, 1_010.0) == 4
    assert write(3, 900.0, "other") == 3
    assert problems == []


def test_what_was_left_behind_is_removed_after_a_while(tmp_path: Path) -> None:
    file = tmp_path / "sco[p]es"
    old, new, other = tmp_path / ".sco[p]es.x.tmp", tmp_path / ".sco[p]es.y.tmp", tmp_path / ".scopes.z.tmp"
    for left in (old, new, other):
        left.touch()
    for left in (old, other):
        os.utime(left, (0, 0))
    remove_abandoned_files(file)
    assert sorted(tmp_path.iterdir()) == sorted([new, other])


_TYPESCRIPT = """
import { readSnapshotFile, writeSnapshotFile } from "./clients/typescript/src/replica/snapshot-file.ts";
const [from, to] = process.argv.slice(1);
await writeSnapshotFile(to, await readSnapshotFile(from));
"""


def test_the_typescript_client_reads_and_writes_the_same_file(written: Path, tmp_path: Path) -> None:
    """What TypeScript makes of a file is that file, byte by byte, and reading it loses nothing."""
    other, back = tmp_path / "typescript", tmp_path / "python"
    command = [NODE, "--conditions=scope-registry-source", "--input-type=module", "-e", _TYPESCRIPT]
    subprocess.run([*command, str(written), str(other)], cwd=REPOSITORY, check=True)
    assert other.read_bytes() == written.read_bytes()
    saved = read_snapshot_file(other)
    assert saved is not None
    write_snapshot_file(back, saved)
    assert back.read_bytes() == written.read_bytes()
