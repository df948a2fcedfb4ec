package scoperegistry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

const (
	// beginWithin is how long it may take until a feed begins: a token may have to be got before.
	beginWithin = 30 * time.Second
	// silentAtMost is how long a feed may be silent before it counts as broken. Bookmarks come every two seconds.
	silentAtMost = 15 * time.Second
)

var followPauses = pauses{100 * time.Millisecond, 5 * time.Second}

// refusedCodes are what trying again alone does not help against.
var refusedCodes = []codes.Code{
	codes.InvalidArgument, codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented, codes.FailedPrecondition,
	// The connection itself was closed.
	codes.Canceled,
}

// errLostHistory: the feed and the state do not fit together.
var errLostHistory = status.Error(codes.OutOfRange, "the registry's history is another one than the replica's: it starts over")

// feedListener hears of what the feed brings, in one goroutine.
type feedListener interface {
	// begins: a feed is opened, in place of the one before.
	begins()
	takes(effect effect)
	// breaks: the feed is opened again after a pause. refused: that alone will not help.
	breaks(err error, refused bool, retryIn time.Duration)
}

// follower follows the registry: on after a break, and from the beginning where that is refused.
type follower struct {
	conn     *Conn
	state    *replicaState
	owner    string
	resource string
	listener feedListener
}

// run follows until the context ends.
func (f *follower) run(ctx context.Context) {
	startsOver := false
	failures := 0
	for ctx.Err() == nil {
		wasCurrent := false
		f.listener.begins()
		err := f.readFeed(ctx, startsOver, func(effect effect) {
			startsOver = false
			if effect.kind == effectCurrent {
				wasCurrent = true
				failures = 0
			}
			f.listener.takes(effect)
		})
		f.state.forgetParts()
		if ctx.Err() != nil {
			return
		}
		// A feed ends with its token: the next one has a fresh one.
		if wasCurrent && isTokenRefused(err) {
			continue
		}
		startsOver = startsOver || status.Code(err) == codes.OutOfRange
		failures++
		wait := max(followPauses.after(failures), retryAfter(err))
		f.listener.breaks(err, slices.Contains(refusedCodes, status.Code(err)), wait)
		pause(ctx, wait)
		f.conn.conn.ResetConnectBackoff()
	}
}

// readFeed tells what the messages of one feed do to the state, one after the other. It fails when the feed ends, however it does.
func (f *follower) readFeed(ctx context.Context, startsOver bool, tell func(effect)) error {
	ctx, breakOff := context.WithCancelCause(ctx)
	defer breakOff(nil)
	watchdog := time.AfterFunc(beginWithin, func() {
		breakOff(errors.New("neither a token nor an answer of the registry has come within 30 seconds"))
	})
	defer func() { watchdog.Stop() }()
	hear := func() {
		watchdog.Stop()
		watchdog = time.AfterFunc(silentAtMost, func() { breakOff(errors.New("the registry has fallen silent")) })
	}
	request := &scoperegistryv1.WatchScopesRequest{Owner: f.owner, Resource: f.resource, IncludeClientPolicies: true}
	if !startsOver {
		request.SinceRevision, request.RegistryId = f.state.position()
	}
	feed, err := f.conn.Registry.WatchScopes(ctx, request)
	for err == nil {
		var message *scoperegistryv1.WatchScopesResponse
		if message, err = feed.Recv(); err != nil {
			break
		}
		hear()
		effect := f.state.apply(message)
		if effect.kind == effectLost {
			return errLostHistory
		}
		tell(effect)
	}
	return explainEnd(ctx, err)
}

func explainEnd(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && ctx.Err() != nil {
		return status.Error(codes.Unavailable, cause.Error())
	}
	if _, isStatus := status.FromError(err); !isStatus {
		return status.Error(codes.Unavailable, fmt.Sprintf("the registry has ended the feed (%v)", err))
	}
	return err
}
