package scoperegistry

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

const (
	defaultRegistrationDeadline = 60 * time.Second
	registrationAttemptTimeout  = 10 * time.Second
)

var registrationPauses = pauses{200 * time.Millisecond, 5 * time.Second}

// Registration is what a resource server registers when it starts.
type Registration struct {
	// Scopes are the definitions: at most 5,000. A field that is left out keeps what the registry has stored.
	Scopes []*scoperegistryv1.ScopeDefinition
	// Mode is MERGE, also if unspecified, which leaves scopes alone that are not named, or REPLACE, which disables the resource
	// server's other scopes.
	Mode scoperegistryv1.RegistrationMode
	// Release is a number that rises with each deployment, at most 2^53 - 1: an older replica that restarts then changes nothing.
	// Zero: no such guard.
	Release uint64
	// DisplayName is the resource server's name for people: at most 200 characters. Empty keeps the stored one.
	DisplayName string
	// Deadline is how long to try while the registry is away; 60 s if zero. The context may end it sooner.
	Deadline time.Duration
	// OnRetry hears of each attempt that failed and will be repeated, for the log; it may be nil.
	OnRetry func(RegistrationRetry)
}

// RegistrationRetry is an attempt that failed.
type RegistrationRetry struct {
	// Attempt is counted from 1.
	Attempt int
	// Delay is how long it is waited before the next.
	Delay time.Duration
	Err   error
}

// RegisterAtStartup registers a resource server's scopes: call it before listening, so that nothing runs unprotected. While the
// registry or the authorization server is away it tries again with growing, random pauses; registering is idempotent.
//
// It fails with [*RegistrationRefusedError] at once if the registry refuses, with [*RegistrationTimeoutError] if it could not be
// reached until the deadline, with the context's error where that has ended, and with a gRPC status at once if there is no token
// to be had.
func RegisterAtStartup(ctx context.Context, conn *Conn, registration Registration) (*Registered, error) {
	request := &scoperegistryv1.RegisterScopesRequest{
		Scopes:      registration.Scopes,
		Mode:        registration.Mode,
		Release:     registration.Release,
		DisplayName: registration.DisplayName,
	}
	deadline := registration.Deadline
	if deadline <= 0 {
		deadline = defaultRegistrationDeadline
	}
	startedAt := time.Now()
	for attempt := 1; ; attempt++ {
		left := deadline - time.Since(startedAt)
		response, err := attemptRegistration(ctx, conn, request, min(registrationAttemptTimeout, left))
		if err == nil {
			return readRegistered(response, registration.Scopes), nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		refusal := Refusal(err)
		if !mayPass(err, refusal) {
			if refusal != nil {
				return nil, &RegistrationRefusedError{*refusal, err}
			}
			return nil, err
		}
		delay := max(registrationPauses.after(attempt), retryAfter(err))
		if elapsed := time.Since(startedAt); delay >= deadline-elapsed {
			return nil, &RegistrationTimeoutError{attempt, elapsed, err}
		}
		if registration.OnRetry != nil {
			registration.OnRetry(RegistrationRetry{attempt, delay, err})
		}
		pause(ctx, delay)
		conn.conn.ResetConnectBackoff()
	}
}

func attemptRegistration(
	ctx context.Context, conn *Conn, request *scoperegistryv1.RegisterScopesRequest, timeout time.Duration,
) (*scoperegistryv1.RegisterScopesResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return conn.Registry.RegisterScopes(ctx, request)
}

// mayPass tells whether the cause of a failure goes away by itself.
func mayPass(err error, refusal *RegistryRefusal) bool {
	code := status.Code(err)
	return code == codes.Unavailable || code == codes.DeadlineExceeded || refusal != nil && refusal.Reason == "OVERLOADED"
}
