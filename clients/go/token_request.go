package scoperegistry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	// defaultLifetime is how long a token is used whose answer has no `expires_in` (RFC 6749 section 5.1 leaves it open).
	defaultLifetime = 5 * time.Minute
	// maxShownError is how much of an OAuth error is shown, in bytes.
	maxShownError = 300
)

// tokenRequest asks an authorization server for tokens (RFC 6749 section 4.4).
type tokenRequest struct {
	client ClientCredentials

	mutex      sync.Mutex
	discovered string
}

// origin names where the tokens come from, for messages.
func (t *tokenRequest) origin() string {
	if t.client.TokenEndpoint != "" {
		return "the token endpoint " + t.client.TokenEndpoint
	}
	return "the issuer " + t.client.Issuer
}

// issue asks once. It fails with UNAUTHENTICATED if the client is refused or the issuer publishes no token endpoint that can be
// used, and with UNAVAILABLE if the server does not answer, or not as it should.
func (t *tokenRequest) issue(ctx context.Context) (issuedToken, error) {
	endpoint, err := t.findEndpoint(ctx)
	if err != nil {
		return issuedToken{}, err
	}
	secret, err := t.secret()
	if err != nil {
		return issuedToken{}, err
	}
	config := clientcredentials.Config{
		ClientID:       t.client.ClientID,
		ClientSecret:   string(secret),
		TokenURL:       endpoint,
		EndpointParams: t.parameters(),
		AuthStyle:      oauth2.AuthStyleInHeader,
	}
	if t.client.Authentication == clientSecretPost {
		config.AuthStyle = oauth2.AuthStyleInParams
	}
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, boundedClient))
	if err != nil {
		// It may have moved.
		t.forgetEndpoint()
		return issuedToken{}, t.describe(ctx, endpoint, err, secret)
	}
	if !isBearerToken(token.AccessToken) {
		return issuedToken{}, noTokenNow("the token of %s %s", endpoint, bearerTokenExpected)
	}
	issued := issuedToken{Secret(token.AccessToken), defaultLifetime}
	if !token.Expiry.IsZero() {
		issued.lifetime = max(0, time.Until(token.Expiry))
	}
	return issued, nil
}

func (t *tokenRequest) findEndpoint(ctx context.Context) (string, error) {
	if t.client.TokenEndpoint != "" {
		return t.client.TokenEndpoint, nil
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.discovered == "" {
		found, err := discoverTokenEndpoint(ctx, t.client.Issuer)
		if err != nil {
			return "", err
		}
		t.discovered = found
	}
	return t.discovered, nil
}

func (t *tokenRequest) forgetEndpoint() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.discovered = ""
}

func (t *tokenRequest) parameters() url.Values {
	parameters := url.Values{}
	if t.client.Scope != "" {
		parameters.Set("scope", t.client.Scope)
	}
	if len(t.client.Resources) > 0 {
		parameters["resource"] = t.client.Resources
	}
	if t.client.Audience != "" {
		parameters.Set("audience", t.client.Audience)
	}
	return parameters
}

func (t *tokenRequest) secret() (Secret, error) {
	if t.client.ClientSecret != "" {
		return t.client.ClientSecret, nil
	}
	path := t.client.ClientSecretFile
	content, err := os.ReadFile(path)
	if err != nil {
		return "", noToken("client secret file %s cannot be read (%v): it must be there and readable", path, plainCause(err))
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return "", noToken("client secret file %s is empty: it must hold the secret", path)
	}
	return Secret(text), nil
}

// describe makes a failure readable, and passes no text on but that of OAuth's own members.
func (t *tokenRequest) describe(ctx context.Context, endpoint string, err error, secret Secret) error {
	answered, isAnswer := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ctx.Err() != nil:
		return noTokenNow("the token endpoint %s gives no token (it has not answered in time)", endpoint)
	case !isAnswer:
		return noTokenNow("the token endpoint %s gives no token (it cannot be reached, or answers what is not of RFC 6749)", endpoint)
	case !isLasting(answered.Response.StatusCode):
		return noTokenNow("the token endpoint %s gives no token (it answers status %d)", endpoint, answered.Response.StatusCode)
	}
	shown := http.StatusText(answered.Response.StatusCode)
	if answered.ErrorCode != "" {
		shown = strings.TrimSuffix(answered.ErrorCode+": "+answered.ErrorDescription, ": ")
	}
	// Servers have been seen to quote what they were sent.
	if strings.Contains(shown, string(secret)) {
		shown = http.StatusText(answered.Response.StatusCode)
	}
	return noToken("the token endpoint %s refuses the client %s (%s): check its id, secret and scopes",
		endpoint, t.client.ClientID, plainASCII(shown))
}

// plainASCII is a text that a log can hold, cut to a length.
func plainASCII(text string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, text)
	return plain[:min(len(plain), maxShownError)]
}
