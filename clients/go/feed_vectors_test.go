package scoperegistry

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

type feedVector struct {
	Title    string
	Filtered bool
	Steps    []struct {
		Message    json.RawMessage
		Ended      bool
		Effect     string
		Revision   uint64
		RegistryID string
		Scopes     map[string]string
		Clients    []string
	}
}

var effectNames = map[effectKind]string{
	effectNone: "none", effectChanged: "changed", effectCurrent: "current", effectLost: "lost",
}

func TestTakesInEveryFeedAsOtherReplicasDo(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "test", "vectors", "feed.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	// What this test does not know fails, so that no case is passed over.
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var vectors []feedVector
	if err := decoder.Decode(&vectors); err != nil {
		t.Fatal(err)
	}
	for _, vector := range vectors {
		t.Run(vector.Title, func(t *testing.T) {
			state := newReplicaState(vector.Filtered)
			for at, step := range vector.Steps {
				if step.Ended {
					state.forgetParts()
				} else {
					var message scoperegistryv1.WatchScopesResponse
					if err := protojson.Unmarshal(step.Message, &message); err != nil {
						t.Fatal(err)
					}
					if got := effectNames[state.apply(&message).kind]; got != step.Effect {
						t.Errorf("step %d has the effect %s, want %s", at, got, step.Effect)
					}
				}
				state.read(func(registry *judging.Registry, registryID string) {
					if registry.Revision != step.Revision || registryID != step.RegistryID {
						t.Errorf("step %d is at %d of %s, want %d of %s", at, registry.Revision, registryID, step.Revision, step.RegistryID)
					}
					scopes := map[string]string{}
					for _, scope := range registry.Scopes() {
						scopes[scope.GetName()] = strings.TrimPrefix(scope.GetState().String(), "SCOPE_STATE_")
					}
					if !maps.Equal(scopes, step.Scopes) {
						t.Errorf("step %d has the scopes %v, want %v", at, scopes, step.Scopes)
					}
					var clients []string
					for _, policy := range registry.Clients() {
						clients = append(clients, policy.GetClientId())
					}
					if slices.Sort(clients); !slices.Equal(clients, slices.Sorted(slices.Values(step.Clients))) {
						t.Errorf("step %d has the clients %v, want %v", at, clients, step.Clients)
					}
				})
			}
		})
	}
}
