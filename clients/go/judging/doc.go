// Package judging decides which of a token request's scopes may be granted: without I/O, without a clock, and with the rules of
// the registry's own server. The files in test/vectors of the repository prove that both agree.
//
// A [Registry] holds what is registered, [Registry.Judge] judges a [Request] on it. A replica keeps one up to date by itself;
// this package is for whoever has scopes from elsewhere, in tests for example.
package judging
