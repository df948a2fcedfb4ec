// Copied is what the catalogue gives to copy for a token issuer.
package main

import (
	"context"
	"fmt"
	"log"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func main() {
	conn, err := scoperegistry.Dial("registry.example.com:50051", scoperegistry.Options{
		Credentials: scoperegistry.TokenFile{Path: "/var/run/secrets/registry-token"},
		Plaintext:   true,
	})
	if err != nil {
		log.Fatal(err)
	}
	replica := scoperegistry.NewReplica(conn, scoperegistry.ReplicaOptions{})
	defer replica.Close()
	if err := replica.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
	judgement, err := replica.Judge(judging.Request{
		ClientID:  "CLIENT_ID",
		Scope:     "invoices:read",
		Resources: []string{"https://billing.example.com/"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(judgement.Valid, judgement.GrantedScopes, judgement.ErrorDescription)
}
