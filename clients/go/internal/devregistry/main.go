package devregistry

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Main runs the tests of a program of this module beside a registry: with its address in SCOPE_REGISTRY_ADDRESS, and a token in
// each variable that is named, for a client and its scopes, parted by spaces.
func Main(m *testing.M, tokens map[string]string) {
	code, err := run(m, tokens)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M, tokens map[string]string) (code int, err error) {
	folder, err := os.MkdirTemp("", "scope-registry-go-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	registry, err := Start(folder)
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, registry.Stop()) }()
	if err := os.Setenv("SCOPE_REGISTRY_ADDRESS", registry.Address); err != nil {
		return 1, err
	}
	for variable, client := range tokens {
		id, scopes, _ := strings.Cut(client, " ")
		token, err := registry.Token(context.Background(), id, scopes)
		if err != nil {
			return 1, err
		}
		if err := os.Setenv(variable, token); err != nil {
			return 1, err
		}
	}
	return m.Run(), nil
}
