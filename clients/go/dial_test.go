package scoperegistry_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

func TestDialTellsEveryProblemAtOnce(t *testing.T) {
	_, err := scoperegistry.Dial("registry.example.com", scoperegistry.Options{
		Timeout: -1,
		Credentials: scoperegistry.ClientCredentials{
			Issuer: "http://login.example.com", ClientSecret: "do-not-show", ClientSecretFile: "/secret", Authentication: "tls_client_auth",
		},
	})
	var problems *scoperegistry.OptionsError
	if !errors.As(err, &problems) {
		t.Fatalf("it fails with %v", err)
	}
	for _, part := range []string{"address must be", ".Issuer must be", ".ClientID must", "either ClientSecret", ".Authentication must", "Timeout must"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not told in\n%v", part, err)
		}
	}
	if len(problems.Problems) != 6 || strings.Contains(err.Error(), "do-not-show") {
		t.Errorf("%d problems are told:\n%v", len(problems.Problems), err)
	}
}

func TestDialWantsTLSWithAnyHostThatIsNotLoopback(t *testing.T) {
	for _, test := range []struct {
		address string
		options scoperegistry.Options
		problem string
	}{
		{"registry.example.com:50051", scoperegistry.Options{}, ""},
		{"https://registry.example.com", scoperegistry.Options{}, ""},
		{"http://127.0.0.1:50051", scoperegistry.Options{}, ""},
		{"[::1]:50051", scoperegistry.Options{}, ""},
		{"http://registry.example.com", scoperegistry.Options{}, "in the clear to registry.example.com"},
		{"http://registry.example.com", scoperegistry.Options{Plaintext: true}, ""},
		{"https://registry.example.com", scoperegistry.Options{Plaintext: true}, "leave one of them out"},
		{"http://127.0.0.1:80", scoperegistry.Options{TLS: &tls.Config{}}, "TLS cannot be had"},
		{"registry.example.com:1", scoperegistry.Options{TLS: &tls.Config{}, Plaintext: true}, "must not both"},
		{"https://registry.example.com/path", scoperegistry.Options{}, "address must be"},
		{"https://user@registry.example.com", scoperegistry.Options{}, "address must be"},
		{"registry.example.com:0", scoperegistry.Options{}, "address must be"},
		{"registry.example.com:65536", scoperegistry.Options{}, "address must be"},
		{"", scoperegistry.Options{}, "address must be"},
	} {
		test.options.Credentials = scoperegistry.NoCredentials{}
		conn, err := scoperegistry.Dial(test.address, test.options)
		if test.problem == "" && err == nil {
			_ = conn.Close()
		} else if test.problem == "" || err == nil || !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s with %+v is answered %v, want %q", test.address, test.options, err, test.problem)
		}
	}
	if _, err := scoperegistry.Dial("127.0.0.1:1", scoperegistry.Options{}); err == nil || !strings.Contains(err.Error(), "Credentials must be given") {
		t.Errorf("no credentials are answered %v", err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	client := scoperegistry.ClientCredentials{ClientID: "shop", ClientSecret: "do-not-show"}
	token := scoperegistry.StaticToken{Token: "do-not-show"}
	options := scoperegistry.Options{Credentials: client}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("dial", "options", options, "token", token, "secret", token.Token)
	text, err := json.Marshal([]any{client, token})
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprint(client, token, options), fmt.Sprintf("%+v %#v %s %q %d %x", options, client, token, token, token, client), log.String(), string(text),
	} {
		if strings.Contains(printed, "do-not-show") || !strings.Contains(printed, "[redacted]") {
			t.Errorf("printed as %s", printed)
		}
	}
}

func TestRefusalReadsWhatTheRegistrySays(t *testing.T) {
	reader := dial(t, shared, "reader", "scope_registry.read")
	_, err := reader.Registry.ValidateScopes(t.Context(), &scoperegistryv1.ValidateScopesRequest{Scope: "a"})
	refusal := scoperegistry.Refusal(err)
	if refusal == nil || refusal.Code != codes.PermissionDenied || refusal.Reason != "SCOPE_MISSING" || refusal.Metadata["scope"] != "scope_registry.validate" {
		t.Errorf("the refusal is %+v", refusal)
	}
	_, err = reader.Registry.ListScopes(t.Context(), &scoperegistryv1.ListScopesRequest{PageSize: -1, Owner: strings.Repeat("o", 600)})
	if refusal := scoperegistry.Refusal(err); refusal == nil || refusal.Reason != "INVALID_REQUEST" || len(refusal.Violations) != 2 {
		t.Errorf("the refusal is %+v", refusal)
	}
	_, err = dialWith(t, shared.Address, scoperegistry.NoCredentials{}).Registry.ListScopes(t.Context(), &scoperegistryv1.ListScopesRequest{})
	if refusal := scoperegistry.Refusal(err); refusal == nil || refusal.Reason != "TOKEN_MISSING" {
		t.Errorf("the refusal is %+v", refusal)
	}
	if scoperegistry.Refusal(nil) != nil || scoperegistry.Refusal(errors.New("other")) != nil || scoperegistry.Refusal(status.Error(codes.Unavailable, "away")) != nil {
		t.Error("a refusal is read where the registry has said nothing")
	}
}

func TestAnAuthorizationOfTheCallersOwnIsLeftAlone(t *testing.T) {
	token, err := shared.Token(t.Context(), "reader", "scope_registry.read")
	if err != nil {
		t.Fatal(err)
	}
	conn := dialWith(t, shared.Address, scoperegistry.StaticToken{Token: "other"})
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
	if _, err := conn.Registry.ListScopes(ctx, &scoperegistryv1.ListScopesRequest{}); err != nil {
		t.Error(err)
	}
}

func TestCallsEndWithTheirDeadline(t *testing.T) {
	never := scoperegistry.TokenFunc(func(ctx context.Context, _ bool) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	})
	conn, err := scoperegistry.Dial(shared.Address, scoperegistry.Options{Credentials: never, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Registry.ListScopes(t.Context(), &scoperegistryv1.ListScopesRequest{}); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("it ends with %v", err)
	}
}
