package scoperegistry

import (
	"sync"
	"time"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// effectKind is what a message of the feed did to the state.
type effectKind int

const (
	// effectNone: nothing yet, as it is a part of something, or is known.
	effectNone effectKind = iota
	// effectChanged: scopes or client policies changed.
	effectChanged
	// effectCurrent: the state is of the newest revision, at a time by the server's clock.
	effectCurrent
	// effectLost: what follows does not build on this state: it must be read anew.
	effectLost
)

type effect struct {
	kind effectKind
	// names are of the scopes that changed; nil: any may have.
	names []string
	time  time.Time
}

// replicaState has the scopes and the client policies, and where they stand in the registry's history. It changes in whole
// revisions only: what comes in several messages takes effect with the last one, and forgetParts drops what has come of it. One
// goroutine applies messages, while any number of them reads.
type replicaState struct {
	// filtered: revisions are left out that change nothing for this reader.
	filtered bool

	mutex      sync.RWMutex
	registry   *judging.Registry
	registryID string

	loading *judging.Registry
	pending []*scoperegistryv1.WatchScopesResponse_Change
}

func newReplicaState(filtered bool) *replicaState {
	return &replicaState{filtered: filtered, registry: judging.NewRegistry()}
}

// read calls a function that reads one whole revision. It must not wait for anything.
func (s *replicaState) read(look func(registry *judging.Registry, registryID string)) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	look(s.registry, s.registryID)
}

// position is the newest revision and the history that it is of; zero: there is no state yet.
func (s *replicaState) position() (revision uint64, registryID string) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.registry.Revision, s.registryID
}

// replace takes over a whole state.
func (s *replicaState) replace(registry *judging.Registry, registryID string) {
	s.mutex.Lock()
	s.registry, s.registryID = registry, registryID
	s.mutex.Unlock()
	s.forgetParts()
}

// forgetParts: the feed has ended, and what had come of a snapshot or a revision in parts does not count.
func (s *replicaState) forgetParts() {
	s.loading, s.pending = nil, nil
}

// apply takes in the next message of the feed, and keeps what is in it.
func (s *replicaState) apply(message *scoperegistryv1.WatchScopesResponse) effect {
	switch event := message.GetEvent().(type) {
	case *scoperegistryv1.WatchScopesResponse_Snapshot_:
		return s.load(event.Snapshot, message.GetRegistryId())
	case *scoperegistryv1.WatchScopesResponse_Change_:
		return s.change(event.Change)
	case *scoperegistryv1.WatchScopesResponse_Bookmark_:
		return s.bookmark(event.Bookmark, message.GetRegistryId())
	default:
		// One that this version does not know.
		return effect{}
	}
}

func (s *replicaState) load(part *scoperegistryv1.WatchScopesResponse_Snapshot, registryID string) effect {
	if s.loading == nil {
		s.loading = judging.NewRegistry()
	}
	for _, scope := range part.GetScopes() {
		s.loading.Set(knownState(scope))
	}
	for _, policy := range part.GetClientPolicies() {
		s.loading.SetClient(policy)
	}
	if !part.GetComplete() {
		return effect{}
	}
	s.loading.Revision = part.GetRevision()
	s.replace(s.loading, registryID)
	return effect{kind: effectChanged}
}

func (s *replicaState) change(part *scoperegistryv1.WatchScopesResponse_Change) effect {
	revision, _ := s.position()
	next := part.GetRevision()
	if next <= revision {
		return effect{}
	}
	if !s.filtered && next != revision+1 {
		return effect{kind: effectLost}
	}
	s.pending = append(s.pending, part)
	if part.GetContinued() {
		return effect{}
	}
	names := []string{}
	s.mutex.Lock()
	for _, part := range s.pending {
		names = s.take(part, names)
	}
	s.registry.Revision = next
	s.mutex.Unlock()
	s.pending = nil
	return effect{kind: effectChanged, names: names}
}

func (s *replicaState) take(part *scoperegistryv1.WatchScopesResponse_Change, names []string) []string {
	for _, change := range part.GetChanges() {
		names = append(names, change.GetName())
		if after := change.GetAfter(); after != nil {
			s.registry.Set(knownState(after))
		} else {
			s.registry.Delete(change.GetName())
		}
	}
	for _, change := range part.GetClientPolicyChanges() {
		if after := change.GetAfter(); after != nil {
			s.registry.SetClient(after)
		} else {
			s.registry.DeleteClient(change.GetClientId())
		}
	}
	return names
}

func (s *replicaState) bookmark(mark *scoperegistryv1.WatchScopesResponse_Bookmark, registryID string) effect {
	revision, id := s.position()
	next := mark.GetRevision()
	// A filter leaves revisions out, which a bookmark makes up for.
	if registryID != id || next < revision || next > revision && !s.filtered {
		return effect{kind: effectLost}
	}
	if next > revision {
		s.mutex.Lock()
		s.registry.Revision = next
		s.mutex.Unlock()
	}
	if mark.GetTime() == nil {
		return effect{}
	}
	return effect{kind: effectCurrent, time: mark.GetTime().AsTime()}
}

// knownState has a scope in a state that this version does not know be one that may not be granted.
func knownState(scope *scoperegistryv1.Scope) *scoperegistryv1.Scope {
	if _, known := scoperegistryv1.ScopeState_name[int32(scope.GetState())]; !known {
		scope.State = scoperegistryv1.ScopeState_SCOPE_STATE_DISABLED
	}
	return scope
}
