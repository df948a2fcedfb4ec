// Billing is a resource server that registers its scopes when it starts, and does not start where the registry refuses them.
//
//	BILLING_API=… ISSUER_KEY=… go run ./examples/billing
package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"log"
	"net/http"
	"os"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	"github.com/scope-registry/scope-registry/clients/go/examples/tokens"
)

func main() {
	issuer, err := base64.RawURLEncoding.DecodeString(os.Getenv("ISSUER_KEY"))
	if err != nil || len(issuer) != ed25519.PublicKeySize {
		log.Fatal("ISSUER_KEY must be the key that the issuer prints")
	}
	conn, err := scoperegistry.Dial("127.0.0.1:50051", scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: scoperegistry.Secret(os.Getenv("BILLING_API"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := registerScopes(context.Background(), conn, 1); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:9001", newAPI(issuer)))
}

func newAPI(issuer ed25519.PublicKey) http.Handler {
	invoices := func(response http.ResponseWriter, _ *http.Request) { _, _ = response.Write([]byte("[]\n")) }
	mux := http.NewServeMux()
	mux.Handle("GET /invoices", tokens.RequireScope(issuer, billing, "invoices:read", invoices))
	return mux
}
