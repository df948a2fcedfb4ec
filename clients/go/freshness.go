package scoperegistry

import (
	"sync"
	"time"
)

// freshness knows when the state was last known to be the newest, by this process's own clock. The clocks of two machines differ:
// only the first bookmark of a feed is compared with the clock here, as nothing else tells how old it is; of the others it counts
// that their time goes on.
type freshness struct {
	mutex sync.Mutex
	// asOf is zero if it was never known.
	asOf     time.Time
	lastTime time.Time
}

// age is how long ago; false: it was never known.
func (f *freshness) age() (time.Duration, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return time.Since(f.asOf), !f.asOf.IsZero()
}

// restore: a state was the newest at a time, by a clock that is trusted.
func (f *freshness) restore(at time.Time) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.asOf = pastTime(at)
}

// beginFeed: another feed begins, maybe of another server with another clock.
func (f *freshness) beginFeed() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.lastTime = time.Time{}
}

// mark: the feed says that there was nothing newer at a time, by the server's clock.
func (f *freshness) mark(at time.Time) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	isFirst, goesOn := f.lastTime.IsZero(), at.After(f.lastTime)
	f.lastTime = at
	if !isFirst && !goesOn {
		return
	}
	asOf := time.Now()
	if isFirst {
		asOf = pastTime(at)
	}
	if asOf.After(f.asOf) {
		f.asOf = asOf
	}
}

// pastTime is a time by the clock that does not jump. One in the future is now.
func pastTime(at time.Time) time.Time {
	now := time.Now()
	return now.Add(-max(0, now.Round(0).Sub(at)))
}
