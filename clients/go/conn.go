package scoperegistry

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// Conn is a connection to the registry. It may be used by many goroutines at once.
type Conn struct {
	// Registry calls what resource servers, token issuers and readers need.
	Registry scoperegistryv1.ScopeRegistryClient
	// Admin calls the governance.
	Admin scoperegistryv1.RegistryAdminClient

	conn    *grpc.ClientConn
	closing context.CancelFunc
}

// Dial makes a connection to the registry at an address: host:port, or an https:// or http:// URL. Nothing is opened yet: the
// first call does that, and finds out whether the registry is there.
//
// It fails with [*OptionsError], which holds everything that is wrong with the options. Calls fail with a gRPC status; [Refusal]
// reads what the registry says in it. Its code is UNAVAILABLE where the registry or the token endpoint cannot be reached or TLS
// does not come about, DEADLINE_EXCEEDED, UNAUTHENTICATED where there is no token to be had, or CANCELLED after Close. While the
// registry is UNAVAILABLE, calls that the contract says can be repeated are, at most four times and as long as their time lasts.
func Dial(address string, options Options) (*Conn, error) {
	usable, err := checkOptions(address, options)
	if err != nil {
		return nil, err
	}
	closing, end := context.WithCancel(context.Background())
	calls := &callInterceptor{tokens: options.Credentials.source(closing), timeout: options.Timeout}
	dialOptions := append([]grpc.DialOption{
		grpc.WithTransportCredentials(transportCredentials(usable)),
		grpc.WithDefaultServiceConfig(repeatPolicy()),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, Jitter: 0.2, MaxDelay: 5 * time.Second},
			MinConnectTimeout: 10 * time.Second,
		}),
		// A connection that was cut off in the middle is noticed while calls wait.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithChainUnaryInterceptor(calls.unary),
		grpc.WithChainStreamInterceptor(calls.stream),
	}, options.DialOptions...)
	conn, err := grpc.NewClient("dns:///"+usable.address.hostPort(), dialOptions...)
	if err != nil {
		end()
		return nil, err
	}
	return &Conn{
		Registry: scoperegistryv1.NewScopeRegistryClient(conn),
		Admin:    scoperegistryv1.NewRegistryAdminClient(conn),
		conn:     conn,
		closing:  end,
	}, nil
}

// Close ends the connection, and the calls under way with CANCELLED.
func (c *Conn) Close() error {
	c.closing()
	return c.conn.Close()
}

func transportCredentials(usable checked) credentials.TransportCredentials {
	if usable.tls == nil {
		return insecure.NewCredentials()
	}
	return credentials.NewTLS(usable.tls)
}
