package scoperegistry

import (
	"errors"
	"time"
)

// ReplicaOptions say what a replica follows and keeps. The zero value follows the whole registry and keeps no file.
type ReplicaOptions struct {
	// SnapshotFile is the file that keeps the newest state, so that the replica can start while the registry is away: in a folder
	// that this process may write. Empty: none is kept. It holds scopes, client policies and no secrets, but who can write it
	// decides what is granted.
	SnapshotFile string
	// SnapshotFileAfter is how long the replica waits for the registry at start before it is ready with what the snapshot file
	// holds; 3 s if zero. It waits no longer than the first attempt fails.
	SnapshotFileAfter time.Duration
	// Owner has only scopes of this owner followed. All others are UNKNOWN to the replica.
	Owner string
	// Resource has only scopes followed that are tied to this resource URI (RFC 8707).
	Resource string
	// NoUsageReports has the registry not be told which client was granted which scope on which day, by which an owner knows whom
	// disabling a scope would break. It is told in the background, and never disturbs judging.
	NoUsageReports bool
	// UsageInterval is how often that is told; a minute if zero.
	UsageInterval time.Duration
	// OnProblem hears of every problem, in the goroutine that has met it; several may at once. Nil: the first one of each break is logged with slog.
	OnProblem func(ReplicaProblem)
	// OnFollowing hears that the replica has the newest state and follows the registry: at first, and again after each break. It
	// must not wait for anything. It may be nil.
	OnFollowing func(revision uint64)
}

// ReplicaProblem is what has gone wrong with a replica. It goes on judging with what it has, and tries again by itself.
type ReplicaProblem struct {
	// Message is a sentence, without tokens or secrets.
	Message string
	Err     error
	// RetryIn is after how long it tries again; zero: it does not.
	RetryIn time.Duration
}

// ReplicaChange is what a change of the registry did.
type ReplicaChange struct {
	// Revision is the one that the replica has now.
	Revision uint64
	// Names are of the scopes that are new, changed or gone, none where only client policies changed.
	Names []string
	// StartedOver: any scope may be another one, as the replica has begun anew with a snapshot. Names is empty then.
	StartedOver bool
}

var (
	// ErrReplicaNotReady tells that there is nothing to judge by yet: wait for Ready.
	ErrReplicaNotReady = errors.New("the replica has no scopes to judge by yet: wait for Ready")
	// ErrReplicaClosed tells that the replica was closed before it was ready.
	ErrReplicaClosed = errors.New("the replica was closed before it was ready")
)
