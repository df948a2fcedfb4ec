package scoperegistry

import (
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

const (
	usualUsageInterval = time.Minute
	// maxUsagePairs is how many pairs of a client and a scope are kept between two reports.
	maxUsagePairs = 50_000
	// lastReportWithin is how long closing waits for the last report.
	lastReportWithin = 2 * time.Second
	secondsOfDay     = 24 * 60 * 60
)

// usageReporter counts who was granted what, and reports it to the registry in the background.
type usageReporter struct {
	registry scoperegistryv1.ScopeRegistryClient
	interval time.Duration
	problems *problemReporter
	tally    *usageTally
}

func newUsageReporter(conn *Conn, interval time.Duration, problems *problemReporter) *usageReporter {
	if interval <= 0 {
		interval = usualUsageInterval
	}
	return &usageReporter{conn.Registry, interval, problems, newUsageTally(maxUsagePairs)}
}

// note counts what a client was granted today.
func (u *usageReporter) note(clientID string, judgement *judging.Judgement) {
	u.tally.add(clientID, judgement, time.Now().Unix()/secondsOfDay)
}

// run reports until the context ends, and then a last time, for two seconds at the most.
func (u *usageReporter) run(ctx context.Context) {
	ticker := time.NewTicker(u.interval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-ticker.C:
			u.report(ctx, u.interval)
		case <-ctx.Done():
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastReportWithin)
	defer cancel()
	u.report(last, 0)
}

func (u *usageReporter) report(ctx context.Context, retryIn time.Duration) {
	batches := inBatches(u.tally.take())
	for at, batch := range batches {
		request := &scoperegistryv1.ReportUsageRequest{}
		for _, use := range batch {
			day := time.Unix(use.day*secondsOfDay, 0).UTC().Format(time.DateOnly)
			request.Uses = append(request.Uses, &scoperegistryv1.ScopeUse{Name: use.name, ClientId: use.clientID, Day: day})
		}
		_, err := u.registry.ReportUsage(ctx, request)
		if err == nil {
			u.problems.over(usagePart)
			continue
		}
		// Those that the registry takes for no facts, as a clock is wrong for example, would be refused for ever.
		if status.Code(err) == codes.InvalidArgument {
			at++
		}
		u.tally.putBack(slices.Concat(batches[at:]...))
		if ctx.Err() == context.Canceled {
			// The last report brings it.
			return
		}
		u.problems.report(usagePart, ReplicaProblem{fmt.Sprintf("usage cannot be reported: %v", err), err, retryIn})
		return
	}
}
