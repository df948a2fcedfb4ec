// Package scoperegistry is the client of the scope registry, for both sides of OAuth: resource servers register their scopes
// when they start ([RegisterAtStartup]), and the token issuer judges what clients ask for in its own process ([Replica]).
//
// Both are built on a connection, which [Dial] makes. It gets and renews the token that the registry asks for, gives calls
// deadlines, and repeats them while the registry is away. [Conn.Registry] and [Conn.Admin] are the generated clients of the whole
// contract, whose messages are in gen/scoperegistry/v1. Tokens and secrets are in no error and no log.
package scoperegistry
