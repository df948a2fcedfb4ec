package scoperegistry_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/internal/devregistry"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

const (
	readAndValidate = "scope_registry.read scope_registry.validate"
	register        = "scope_registry.register"
	admin           = "scope_registry.admin"
)

// shared is the registry of all tests that stop none. Each registers names of its own.
var shared *devregistry.Registry

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) (code int) {
	folder, err := os.MkdirTemp("", "scope-registry-go-")
	if err == nil {
		defer os.RemoveAll(folder)
		shared, err = devregistry.Start(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := shared.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

// startRegistry starts a registry of a test's own.
func startRegistry(t *testing.T) *devregistry.Registry {
	t.Helper()
	registry, err := devregistry.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := registry.Stop(); err != nil {
			t.Error(err)
		}
	})
	return registry
}

// dial connects as a client with scopes.
func dial(t *testing.T, registry *devregistry.Registry, client, scope string) *scoperegistry.Conn {
	t.Helper()
	token, err := registry.Token(t.Context(), client, scope)
	if err != nil {
		t.Fatal(err)
	}
	return dialWith(t, registry.Address, scoperegistry.StaticToken{Token: scoperegistry.Secret(token)})
}

func dialWith(t *testing.T, address string, credentials scoperegistry.Credentials) *scoperegistry.Conn {
	t.Helper()
	conn, err := scoperegistry.Dial(address, scoperegistry.Options{Credentials: credentials})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func registerScopes(t *testing.T, conn *scoperegistry.Conn, names ...string) {
	t.Helper()
	registration := scoperegistry.Registration{Mode: scoperegistryv1.RegistrationMode_REGISTRATION_MODE_REPLACE}
	for _, name := range names {
		registration.Scopes = append(registration.Scopes, &scoperegistryv1.ScopeDefinition{Name: name, Description: "Use " + name})
	}
	if _, err := scoperegistry.RegisterAtStartup(t.Context(), conn, registration); err != nil {
		t.Fatal(err)
	}
}

// newReplica makes a replica that is closed at the end, and whose problems fail no test.
func newReplica(t *testing.T, conn *scoperegistry.Conn, options scoperegistry.ReplicaOptions) *scoperegistry.Replica {
	t.Helper()
	if options.OnProblem == nil {
		options.OnProblem = func(problem scoperegistry.ReplicaProblem) { t.Log(problem.Message) }
	}
	replica := scoperegistry.NewReplica(conn, options)
	t.Cleanup(replica.Close)
	return replica
}

func waitReady(t *testing.T, replica *scoperegistry.Replica) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := replica.Ready(ctx); err != nil {
		t.Fatal(err)
	}
}

func judge(t *testing.T, replica *scoperegistry.Replica, scope string) judging.Judgement {
	t.Helper()
	judgement, err := replica.Judge(judging.Request{Scope: scope})
	if err != nil {
		t.Fatal(err)
	}
	return judgement
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it has not come about that %s", what)
		}
	}
}
