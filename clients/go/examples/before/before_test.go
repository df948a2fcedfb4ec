package before_test

import (
	"crypto/ed25519"
	"net/http"
	"testing"

	"github.com/scope-registry/scope-registry/clients/go/examples/before"
	"github.com/scope-registry/scope-registry/clients/go/examples/tokens/tokenstest"
)

func TestTheIssuerKnowsTheScopesItself(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	issuer := before.TokenEndpoint(private, map[string]string{"web-shop": "secret"})
	api := before.NewAPI(public)
	token, _ := tokenstest.Ask(t, issuer, "web-shop", "secret", "scope=invoices:read")
	if code := tokenstest.Get(api, "/invoices", token); code != http.StatusOK {
		t.Errorf("with a token it is answered %d", code)
	}
	if code := tokenstest.Get(api, "/invoices", token+"x"); code != http.StatusUnauthorized {
		t.Errorf("with another it is answered %d", code)
	}
	none, _ := tokenstest.Ask(t, issuer, "web-shop", "secret", "")
	if code := tokenstest.Get(api, "/invoices", none); code != http.StatusUnauthorized {
		t.Errorf("with a token for nobody it is answered %d", code)
	}
	if _, reason := tokenstest.Ask(t, issuer, "web-shop", "secret", "scope=invoices:export"); reason != "invalid_scope" {
		t.Errorf("a new scope is answered %s", reason)
	}
	if _, reason := tokenstest.Ask(t, issuer, "web-shop", "wrong", "scope=invoices:read"); reason != "invalid_client" {
		t.Errorf("a wrong secret is answered %s", reason)
	}
}
