package scoperegistry_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

func definitions(names ...string) []*scoperegistryv1.ScopeDefinition {
	var made []*scoperegistryv1.ScopeDefinition
	for _, name := range names {
		made = append(made, &scoperegistryv1.ScopeDefinition{Name: name, Description: "Use " + name})
	}
	return made
}

func TestRegisterAtStartupTellsWhatBecameOfIt(t *testing.T) {
	conn := dial(t, shared, "startup-api", register)
	registration := scoperegistry.Registration{
		Scopes:  append(definitions("startup:read", "startup:{id}:read"), &scoperegistryv1.ScopeDefinition{Name: "startup:secret", Description: "Hidden", Unlisted: proto.Bool(true)}),
		Mode:    scoperegistryv1.RegistrationMode_REGISTRATION_MODE_REPLACE,
		Release: 7, DisplayName: "Startup API",
	}
	registered, err := scoperegistry.RegisterAtStartup(t.Context(), conn, registration)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(registered.Scopes, []string{"startup:read"}) || registered.Superseded || registered.Revision == 0 ||
		!strings.HasPrefix(registered.ContentHash, "xor-sha256:") || len(registered.Outcomes) != 3 ||
		registered.Outcomes["startup:read"] != scoperegistryv1.RegistrationOutcome_REGISTRATION_OUTCOME_CREATED {
		t.Errorf("it is registered as %+v", registered)
	}
	registration.Release = 6
	if older, err := scoperegistry.RegisterAtStartup(t.Context(), conn, registration); err != nil || !older.Superseded {
		t.Errorf("an older release is answered %+v, %v", older, err)
	}
}

func TestRegisterAtStartupTellsWhatWaitsForAReview(t *testing.T) {
	_, err := dial(t, shared, "operator", admin).Admin.SetResourceServer(t.Context(), &scoperegistryv1.SetResourceServerRequest{
		ResourceServer: &scoperegistryv1.ResourceServer{Name: "reviewed-api", Mode: scoperegistryv1.ResourceServerMode_RESOURCE_SERVER_MODE_REVIEW},
	})
	if err != nil {
		t.Fatal(err)
	}
	registered, err := scoperegistry.RegisterAtStartup(t.Context(), dial(t, shared, "reviewed-api", register),
		scoperegistry.Registration{Scopes: definitions("reviewed:read")})
	if err != nil || !slices.Equal(registered.Pending, []string{"reviewed:read"}) || len(registered.Scopes) > 0 {
		t.Errorf("it is registered as %+v, %v", registered, err)
	}
}

func TestRegisterAtStartupIsRefusedAtOnce(t *testing.T) {
	registerScopes(t, dial(t, shared, "first-api", register), "taken:read")
	other := dial(t, shared, "second-api", register)
	_, err := scoperegistry.RegisterAtStartup(t.Context(), other, scoperegistry.Registration{Scopes: definitions("taken:read", "second:read")})
	var refused *scoperegistry.RegistrationRefusedError
	if !errors.As(err, &refused) || refused.Reason != "SCOPE_NOT_OWNED" || refused.Metadata["scopes"] != "taken:read" || status.Code(err) != codes.PermissionDenied {
		t.Errorf("a name of another owner is answered %v", err)
	}
	_, err = scoperegistry.RegisterAtStartup(t.Context(), other, scoperegistry.Registration{
		Scopes: append(definitions("second read"), &scoperegistryv1.ScopeDefinition{Name: "second:write"}),
	})
	if !errors.As(err, &refused) || len(refused.Violations) != 2 || !strings.Contains(err.Error(), "\nscopes[1].description: ") {
		t.Errorf("two mistakes are answered %v", err)
	}
}

func TestRegisterAtStartupWaitsWhileTheRegistryIsAway(t *testing.T) {
	t.Parallel()
	registry := startRegistry(t)
	conn := dial(t, registry, "patient-api", register)
	if err := registry.Stop(); err != nil {
		t.Fatal(err)
	}
	retries := 0
	registered, err := scoperegistry.RegisterAtStartup(t.Context(), conn, scoperegistry.Registration{
		Scopes: definitions("patient:read"),
		OnRetry: func(retry scoperegistry.RegistrationRetry) {
			if retries++; retries == 1 {
				if retry.Attempt != 1 || retry.Delay <= 0 || status.Code(retry.Err) != codes.Unavailable {
					t.Errorf("the first retry is %+v", retry)
				}
				if err := registry.Restart(); err != nil {
					t.Fatal(err)
				}
			}
		},
	})
	if err != nil || !slices.Equal(registered.Scopes, []string{"patient:read"}) || retries == 0 {
		t.Errorf("after %d retries it is registered as %+v, %v", retries, registered, err)
	}
}

func TestRegisterAtStartupGivesUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	conn := dialWith(t, listener.Addr().String(), scoperegistry.NoCredentials{})
	var late *scoperegistry.RegistrationTimeoutError
	_, err = scoperegistry.RegisterAtStartup(t.Context(), conn, scoperegistry.Registration{Scopes: definitions("a"), Deadline: 200 * time.Millisecond})
	if !errors.As(err, &late) || late.Attempts == 0 {
		t.Errorf("at the deadline it fails with %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := scoperegistry.RegisterAtStartup(ctx, conn, scoperegistry.Registration{Scopes: definitions("a")}); err != context.DeadlineExceeded {
		t.Errorf("when the context ends it fails with %v", err)
	}
}
