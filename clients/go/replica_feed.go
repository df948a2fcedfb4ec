package scoperegistry

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/status"
)

const usualSnapshotFileAfter = 3 * time.Second

// The replica is the listener of its own feed, in the one goroutine that follows the registry.

func (r *Replica) follow(ctx context.Context, conn *Conn) {
	if r.options.SnapshotFile != "" {
		r.restore(r.options.SnapshotFile)
	}
	if revision, _ := r.state.position(); revision > 0 {
		after := r.options.SnapshotFileAfter
		if after <= 0 {
			after = usualSnapshotFileAfter
		}
		defer time.AfterFunc(after, r.ready.begin).Stop()
	}
	follower := &follower{conn, r.state, r.options.Owner, r.options.Resource, r}
	follower.run(ctx)
	r.connected.Store(false)
}

func (r *Replica) begins() {
	r.connected.Store(false)
	r.freshness.beginFeed()
}

func (r *Replica) takes(effect effect) {
	switch effect.kind {
	case effectChanged:
		r.tellOfChange(effect.names)
		if r.keeper != nil {
			r.keeper.changed()
		}
	case effectCurrent:
		r.freshness.mark(effect.time)
		r.problems.over(feedPart)
		r.ready.begin()
		if !r.connected.Swap(true) && r.options.OnFollowing != nil {
			r.options.OnFollowing(r.Revision())
		}
	}
}

func (r *Replica) breaks(err error, refused bool, retryIn time.Duration) {
	r.connected.Store(false)
	message := fmt.Sprintf("the registry cannot be followed: %s", status.Convert(err).Message())
	r.problems.report(feedPart, ReplicaProblem{message, err, retryIn})
	if r.Revision() > 0 {
		r.ready.begin()
	} else if refused {
		r.ready.refuse(err)
	}
}

func (r *Replica) tellOfChange(names []string) {
	change := ReplicaChange{Revision: r.Revision(), Names: names, StartedOver: names == nil}
	var all []func(ReplicaChange)
	r.listeners.do(func(listeners *map[int]func(ReplicaChange)) {
		for _, each := range *listeners {
			all = append(all, each)
		}
	})
	for _, listener := range all {
		listener(change)
	}
}
