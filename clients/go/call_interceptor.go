package scoperegistry

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

const (
	authorization   = "authorization"
	usualTimeout    = 5 * time.Second
	registerTimeout = 10 * time.Second
)

// callInterceptor gives calls their deadline and their token.
type callInterceptor struct {
	tokens tokenSource
	// timeout is zero for the usual times.
	timeout time.Duration
}

// unary makes a call. Where the registry refuses the token, another is got and the call is made once more.
func (c *callInterceptor) unary(
	ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if _, hasDeadline := ctx.Deadline(); !hasDeadline {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeoutOf(method))
		defer cancel()
	}
	authorized, token, err := c.authorize(ctx)
	if err != nil {
		return err
	}
	err = invoke(authorized, method, request, reply, conn, options...)
	if token == "" || !isTokenRefused(err) || !c.tokens.drop(token) {
		return err
	}
	authorized, next, tokenErr := c.authorize(ctx)
	if tokenErr != nil {
		return tokenErr
	}
	if next == token {
		return err
	}
	return invoke(authorized, method, request, reply, conn, options...)
}

// stream opens a stream. It is not repeated: where it should resume, its reader knows.
func (c *callInterceptor) stream(
	ctx context.Context, description *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer,
	options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	authorized, token, err := c.authorize(ctx)
	if err != nil {
		return nil, err
	}
	stream, err := open(authorized, description, conn, method, options...)
	if err != nil {
		return nil, c.noteRefusal(token, err)
	}
	return &authorizedStream{stream, func(err error) error { return c.noteRefusal(token, err) }}, nil
}

func (c *callInterceptor) timeoutOf(method string) time.Duration {
	switch {
	case c.timeout > 0:
		return c.timeout
	case method == scoperegistryv1.ScopeRegistry_RegisterScopes_FullMethodName:
		return registerTimeout
	default:
		return usualTimeout
	}
}

// authorize adds the connection's token to the metadata; empty: none was. A header of the caller's is left alone.
func (c *callInterceptor) authorize(ctx context.Context) (context.Context, string, error) {
	if given, has := metadata.FromOutgoingContext(ctx); has && len(given.Get(authorization)) > 0 {
		return ctx, "", nil
	}
	token, err := c.tokens.token(ctx)
	if err != nil || token == "" {
		return ctx, "", err
	}
	return metadata.AppendToOutgoingContext(ctx, authorization, "Bearer "+token), token, nil
}

func (c *callInterceptor) noteRefusal(token string, err error) error {
	if token != "" && isTokenRefused(err) {
		c.tokens.drop(token)
	}
	return err
}

// isTokenRefused tells whether the registry has refused the token of a call.
func isTokenRefused(err error) bool {
	refusal := Refusal(err)
	return refusal != nil && refusal.Reason == "TOKEN_INVALID"
}

// authorizedStream notes that its token was refused: a stream says so when it is read.
type authorizedStream struct {
	grpc.ClientStream
	note func(error) error
}

func (s *authorizedStream) RecvMsg(message any) error {
	return s.note(s.ClientStream.RecvMsg(message))
}
