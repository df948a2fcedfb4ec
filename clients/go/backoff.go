package scoperegistry

import (
	"context"
	"math/rand/v2"
	"time"
)

// pauses grow from the first to the longest.
type pauses struct {
	first, longest time.Duration
}

// after is how long to wait after an attempt, counted from 1: by chance, so that callers part, out of a range that doubles.
func (p pauses) after(attempt int) time.Duration {
	most := p.longest
	if shift := attempt - 1; shift < 20 {
		most = min(most, p.first<<shift)
	}
	return p.first/2 + rand.N(most)
}

// pause waits, unless the context ends before.
func pause(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
