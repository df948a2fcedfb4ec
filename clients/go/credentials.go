package scoperegistry

import (
	"context"
	"fmt"
	"regexp"

	"golang.org/x/oauth2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Credentials prove who calls: a [StaticToken], [TokenFile], [TokenFunc], [TokenSource], [ClientCredentials] or [NoCredentials].
type Credentials interface {
	// problems are all that is wrong, without secrets.
	problems() []string
	// source makes the source of a connection's tokens. What it has under way ends with the context.
	source(closing context.Context) tokenSource
}

// tokenSource is where the token of each call comes from.
type tokenSource interface {
	// token is the token to send; empty: none. It fails with UNAUTHENTICATED if there is none to be had, with UNAVAILABLE if there
	// is none at the moment.
	token(ctx context.Context) (string, error)
	// drop notes that the registry has refused a token, and tells whether it makes sense to get another.
	drop(token string) bool
}

// NoCredentials sends no token.
type NoCredentials struct{}

func (NoCredentials) problems() []string                 { return nil }
func (NoCredentials) source(context.Context) tokenSource { return fixedToken{} }

// StaticToken is a token that is never renewed: for tests and short programs.
type StaticToken struct {
	Token Secret
}

func (s StaticToken) problems() []string {
	if isBearerToken(string(s.Token)) {
		return nil
	}
	return []string{"StaticToken.Token " + bearerTokenExpected}
}

func (s StaticToken) source(context.Context) tokenSource { return fixedToken{s.Token} }

type fixedToken struct{ text Secret }

func (f fixedToken) token(context.Context) (string, error) { return string(f.text), nil }
func (f fixedToken) drop(string) bool                      { return false }

// TokenFunc is a function that has the token to send. It is called for each call of the registry, and remembers the token itself
// as long as that is good. With fresh the registry has refused the last one, so that a remembered one will not do. A gRPC status
// that it fails with is the call's; any other error makes the call UNAVAILABLE, and is not shown.
type TokenFunc func(ctx context.Context, fresh bool) (string, error)

func (f TokenFunc) problems() []string {
	if f == nil {
		return []string{"TokenFunc must not be nil"}
	}
	return nil
}

func (f TokenFunc) source(context.Context) tokenSource { return &askedToken{ask: f} }

// TokenSource is a source of golang.org/x/oauth2, which caches as it likes: oauth2.ReuseTokenSource for example. A token that the
// registry has refused is asked for anew, and the call repeated where it is another one then.
type TokenSource struct {
	Source oauth2.TokenSource
}

func (s TokenSource) problems() []string {
	if s.Source == nil {
		return []string{"TokenSource.Source must be given"}
	}
	return nil
}

func (s TokenSource) source(context.Context) tokenSource {
	return &askedToken{ask: func(context.Context, bool) (string, error) {
		token, err := s.Source.Token()
		if err != nil {
			return "", err
		}
		return token.AccessToken, nil
	}}
}

const bearerTokenExpected = "must be a bearer token (RFC 6750 section 2.1), without white space"

var bearerToken = regexp.MustCompile(`^[A-Za-z0-9\-._~+/]+=*$`)

func isBearerToken(text string) bool { return bearerToken.MatchString(text) }

// noToken: there is no token to be had, and trying again does not help. The message names where it should come from.
func noToken(format string, values ...any) error {
	return status.Error(codes.Unauthenticated, fmt.Sprintf(format, values...))
}

// noTokenNow: there is no token at the moment.
func noTokenNow(format string, values ...any) error {
	return status.Error(codes.Unavailable, fmt.Sprintf(format, values...))
}
