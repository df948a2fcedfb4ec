package scoperegistry

import (
	"context"
	"slices"
)

// ClientCredentials get tokens by the client credentials grant (RFC 6749 section 4.4). Each is kept until shortly before it
// expires; calls that need a new one share one request. Give Issuer or TokenEndpoint, ClientSecret or ClientSecretFile.
type ClientCredentials struct {
	// Issuer is the authorization server, whose metadata names the token endpoint (RFC 8414, or OpenID Connect Discovery 1.0).
	Issuer string
	// TokenEndpoint is where tokens are issued. As Issuer, it is an https URL; http is accepted on loopback only.
	TokenEndpoint string
	// ClientID is the identifier of this client at the authorization server.
	ClientID string
	// ClientSecret is its secret.
	ClientSecret Secret
	// ClientSecretFile holds the secret and nothing else. It is read for each request of a token.
	ClientSecretFile string
	// Scope has the scopes of the registry to ask for, parted by spaces.
	Scope string
	// Resources are the registry's identifiers as resources (RFC 8707 section 2): what its SCOPE_REGISTRY_AUDIENCE says.
	Resources []string
	// Audience is the same, for authorization servers that know `audience` in place of `resource`.
	Audience string
	// Authentication is how the client authenticates (RFC 6749 section 2.3.1): client_secret_basic, also if empty, or
	// client_secret_post.
	Authentication string
}

const (
	clientSecretBasic = "client_secret_basic"
	clientSecretPost  = "client_secret_post"
)

func (c ClientCredentials) problems() []string {
	var problems []string
	check := func(holds bool, problem string) {
		if !holds {
			problems = append(problems, "ClientCredentials"+problem)
		}
	}
	check((c.Issuer == "") != (c.TokenEndpoint == ""), " must have either Issuer or TokenEndpoint")
	check(c.Issuer == "" || isSecureURL(c.Issuer), ".Issuer "+secureURLExpected)
	check(c.TokenEndpoint == "" || isSecureURL(c.TokenEndpoint), ".TokenEndpoint "+secureURLExpected)
	check(c.ClientID != "", ".ClientID must not be empty")
	check((c.ClientSecret == "") != (c.ClientSecretFile == ""), " must have either ClientSecret or ClientSecretFile")
	check(slices.Contains([]string{"", clientSecretBasic, clientSecretPost}, c.Authentication),
		".Authentication must be client_secret_basic or client_secret_post")
	return problems
}

func (c ClientCredentials) source(closing context.Context) tokenSource {
	request := &tokenRequest{client: c}
	return &renewedToken{closing: closing, request: request.issue, from: request.origin()}
}
