package scoperegistry

import (
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc"
)

// Options say how to connect to the registry.
type Options struct {
	// Credentials prove who calls. Required: one of [StaticToken], [TokenFile], [TokenFunc], [TokenSource], [ClientCredentials]
	// and [NoCredentials].
	Credentials Credentials
	// TLS is spoken with any host that is not loopback, and with loopback where this is set. RootCAs are the authorities of the
	// registry's certificate, the machine's own if nil; Certificates (or GetClientCertificate) are what is shown where the
	// registry asks for one (mTLS); ServerName is the name in its certificate, if that is another than the address's host.
	TLS *tls.Config
	// Plaintext turns TLS off, where a mesh or proxy encrypts: the tokens travel in the clear otherwise.
	Plaintext bool
	// Timeout is how long a call may take whose context has no deadline; if zero, 5 s, and 10 s for RegisterScopes.
	Timeout time.Duration
	// DialOptions are passed on to grpc, after those of this package.
	DialOptions []grpc.DialOption
}

// OptionsError tells that options cannot be used.
type OptionsError struct {
	// Problems are all that is wrong, each as a sentence that says what to do, without secrets.
	Problems []string
}

func (e *OptionsError) Error() string {
	return strings.Join(e.Problems, "\n")
}

// checked are options that can be used.
type checked struct {
	address address
	// tls is nil for plaintext.
	tls *tls.Config
}

// checkOptions fails with [*OptionsError].
func checkOptions(target string, options Options) (checked, error) {
	var problems []string
	found, valid := parseAddress(target)
	if !valid {
		problems = append(problems, "address must be host:port or an https:// URL without a path, for example registry.example.com:50051")
	} else if problem := tlsProblem(found, options); problem != "" {
		problems = append(problems, problem)
	}
	if options.Credentials == nil {
		problems = append(problems, "Credentials must be given: NoCredentials says that there are none")
	} else {
		problems = append(problems, options.Credentials.problems()...)
	}
	if options.Timeout < 0 {
		problems = append(problems, "Timeout must not be negative")
	}
	if problems != nil {
		return checked{}, &OptionsError{problems}
	}
	config := options.TLS
	if config == nil && !options.Plaintext && (found.secure == tlsOn || found.secure == tlsUnsaid && !isLoopback(found.host)) {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return checked{found, config}, nil
}

func tlsProblem(found address, options Options) string {
	switch {
	case options.TLS != nil && options.Plaintext:
		return "TLS and Plaintext must not both be set: leave one of them out"
	case found.secure == tlsOn && options.Plaintext:
		return "Plaintext must not be set with an https:// address: leave one of them out"
	case found.secure == tlsOff && options.TLS != nil:
		return "TLS cannot be had with an http:// address: give an https:// address, or host:port"
	case found.secure == tlsOff && !options.Plaintext && !isLoopback(found.host):
		return fmt.Sprintf("address has no TLS, so that tokens would travel in the clear to %s: use https://, or set Plaintext", found.host)
	default:
		return ""
	}
}
