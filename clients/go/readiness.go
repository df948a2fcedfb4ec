package scoperegistry

import (
	"context"
	"sync"
	"sync/atomic"
)

// readiness is whether a replica has something to judge by, or why it has not.
type readiness struct {
	isReady atomic.Bool
	ready   chan struct{}

	mutex sync.Mutex
	// refused is closed with the first refusal; the newest is told.
	refused chan struct{}
	refusal error
}

func newReadiness() *readiness {
	return &readiness{ready: make(chan struct{}), refused: make(chan struct{})}
}

// is tells whether it has begun. It costs next to nothing.
func (r *readiness) is() bool {
	return r.isReady.Load()
}

// begin: there is something to judge by from now on.
func (r *readiness) begin() {
	if !r.isReady.Swap(true) {
		close(r.ready)
	}
}

// refuse tells those who wait that there is nothing, and why.
func (r *readiness) refuse(err error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.refusal == nil {
		close(r.refused)
	}
	r.refusal = err
}

func (r *readiness) wait(ctx context.Context) error {
	select {
	case <-r.ready:
		return nil
	default:
	}
	select {
	case <-r.ready:
		return nil
	case <-r.refused:
		r.mutex.Lock()
		defer r.mutex.Unlock()
		return r.refusal
	case <-ctx.Done():
		return ctx.Err()
	}
}
