// Issuer is a token issuer that judges what clients ask for in its own process, and goes on doing so while the registry is away.
//
//	AUTH_SERVER=… go run ./examples/issuer
package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
)

func main() {
	conn, err := scoperegistry.Dial("127.0.0.1:50051", scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: scoperegistry.Secret(os.Getenv("AUTH_SERVER"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		log.Fatal(err)
	}
	replica, err := followScopes(context.Background(), conn, filepath.Join(cache, "example-issuer-scopes"))
	if err != nil {
		log.Fatal(err)
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("export ISSUER_KEY=%s\n", base64.RawURLEncoding.EncodeToString(public))
	http.HandleFunc("POST /token", tokenEndpoint(replica, private, map[string]string{"web-shop": "secret"}))
	log.Fatal(http.ListenAndServe("127.0.0.1:9000", nil))
}
