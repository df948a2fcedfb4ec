// Quickstart registers a scope and judges by it, where `npm start` of the registry runs.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func main() {
	ctx := context.Background()

	// A resource server registers what it has, when it starts.
	registered, err := scoperegistry.RegisterAtStartup(ctx, dial("BILLING_API"), scoperegistry.Registration{
		Scopes: []*scoperegistryv1.ScopeDefinition{{Name: "invoices:read", Description: "Read your invoices"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Registered:", registered.Scopes)

	// The token issuer follows the registry, and judges without asking it.
	replica := scoperegistry.NewReplica(dial("AUTH_SERVER"), scoperegistry.ReplicaOptions{})
	defer replica.Close()
	if err := replica.Ready(ctx); err != nil {
		log.Fatal(err)
	}
	for _, scope := range []string{"invoices:read", "invoices:read payments:send"} {
		judgement, err := replica.Judge(judging.Request{ClientID: "web-shop", Scope: scope})
		if err != nil {
			log.Fatal(err)
		}
		if judgement.Valid {
			fmt.Println("Granted:", judgement.GrantedScopes)
		} else {
			fmt.Println("Refused:", judgement.ErrorDescription)
		}
	}
}

// dial connects with one of the tokens that the registry prints in dev mode.
func dial(variable string) *scoperegistry.Conn {
	address := os.Getenv("SCOPE_REGISTRY_ADDRESS")
	if address == "" {
		address = "127.0.0.1:50051"
	}
	conn, err := scoperegistry.Dial(address, scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: scoperegistry.Secret(os.Getenv(variable))},
	})
	if err != nil {
		log.Fatal(err)
	}
	return conn
}
