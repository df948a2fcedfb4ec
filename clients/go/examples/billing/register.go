package main

import (
	"context"
	"log"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

const billing = "https://billing.example.com/"

// registerScopes registers what the API has. While the registry is away it waits; an error means that the API must not run.
func registerScopes(ctx context.Context, conn *scoperegistry.Conn, release uint64) error {
	registered, err := scoperegistry.RegisterAtStartup(ctx, conn, scoperegistry.Registration{
		Scopes: []*scoperegistryv1.ScopeDefinition{
			{
				Name:        "invoices:read",
				Description: "Read your invoices",
				Resources:   []string{billing},
				ConsentTexts: map[string]*scoperegistryv1.ConsentText{
					"en": {Title: "See your invoices"},
					"de": {Title: "Deine Rechnungen sehen"},
				},
			},
			{Name: "invoices:write", Description: "Change your invoices", Resources: []string{billing}},
		},
		Mode:        scoperegistryv1.RegistrationMode_REGISTRATION_MODE_REPLACE,
		Release:     release,
		DisplayName: "Billing API",
		OnRetry: func(retry scoperegistry.RegistrationRetry) {
			log.Printf("Attempt %d failed, next in %v: %v", retry.Attempt, retry.Delay, retry.Err)
		},
	})
	if err != nil {
		return err
	}
	log.Printf("Registered %v at revision %d", registered.Scopes, registered.Revision)
	if len(registered.Pending) > 0 {
		log.Printf("An administrator of the registry has to approve %v", registered.Pending)
	}
	return nil
}
