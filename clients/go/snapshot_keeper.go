package scoperegistry

import (
	"context"
	"fmt"
	"time"
)

const (
	// writeAfter is how long changes are gathered before the file is written.
	writeAfter = time.Second
	// rewriteAfter is how long after a failure it is tried again.
	rewriteAfter = 10 * time.Second
	// renewAfter is how often the file is written although nothing changes: so much older it may make a state look.
	renewAfter = 10 * time.Minute
)

// snapshotKeeper keeps a snapshot file up to date. A failure is told and tried again; it never disturbs whoever judges.
type snapshotKeeper struct {
	path string
	// take gives the state to write; nil: there is none yet.
	take     func() *savedSnapshot
	problems *problemReporter
	due      chan struct{}
}

func newSnapshotKeeper(path string, take func() *savedSnapshot, problems *problemReporter) *snapshotKeeper {
	return &snapshotKeeper{path, take, problems, make(chan struct{}, 1)}
}

// changed: the state has changed, and the file is written soon.
func (k *snapshotKeeper) changed() {
	select {
	case k.due <- struct{}{}:
	default:
	}
}

// run writes until the context ends, and then a last time.
func (k *snapshotKeeper) run(ctx context.Context) {
	renewal := time.NewTicker(renewAfter)
	defer renewal.Stop()
	for ctx.Err() == nil {
		select {
		case <-k.due:
		case <-renewal.C:
		case <-ctx.Done():
			continue
		}
		pause(ctx, writeAfter)
		for ctx.Err() == nil && !k.write(rewriteAfter) {
			pause(ctx, rewriteAfter)
		}
	}
	k.write(0)
}

// write tells whether nothing is left to be written.
func (k *snapshotKeeper) write(retryIn time.Duration) bool {
	// What changes from here on is written the next time.
	select {
	case <-k.due:
	default:
	}
	snapshot := k.take()
	if snapshot == nil {
		return true
	}
	if err := writeSnapshotFile(k.path, snapshot); err != nil {
		message := fmt.Sprintf("the snapshot file %s cannot be written: %v", k.path, err)
		k.problems.report(filePart, ReplicaProblem{message, err, retryIn})
		return false
	}
	k.problems.over(filePart)
	return true
}
