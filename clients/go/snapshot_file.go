package scoperegistry

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// snapshotFormat is the first line of a snapshot file. What follows on it is a line of JSON, the [snapshotHeader]; all scopes and
// then all client policies, each a message of the contract with its length before it (varint); and the SHA-256 digest of all
// before, 32 bytes.
const snapshotFormat = "scope-registry-snapshot-go/1\n"

// abandonedAfter: nobody writes a snapshot for so long.
const abandonedAfter = 10 * time.Minute

// snapshotHeader is what the file keeps beside the messages.
type snapshotHeader struct {
	RegistryID string `json:"registry_id"`
	Revision   uint64 `json:"revision"`
	// AsOf is when the state was last known to be the newest; absent: never.
	AsOf time.Time `json:"as_of,omitzero"`
	// Owner and Resource tell what of the registry it holds: see [ReplicaOptions].
	Owner    string `json:"owner,omitempty"`
	Resource string `json:"resource,omitempty"`
	Scopes   int    `json:"scopes"`
	Clients  int    `json:"clients"`
}

// savedSnapshot is a state, as the file keeps it.
type savedSnapshot struct {
	snapshotHeader
	scopes  []*scoperegistryv1.Scope
	clients []*scoperegistryv1.ClientPolicy
}

// readSnapshotFile reads a snapshot file; nil: there is none. It fails if the file is damaged, cut off or of another format.
func readSnapshotFile(path string) (*savedSnapshot, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the snapshot file %s cannot be read: %w", path, plainCause(err))
	}
	messages, isFormat := bytes.CutPrefix(content, []byte(snapshotFormat))
	if !isFormat {
		return nil, fmt.Errorf("the snapshot file %s has another format than this client's: it is replaced", path)
	}
	damaged := fmt.Errorf("the snapshot file %s is damaged: it is not used, and replaced by the next snapshot", path)
	end := len(content) - sha256.Size
	if end < len(snapshotFormat) || sha256.Sum256(content[:end]) != [sha256.Size]byte(content[end:]) {
		return nil, damaged
	}
	saved := &savedSnapshot{}
	header, messages, hasHeader := bytes.Cut(messages[:len(messages)-sha256.Size], []byte("\n"))
	if !hasHeader || json.Unmarshal(header, &saved.snapshotHeader) != nil {
		return nil, damaged
	}
	reader := bytes.NewReader(messages)
	for range saved.Scopes {
		saved.scopes = append(saved.scopes, readDelimited(reader, &scoperegistryv1.Scope{}, &err))
	}
	for range saved.Clients {
		saved.clients = append(saved.clients, readDelimited(reader, &scoperegistryv1.ClientPolicy{}, &err))
	}
	if err != nil || reader.Len() > 0 {
		return nil, damaged
	}
	return saved, nil
}

func readDelimited[M proto.Message](reader protodelim.Reader, message M, failed *error) M {
	if *failed == nil {
		*failed = protodelim.UnmarshalFrom(reader, message)
	}
	return message
}

// writeSnapshotFile writes a snapshot file in the place of the one before: readers see the old one or the new one, whole, also
// after a crash. Nothing is left behind when it fails.
func writeSnapshotFile(path string, snapshot *savedSnapshot) error {
	// It is readable and writable for its owner alone.
	temporary, err := os.CreateTemp(filepath.Dir(path), temporaryPattern(path))
	if err != nil {
		return plainCause(err)
	}
	defer os.Remove(temporary.Name())
	err = errors.Join(writeSnapshot(temporary, snapshot), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

func writeSnapshot(file io.Writer, snapshot *savedSnapshot) error {
	header, err := json.Marshal(snapshot.snapshotHeader)
	if err != nil {
		return err
	}
	digest := sha256.New()
	writer := bufio.NewWriterSize(io.MultiWriter(file, digest), 1<<16)
	fmt.Fprintf(writer, "%s%s\n", snapshotFormat, header)
	for _, scope := range snapshot.scopes {
		if _, err := protodelim.MarshalTo(writer, scope); err != nil {
			return err
		}
	}
	for _, policy := range snapshot.clients {
		if _, err := protodelim.MarshalTo(writer, policy); err != nil {
			return err
		}
	}
	// The writer keeps the first error of all.
	if err := writer.Flush(); err != nil {
		return err
	}
	_, err = file.Write(digest.Sum(nil))
	return err
}

// removeAbandonedFiles removes what processes have left behind that ended while they wrote this snapshot file.
func removeAbandonedFiles(path string) {
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), temporaryPattern(path)))
	for _, each := range found {
		if info, err := os.Stat(each); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			_ = os.Remove(each)
		}
	}
}

func temporaryPattern(path string) string {
	return "." + filepath.Base(path) + ".*.tmp"
}
