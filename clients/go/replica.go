package scoperegistry

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// Replica has the registry's scopes in the token issuer's own process, kept by following the registry. Judging asks nobody and
// waits for nothing: it goes on when the registry is away. All methods may be called by many goroutines at once. What they answer
// of the registry is shared, and must not be changed.
type Replica struct {
	options   ReplicaOptions
	state     *replicaState
	freshness freshness
	problems  *problemReporter
	usage     *usageReporter
	keeper    *snapshotKeeper
	ready     *readiness
	connected atomic.Bool
	listeners locked[map[int]func(ReplicaChange)]
	added     int

	closed    atomic.Bool
	cancel    context.CancelFunc
	following sync.WaitGroup
	// reporting are those that have something to do after the last message.
	reporting       sync.WaitGroup
	cancelReporting context.CancelFunc
}

// NewReplica makes a replica, which begins to follow the registry at once: wait for [Replica.Ready] before it judges. The
// connection's credentials need scope_registry.read and, as what each client may ask for comes with the scopes,
// scope_registry.validate. It is not closed with the replica.
func NewReplica(conn *Conn, options ReplicaOptions) *Replica {
	following, cancel := context.WithCancel(context.Background())
	reporting, cancelReporting := context.WithCancel(context.Background())
	replica := &Replica{
		options:         options,
		state:           newReplicaState(options.Owner != "" || options.Resource != ""),
		problems:        &problemReporter{onProblem: options.OnProblem},
		ready:           newReadiness(),
		cancel:          cancel,
		cancelReporting: cancelReporting,
	}
	replica.listeners.value = map[int]func(ReplicaChange){}
	if options.SnapshotFile != "" {
		replica.keeper = newSnapshotKeeper(options.SnapshotFile, replica.takeSnapshot, replica.problems)
		replica.reporting.Go(func() { replica.keeper.run(reporting) })
	}
	if !options.NoUsageReports {
		replica.usage = newUsageReporter(conn, options.UsageInterval, replica.problems)
		replica.reporting.Go(func() { replica.usage.run(reporting) })
	}
	replica.following.Go(func() { replica.follow(following, conn) })
	return replica
}

// Ready waits until there is something to judge by: the registry's newest state or, while the registry is away, what the snapshot
// file holds. It fails when the context ends, with [ErrReplicaClosed], or with the registry's refusal where there is no such file;
// the replica goes on trying then.
func (r *Replica) Ready(ctx context.Context) error {
	return r.ready.wait(ctx)
}

// Judge judges requested scopes as the ValidateScopes RPC does. It fails with [*judging.InvalidRequestError] where the RPC answers
// INVALID_ARGUMENT, and with [ErrReplicaNotReady].
func (r *Replica) Judge(request judging.Request) (judging.Judgement, error) {
	if !r.ready.is() {
		return judging.Judgement{}, ErrReplicaNotReady
	}
	r.state.mutex.RLock()
	judgement, err := r.state.registry.Judge(request)
	r.state.mutex.RUnlock()
	if err == nil && r.usage != nil && !r.closed.Load() {
		r.usage.note(request.ClientID, &judgement)
	}
	return judgement, err
}

// Allows tells whether [Replica.Judge] would find a request valid, for less: where no more is asked. A question is no use of a
// scope, and is not counted. It fails as Judge does.
func (r *Replica) Allows(request judging.Request) (bool, error) {
	if !r.ready.is() {
		return false, ErrReplicaNotReady
	}
	r.state.mutex.RLock()
	defer r.state.mutex.RUnlock()
	return r.state.registry.Allows(request)
}

// Get gives the scope of this exact name, in any state; nil: there is none.
func (r *Replica) Get(name string) *scoperegistryv1.Scope {
	r.state.mutex.RLock()
	defer r.state.mutex.RUnlock()
	return r.state.registry.Get(name)
}

// Resolve tells what a requested name stands for, in any state: a scope, by its name or an alias, or an instance of a template;
// false: nothing.
func (r *Replica) Resolve(name string) (judging.Resolved, bool) {
	r.state.mutex.RLock()
	defer r.state.mutex.RUnlock()
	return r.state.registry.Resolve(name)
}

// Scopes gives all scopes of one revision, in any state, in no order.
func (r *Replica) Scopes() []*scoperegistryv1.Scope {
	r.state.mutex.RLock()
	defer r.state.mutex.RUnlock()
	return r.state.registry.Scopes()
}

// Size is the number of scopes, in any state.
func (r *Replica) Size() int {
	r.state.mutex.RLock()
	defer r.state.mutex.RUnlock()
	return r.state.registry.Size()
}

// Revision is the newest one that the replica has; 0: it has nothing yet.
func (r *Replica) Revision() uint64 {
	revision, _ := r.state.position()
	return revision
}

// RegistryID is the identity of the registry's history; empty: the replica has nothing yet.
func (r *Replica) RegistryID() string {
	_, id := r.state.position()
	return id
}

// Lag is how long ago the replica was last known to have the newest revision. While it follows the registry this is at most some
// seconds; it grows while the registry, or the registry's store, is away. Where it is not known it is the longest duration that
// there is.
func (r *Replica) Lag() time.Duration {
	if age, known := r.freshness.age(); known {
		return age
	}
	return math.MaxInt64
}

// Connected tells whether the registry is being followed at the moment, and all that it had was taken in.
func (r *Replica) Connected() bool {
	return r.connected.Load()
}

// OnChange calls a function after each change, until the returned function is called. They are called one after the other, and the
// next change waits for them: what takes long belongs into a goroutine.
func (r *Replica) OnChange(listener func(ReplicaChange)) (remove func()) {
	var id int
	r.listeners.do(func(listeners *map[int]func(ReplicaChange)) {
		r.added++
		id = r.added
		(*listeners)[id] = listener
	})
	return func() {
		r.listeners.do(func(listeners *map[int]func(ReplicaChange)) { delete(*listeners, id) })
	}
}

// Close stops following, writes the snapshot file and reports usage a last time, for two seconds at the most. Judging goes on with
// what the replica has, and is no longer counted. It must not be called by a listener.
func (r *Replica) Close() {
	r.closed.Store(true)
	r.cancel()
	r.ready.refuse(ErrReplicaClosed)
	r.following.Wait()
	r.cancelReporting()
	r.reporting.Wait()
}
