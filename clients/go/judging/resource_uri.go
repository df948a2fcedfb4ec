package judging

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxResourceLength is the most characters of a resource URI.
const MaxResourceLength = 2_048

var (
	absoluteURI = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$`)
	// specialSchemes have a host always (URL Standard section 3).
	specialSchemes = []string{"http", "https", "ws", "wss", "ftp"}
)

// IsResource tells whether a text can be a resource (RFC 8707 section 2: an absolute URI without a fragment).
func IsResource(uri string) bool {
	return resourceProblem(uri) == ""
}

// resourceProblem tells what is wrong with a resource URI, in a sentence; empty: nothing.
func resourceProblem(uri string) string {
	switch {
	case longerThan(uri, MaxResourceLength):
		return fmt.Sprintf("Resource has %d characters: at most %d are allowed", textLength(uri), MaxResourceLength)
	case strings.Contains(uri, "#"):
		return "Resource has a fragment: leave it out (RFC 8707 section 2)"
	case !absoluteURI.MatchString(uri) || !hasUsableAuthority(uri):
		return "Resource is no absolute URI: write it like https://api.example.com/v1 (RFC 8707 section 2)"
	default:
		return ""
	}
}

// hasUsableAuthority tells whether a parser of URLs takes host and port of a URI: the registry asks the URL Standard's.
func hasUsableAuthority(uri string) bool {
	scheme, rest, _ := strings.Cut(uri, ":")
	isSpecial := slices.Contains(specialSchemes, strings.ToLower(scheme))
	if isSpecial {
		rest = strings.TrimLeft(rest, "/")
	} else {
		var hasAuthority bool
		if rest, hasAuthority = strings.CutPrefix(rest, "//"); !hasAuthority {
			return true
		}
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		authority = rest[:end]
	}
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	if host == "" && authority != "" {
		return false
	}
	if at := strings.LastIndexByte(host, ':'); at > strings.LastIndexByte(host, ']') {
		if port := host[at+1:]; port != "" {
			if _, err := strconv.ParseUint(port, 10, 16); err != nil {
				return false
			}
		}
		if host = host[:at]; host == "" {
			return false
		}
	}
	if inBrackets, is := strings.CutPrefix(host, "["); is {
		text, isClosed := strings.CutSuffix(inBrackets, "]")
		address, err := netip.ParseAddr(text)
		return isClosed && err == nil && address.Is6()
	}
	if !isSpecial {
		return !strings.ContainsAny(host, "[]:@")
	}
	name, err := url.PathUnescape(host)
	return err == nil && name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, isForbiddenInHost) && !isBadIPv4(name)
}

// isForbiddenInHost tells whether no domain holds a character (URL Standard section 3.1, forbidden domain code points).
func isForbiddenInHost(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`#/:<>?@[\]^|%`, r)
}

// isBadIPv4 tells whether a host ends in a number, and is no IPv4 address all the same.
func isBadIPv4(host string) bool {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := parts[len(parts)-1]
	if _, isNumber := parseIPv4Part(last); !isNumber && (last == "" || strings.Trim(last, "0123456789") != "") {
		return false
	}
	for at, part := range parts {
		value, isNumber := parseIPv4Part(part)
		most := uint64(255)
		if at == len(parts)-1 && len(parts) <= 4 {
			most = 1<<(8*(5-len(parts))) - 1
		}
		if !isNumber || value > most || at == 4 {
			return true
		}
	}
	return false
}

// parseIPv4Part reads a part of an IPv4 address as the URL Standard does, hexadecimal and octal ones too.
func parseIPv4Part(part string) (uint64, bool) {
	base := 10
	if digits, is := strings.CutPrefix(strings.ToLower(part), "0x"); is {
		if part, base = digits, 16; digits == "" {
			return 0, true
		}
	} else if len(part) > 1 && part[0] == '0' {
		base = 8
	}
	value, err := strconv.ParseUint(part, base, 64)
	return value, err == nil
}
