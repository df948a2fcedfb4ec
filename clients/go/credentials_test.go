package scoperegistry_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

const read = "scope_registry.read"

func list(t *testing.T, conn *scoperegistry.Conn) error {
	t.Helper()
	_, err := conn.Registry.ListScopes(t.Context(), &scoperegistryv1.ListScopesRequest{PageSize: 1})
	return err
}

func readToken(t *testing.T) string {
	t.Helper()
	token, err := shared.Token(t.Context(), "reader", read)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestClientCredentialsAreGotOnceAndKept(t *testing.T) {
	token := readToken(t)
	endpoint := newTokenEndpoint(t, func(int, url.Values) (int, any) {
		return http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300}
	})
	secretFile := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secretFile, []byte("s3cret:ü\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := dialWith(t, shared.Address, scoperegistry.ClientCredentials{
		Issuer: endpoint.URL + "/tenant", ClientID: "reader", ClientSecretFile: secretFile, Scope: read,
		Resources: []string{"https://scopes.example.com", "urn:registry"}, Audience: "registry",
	})
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if err := list(t, conn); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if endpoint.count() != 1 {
		t.Errorf("%d tokens are asked for", endpoint.count())
	}
	form := endpoint.forms[0]
	if form.Get("grant_type") != "client_credentials" || form.Get("scope") != read || form.Get("audience") != "registry" ||
		!slices.Equal(form["resource"], []string{"https://scopes.example.com", "urn:registry"}) {
		t.Errorf("the form is %v", form)
	}
	// The secret is encoded as a form before it is base64 (RFC 6749 section 2.3.1).
	if endpoint.secrets[0] != "reader:"+url.QueryEscape("s3cret:ü") {
		t.Errorf("the client shows itself as %s", endpoint.secrets[0])
	}
}

func TestATokenThatIsRefusedIsGotAnewOnce(t *testing.T) {
	token := readToken(t)
	endpoint := newTokenEndpoint(t, func(count int, _ url.Values) (int, any) {
		issued := token
		if count != 2 {
			issued = "no-such-token"
		}
		return http.StatusOK, map[string]any{"access_token": issued, "token_type": "Bearer"}
	})
	credentials := scoperegistry.ClientCredentials{
		TokenEndpoint: endpoint.URL + "/token", ClientID: "reader", ClientSecret: "secret", Authentication: "client_secret_post",
	}
	if err := list(t, dialWith(t, shared.Address, credentials)); err != nil {
		t.Error(err)
	}
	if endpoint.count() != 2 || endpoint.forms[1].Get("client_secret") != "secret" {
		t.Errorf("%d tokens are asked for, the last with %v", endpoint.count(), endpoint.forms)
	}
	// From here on all are refused: two calls ask for two more tokens, not for four.
	conn := dialWith(t, shared.Address, credentials)
	for range 2 {
		if refusal := scoperegistry.Refusal(list(t, conn)); refusal == nil || refusal.Reason != "TOKEN_INVALID" {
			t.Errorf("the refusal is %+v", refusal)
		}
	}
	if endpoint.count() != 4 {
		t.Errorf("%d tokens are asked for", endpoint.count())
	}
}

func TestAClientThatIsRefusedFailsAtOnceWithoutItsSecret(t *testing.T) {
	endpoint := newTokenEndpoint(t, func(int, url.Values) (int, any) {
		return http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "no client"}
	})
	credentials := scoperegistry.ClientCredentials{TokenEndpoint: endpoint.URL + "/token", ClientID: "reader", ClientSecret: "do-not-show"}
	err := list(t, dialWith(t, shared.Address, credentials))
	if status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), "refuses the client reader (invalid_client: no client)") {
		t.Errorf("it fails with %v", err)
	}
	endpoint.answer = func(int, url.Values) (int, any) {
		return http.StatusBadRequest, map[string]any{"error": "invalid_client", "error_description": "do-not-show is wrong"}
	}
	if err := list(t, dialWith(t, shared.Address, credentials)); err == nil || strings.Contains(err.Error(), "do-not-show") {
		t.Errorf("it fails with %v", err)
	}
	endpoint.answer = func(int, url.Values) (int, any) { return http.StatusBadGateway, nil }
	before := endpoint.count()
	if err := list(t, dialWith(t, shared.Address, credentials)); status.Code(err) != codes.Unavailable || endpoint.count() < before+3 {
		t.Errorf("after %d attempts it fails with %v", endpoint.count()-before, err)
	}
	credentials = scoperegistry.ClientCredentials{Issuer: endpoint.URL + "/other", ClientID: "reader", ClientSecret: "do-not-show"}
	if err := list(t, dialWith(t, shared.Address, credentials)); status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), "answers status 404") {
		t.Errorf("an issuer without metadata fails with %v", err)
	}
}

func TestATokenFileIsReadAgainWhenItHasChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	conn := dialWith(t, shared.Address, scoperegistry.TokenFile{Path: path})
	if err := list(t, conn); status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("without the file it fails with %v", err)
	}
	for _, text := range []string{"no-such-token", readToken(t)} {
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := list(t, conn)
		if isRefused := scoperegistry.Refusal(err) != nil; isRefused != (text == "no-such-token") {
			t.Errorf("%s is answered %v", text[:8], err)
		}
	}
}

func TestTokensOfTheProgram(t *testing.T) {
	token := readToken(t)
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token, Expiry: time.Now().Add(time.Hour)})
	if err := list(t, dialWith(t, shared.Address, scoperegistry.TokenSource{Source: source})); err != nil {
		t.Error(err)
	}
	var fresh []bool
	conn := dialWith(t, shared.Address, scoperegistry.TokenFunc(func(_ context.Context, isFresh bool) (string, error) {
		fresh = append(fresh, isFresh)
		if isFresh {
			return token, nil
		}
		return "no-such-token", nil
	}))
	if err := list(t, conn); err != nil || !slices.Equal(fresh, []bool{false, true}) {
		t.Errorf("asked with %v, it ends with %v", fresh, err)
	}
	conn = dialWith(t, shared.Address, scoperegistry.TokenFunc(func(context.Context, bool) (string, error) {
		return "", errors.New("do-not-show")
	}))
	if err := list(t, conn); status.Code(err) != codes.Unavailable || strings.Contains(err.Error(), "do-not-show") {
		t.Errorf("it fails with %v", err)
	}
}
