package main

import (
	"testing"

	"github.com/scope-registry/scope-registry/clients/go/internal/devregistry"
)

func Example() {
	main()
	// Output:
	// Registered: [invoices:read]
	// Granted: [invoices:read]
	// Refused: Scope payments:send is not registered
}

func TestMain(m *testing.M) {
	devregistry.Main(m, map[string]string{
		"BILLING_API": "billing-api scope_registry.register",
		"AUTH_SERVER": "auth-server scope_registry.read scope_registry.validate",
	})
}
