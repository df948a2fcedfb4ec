package main

import (
	"crypto/ed25519"
	"errors"
	"net/http"
	"testing"
	"time"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	"github.com/scope-registry/scope-registry/clients/go/examples/tokens"
	"github.com/scope-registry/scope-registry/clients/go/examples/tokens/tokenstest"
	"github.com/scope-registry/scope-registry/clients/go/internal/devregistry"
)

func TestBillingRegistersAndGuards(t *testing.T) {
	registry, err := devregistry.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = registry.Stop() })
	if err := registerScopes(t.Context(), dial(t, registry, "billing-api"), 1); err != nil {
		t.Fatal(err)
	}
	var refused *scoperegistry.RegistrationRefusedError
	if err := registerScopes(t.Context(), dial(t, registry, "other-api"), 1); !errors.As(err, &refused) {
		t.Errorf("another API that has the same names is answered %v", err)
	}

	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for scope, want := range map[string]int{"invoices:read": http.StatusOK, "invoices:write": http.StatusForbidden} {
		claims := tokens.Claims{Audience: []string{billing}, Scope: scope, Expires: time.Now().Add(time.Minute).Unix()}
		token, err := tokens.Sign(private, claims)
		if err != nil {
			t.Fatal(err)
		}
		if code := tokenstest.Get(newAPI(public), "/invoices", token); code != want {
			t.Errorf("with %s it is answered %d", scope, code)
		}
	}
}

func dial(t *testing.T, registry *devregistry.Registry, client string) *scoperegistry.Conn {
	t.Helper()
	token, err := registry.Token(t.Context(), client, "scope_registry.register")
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
