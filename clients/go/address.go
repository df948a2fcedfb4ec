package scoperegistry

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var hostAndPort = regexp.MustCompile(`^(?:\[[^\]]*\]|[A-Za-z0-9._-]+):\d{1,5}$`)

// saidTLS is what an address says about TLS.
type saidTLS int

const (
	tlsUnsaid saidTLS = iota
	tlsOn
	tlsOff
)

// address is where the registry's gRPC port is.
type address struct {
	// host is a name or an IP address, without brackets.
	host   string
	port   string
	secure saidTLS
}

func (a address) hostPort() string {
	return net.JoinHostPort(a.host, a.port)
}

// parseAddress reads host:port, [IPv6]:port, or an http or https URL of nothing but host and port; false: it is none.
func parseAddress(text string) (address, bool) {
	secure, port := tlsUnsaid, ""
	switch {
	case strings.HasPrefix(text, "https://"):
		secure, port = tlsOn, "443"
	case strings.HasPrefix(text, "http://"):
		secure, port = tlsOff, "80"
	case hostAndPort.MatchString(text):
		text = "//" + text
	default:
		return address{}, false
	}
	read, err := url.Parse(text)
	if err != nil || read.Hostname() == "" || strings.Trim(read.Path, "/") != "" || read.RawQuery != "" || read.Fragment != "" ||
		read.User != nil {
		return address{}, false
	}
	if given := read.Port(); given != "" {
		port = given
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return address{}, false
	}
	if _, err := netip.ParseAddr(read.Hostname()); strings.Contains(read.Hostname(), ":") && err != nil {
		return address{}, false
	}
	return address{read.Hostname(), port, secure}, true
}

// isLoopback tells whether a host can only be reached from the same machine.
func isLoopback(host string) bool {
	parsed, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && parsed.IsLoopback()
}

// isSecureURL tells whether secrets may be sent to a URL, and it shown in errors: https, or http on this machine, and no
// credentials.
func isSecureURL(text string) bool {
	read, err := url.Parse(text)
	if err != nil || read.Hostname() == "" || read.User != nil {
		return false
	}
	return read.Scheme == "https" || read.Scheme == "http" && isLoopback(read.Hostname())
}

const secureURLExpected = "must be an https URL without credentials; http is accepted on loopback only"
