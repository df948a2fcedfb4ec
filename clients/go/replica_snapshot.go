package scoperegistry

import (
	"fmt"
	"time"

	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func (r *Replica) takeSnapshot() *savedSnapshot {
	saved := &savedSnapshot{}
	// Looked at before the state, which may be newer by then and is never older.
	if age, known := r.freshness.age(); known {
		saved.AsOf = time.Now().Add(-age).UTC()
	}
	r.state.read(func(registry *judging.Registry, registryID string) {
		saved.RegistryID, saved.Revision = registryID, registry.Revision
		saved.scopes, saved.clients = registry.Scopes(), registry.Clients()
	})
	if saved.Revision == 0 {
		return nil
	}
	saved.Owner, saved.Resource = r.options.Owner, r.options.Resource
	saved.snapshotHeader.Scopes, saved.Clients = len(saved.scopes), len(saved.clients)
	return saved
}

func (r *Replica) restore(path string) {
	removeAbandonedFiles(path)
	saved, err := readSnapshotFile(path)
	if err == nil && saved != nil && (saved.Owner != r.options.Owner || saved.Resource != r.options.Resource) {
		err = fmt.Errorf("the snapshot file %s holds another part of the registry: it is replaced", path)
	}
	if err != nil {
		r.problems.report(filePart, ReplicaProblem{Message: err.Error(), Err: err})
		return
	}
	if saved == nil {
		return
	}
	registry := judging.NewRegistry()
	registry.Revision = saved.Revision
	for _, scope := range saved.scopes {
		registry.Set(knownState(scope))
	}
	for _, policy := range saved.clients {
		registry.SetClient(policy)
	}
	r.state.replace(registry, saved.RegistryID)
	if !saved.AsOf.IsZero() {
		r.freshness.restore(saved.AsOf)
	}
	r.tellOfChange(nil)
}
