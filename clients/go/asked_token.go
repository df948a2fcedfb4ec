package scoperegistry

import (
	"context"
	"sync/atomic"

	"google.golang.org/grpc/status"
)

// askedToken asks the program for each call's token.
type askedToken struct {
	ask   TokenFunc
	fresh atomic.Bool
}

func (a *askedToken) token(ctx context.Context) (string, error) {
	token, err := a.ask(ctx, a.fresh.Swap(false))
	if ctx.Err() != nil {
		return "", status.FromContextError(ctx.Err()).Err()
	}
	if err != nil {
		if _, isStatus := status.FromError(err); isStatus {
			return "", err
		}
		// Errors of others may quote what they were given.
		return "", noTokenNow("the program's source of tokens has failed: it must return a token")
	}
	if !isBearerToken(token) {
		return "", noToken("what the program's source of tokens returns %s", bearerTokenExpected)
	}
	return token, nil
}

func (a *askedToken) drop(string) bool {
	a.fresh.Store(true)
	return true
}
