package scoperegistry_test

import (
	"context"
	"fmt"
	"log"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// The registry of the examples: where `npm start` runs, with two of the tokens that it prints.
func exampleRegistry() (address string, billing, authServer scoperegistry.Secret) {
	billingToken, err := shared.Token(context.Background(), "billing-api", "scope_registry.register")
	if err != nil {
		log.Fatal(err)
	}
	authServerToken, err := shared.Token(context.Background(), "auth-server", "scope_registry.read scope_registry.validate")
	if err != nil {
		log.Fatal(err)
	}
	return shared.Address, scoperegistry.Secret(billingToken), scoperegistry.Secret(authServerToken)
}

// A resource server registers what it has when it starts, and the token issuer judges without asking the registry.
func Example() {
	address, billingToken, authServerToken := exampleRegistry()
	ctx := context.Background()
	billing, err := scoperegistry.Dial(address, scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: billingToken},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer billing.Close()
	registered, err := scoperegistry.RegisterAtStartup(ctx, billing, scoperegistry.Registration{
		Scopes: []*scoperegistryv1.ScopeDefinition{{Name: "invoices:read", Description: "Read your invoices"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Registered:", registered.Scopes)

	issuer, err := scoperegistry.Dial(address, scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: authServerToken},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer issuer.Close()
	replica := scoperegistry.NewReplica(issuer, scoperegistry.ReplicaOptions{})
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
	// Output:
	// Registered: [invoices:read]
	// Granted: [invoices:read]
	// Refused: Scope payments:send is not registered
}

// The token is got from the authorization server and renewed, and TLS is spoken as the host is not loopback.
func ExampleDial() {
	conn, err := scoperegistry.Dial("registry.example.com:50051", scoperegistry.Options{
		Credentials: scoperegistry.ClientCredentials{
			Issuer:           "https://login.example.com",
			ClientID:         "billing-api",
			ClientSecretFile: "/var/run/secrets/billing-api",
			Scope:            "scope_registry.register",
			Resources:        []string{"https://scopes.example.com"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	// Output:
}

// A refusal has a reason for programs, and every broken rule.
func ExampleRefusal() {
	address, billingToken, _ := exampleRegistry()
	conn, err := scoperegistry.Dial(address, scoperegistry.Options{
		Credentials: scoperegistry.StaticToken{Token: billingToken},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	_, err = conn.Registry.RegisterScopes(context.Background(), &scoperegistryv1.RegisterScopesRequest{
		Scopes: []*scoperegistryv1.ScopeDefinition{{Name: "docs read"}},
	})
	refusal := scoperegistry.Refusal(err)
	if refusal == nil {
		log.Fatal(err)
	}
	fmt.Println(refusal.Code, refusal.Reason)
	for _, violation := range refusal.Violations {
		fmt.Println(violation.Field)
	}
	// Output:
	// InvalidArgument INVALID_REQUEST
	// scopes[0].name
	// scopes[0].description
}
