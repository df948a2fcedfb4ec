package scoperegistry_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
)

func TestTLSWithAnAuthorityAndAClientCertificate(t *testing.T) {
	certificate, authority := newCertificate(t, "registry.internal")
	registry := &scriptedRegistry{list: func(context.Context) error { return nil }}
	address := registry.serve(t, grpc.Creds(credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority,
	})))
	for _, test := range []struct {
		what   string
		config *tls.Config
		want   codes.Code
	}{
		{"all that is needed", &tls.Config{RootCAs: authority, ServerName: "registry.internal", Certificates: []tls.Certificate{certificate}}, codes.OK},
		{"no client certificate", &tls.Config{RootCAs: authority, ServerName: "registry.internal"}, codes.Unavailable},
		{"an authority that is not trusted", &tls.Config{ServerName: "registry.internal", Certificates: []tls.Certificate{certificate}}, codes.Unavailable},
		{"another name", &tls.Config{RootCAs: authority, Certificates: []tls.Certificate{certificate}}, codes.Unavailable},
	} {
		conn, err := scoperegistry.Dial(address, scoperegistry.Options{
			Credentials: scoperegistry.StaticToken{Token: "token"}, TLS: test.config, Timeout: 10 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := list(t, conn); status.Code(err) != test.want {
			t.Errorf("with %s a call is answered %v", test.what, err)
		}
		_ = conn.Close()
	}
}

// newCertificate makes a certificate that is its own authority, for both sides.
func newCertificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IsCA:        true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	read, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(read)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
