package scoperegistry

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

func savedForTest() *savedSnapshot {
	return &savedSnapshot{
		snapshotHeader: snapshotHeader{RegistryID: "a", Revision: 7, AsOf: time.Now().UTC(), Scopes: 2, Clients: 1},
		scopes:         []*scoperegistryv1.Scope{{Name: "a", Description: "é\n"}, {Name: "b"}},
		clients:        []*scoperegistryv1.ClientPolicy{{ClientId: "shop"}},
	}
}

func TestASnapshotFileIsReadAsItWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scopes")
	if saved, err := readSnapshotFile(path); saved != nil || err != nil {
		t.Fatalf("no file is read as %v, %v", saved, err)
	}
	want := savedForTest()
	for range 2 {
		if err := writeSnapshotFile(path, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readSnapshotFile(path)
	if err != nil || got.snapshotHeader != want.snapshotHeader || !proto.Equal(got.scopes[0], want.scopes[0]) || got.clients[0].GetClientId() != "shop" {
		t.Errorf("it is read as %+v, %v", got, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%v is left behind", left)
	}
}

func TestADamagedSnapshotFileIsNotUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scopes")
	if err := writeSnapshotFile(path, savedForTest()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	expectProblem := func(content []byte, problem string) {
		t.Helper()
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if saved, err := readSnapshotFile(path); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%d of %d bytes are read as %v, %v", len(content), len(whole), saved, err)
		}
	}
	for at := range whole {
		expectProblem(whole[:at], "")
		damaged := append([]byte{}, whole...)
		damaged[at] ^= 1
		expectProblem(damaged, "")
	}
	expectProblem(append(whole[:len(whole):len(whole)], 0), "is damaged")
	expectProblem([]byte(`{"format":"scope-registry-snapshot/2"}`+"\n"), "has another format")
}

func TestASnapshotFileThatCannotBeWrittenLeavesTheOneBefore(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "scopes")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeSnapshotFile(path, savedForTest()); err == nil {
		t.Error("a folder is replaced")
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("%v is left behind", left)
	}
	abandoned := filepath.Join(folder, ".scopes.1.tmp")
	fresh := filepath.Join(folder, ".scopes.2.tmp")
	for _, each := range []string{abandoned, fresh} {
		if err := os.WriteFile(each, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(abandoned, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	removeAbandonedFiles(path)
	if _, err := os.Stat(abandoned); !os.IsNotExist(err) {
		t.Error("what a process has left behind stays")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("what another process writes is removed")
	}
}
