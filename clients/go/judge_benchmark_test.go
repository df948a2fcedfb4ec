package scoperegistry

import (
	"fmt"
	"math/rand/v2"
	"testing"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

const namesJudged = 10

// BenchmarkJudge judges ten open names by chance, as an issuer's process does, beside what looking them up in a map costs.
func BenchmarkJudge(b *testing.B) {
	for _, size := range []int{1_000, 100_000} {
		replica, names := replicaOf(size)
		requests := make([]judging.Request, 1_000)
		for at := range requests {
			for range namesJudged {
				// A text of its own, as a request brings it.
				requests[at].Scopes = append(requests[at].Scopes, string([]byte(names[rand.N(size)])))
			}
			// Most clients ask for the same scopes each time.
			requests[at].ClientID = fmt.Sprintf("client-%d", at)
		}
		b.Run(fmt.Sprintf("scopes=%d/lookups", size), func(b *testing.B) {
			known := map[string]*scoperegistryv1.Scope{}
			for _, scope := range replica.Scopes() {
				known[scope.GetName()] = scope
			}
			for at := 0; b.Loop(); at++ {
				for _, name := range requests[at%len(requests)].Scopes {
					if known[name] == nil {
						b.Fatal(name)
					}
				}
			}
		})
		b.Run(fmt.Sprintf("scopes=%d/judge", size), func(b *testing.B) {
			b.ReportAllocs()
			for at := 0; b.Loop(); at++ {
				if judgement, err := replica.Judge(requests[at%len(requests)]); err != nil || !judgement.Valid {
					b.Fatal(judgement, err)
				}
			}
		})
		b.Run(fmt.Sprintf("scopes=%d/allows", size), func(b *testing.B) {
			for at := 0; b.Loop(); at++ {
				if allowed, err := replica.Allows(requests[at%len(requests)]); err != nil || !allowed {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("scopes=%d/judge-parallel", size), func(b *testing.B) {
			b.RunParallel(func(running *testing.PB) {
				for at := rand.N(len(requests)); running.Next(); at++ {
					if _, err := replica.Judge(requests[at%len(requests)]); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// replicaOf is a replica that follows nobody.
func replicaOf(size int) (*Replica, []string) {
	registry := judging.NewRegistry()
	names := make([]string, size)
	for at := range names {
		names[at] = fmt.Sprintf("service-%d:resource-%d:read", at%500, at)
		registry.Set(&scoperegistryv1.Scope{
			Name: names[at], Description: "Read", Owner: "api", State: scoperegistryv1.ScopeState_SCOPE_STATE_ACTIVE,
			Resources: []string{fmt.Sprintf("https://service-%d.example.com/", at%20)},
		})
	}
	replica := &Replica{state: newReplicaState(false), ready: newReadiness(), usage: &usageReporter{tally: newUsageTally(maxUsagePairs)}}
	replica.state.replace(registry, "benchmark")
	replica.ready.begin()
	return replica, names
}
