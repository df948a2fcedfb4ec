// Package before is an API and a token issuer that know nothing of a registry: where docs/go.md begins.
package before

import (
	"crypto/ed25519"
	"net/http"

	"github.com/scope-registry/scope-registry/clients/go/examples/tokens"
)

// NewAPI makes the billing API. Its scopes are known to whoever reads this.
func NewAPI(issuer ed25519.PublicKey) http.Handler {
	invoices := func(response http.ResponseWriter, _ *http.Request) { _, _ = response.Write([]byte("[]\n")) }
	mux := http.NewServeMux()
	mux.Handle("GET /invoices", tokens.RequireScope(issuer, "https://billing.example.com/", "invoices:read", invoices))
	return mux
}
