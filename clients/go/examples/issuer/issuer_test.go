package main

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	"github.com/scope-registry/scope-registry/clients/go/examples/before"
	"github.com/scope-registry/scope-registry/clients/go/examples/tokens/tokenstest"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/internal/devregistry"
)

func TestTheIssuerGrantsWhatIsRegisteredWhileItRuns(t *testing.T) {
	registry, err := devregistry.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = registry.Stop() })
	snapshotFile := filepath.Join(t.TempDir(), "scopes")
	conn := dial(t, registry, "auth-server", "scope_registry.read scope_registry.validate")
	replica, err := followScopes(t.Context(), conn, snapshotFile)
	if err != nil {
		t.Fatal(err)
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	issuer := tokenEndpoint(replica, private, map[string]string{"web-shop": "secret"})
	if _, reason := tokenstest.Ask(t, issuer, "web-shop", "secret", "scope=invoices:read"); reason != "invalid_scope" {
		t.Errorf("a scope that nobody has registered is answered %s", reason)
	}

	_, err = dial(t, registry, "billing-api", "scope_registry.register").Registry.RegisterScopes(t.Context(),
		&scoperegistryv1.RegisterScopesRequest{Scopes: []*scoperegistryv1.ScopeDefinition{
			{Name: "invoices:read", Description: "Read your invoices", Resources: []string{"https://billing.example.com/"}},
		}})
	if err != nil {
		t.Fatal(err)
	}
	var token string
	for deadline := time.Now().Add(20 * time.Second); token == "" && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		token, _ = tokenstest.Ask(t, issuer, "web-shop", "secret", "scope=invoices:read&resource=https://billing.example.com/")
	}
	// The API that knows nothing of the registry takes the token.
	if code := tokenstest.Get(before.NewAPI(public), "/invoices", token); code != http.StatusOK {
		t.Errorf("the API answers %d", code)
	}
	if _, reason := tokenstest.Ask(t, issuer, "web-shop", "secret", "scope=invoices:read&resource=billing"); reason != "invalid_request" {
		t.Errorf("what is no resource is answered %s", reason)
	}
	if _, reason := tokenstest.Ask(t, issuer, "web-shop", "wrong", "scope=invoices:read"); reason != "invalid_client" {
		t.Errorf("a wrong secret is answered %s", reason)
	}
	replica.Close()

	// Started again while the registry is away, it goes on with its file.
	if err := registry.Stop(); err != nil {
		t.Fatal(err)
	}
	again, err := followScopes(t.Context(), conn, snapshotFile)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	issuer = tokenEndpoint(again, private, map[string]string{"web-shop": "secret"})
	if token, _ := tokenstest.Ask(t, issuer, "web-shop", "secret", "scope=invoices:read"); token == "" {
		t.Error("it does not go on without the registry")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := followScopes(ctx, conn, filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("it begins without anything to judge by")
	}
}

func dial(t *testing.T, registry *devregistry.Registry, client, scope string) *scoperegistry.Conn {
	t.Helper()
	token, err := registry.Token(t.Context(), client, scope)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := scoperegistry.Dial(registry.Address, scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: scoperegistry.Secret(token)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
