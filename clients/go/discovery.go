package scoperegistry

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxAnswer is how large an authorization server's answer may be, in bytes.
const maxAnswer = 256 * 1024

// boundedClient follows no redirects, which could carry a secret elsewhere, and reads bounded answers. Tokens are asked for so
// seldom that a connection is not worth keeping.
var boundedClient = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     boundedTransport{&http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, ForceAttemptHTTP2: true}},
}

type boundedTransport struct{ http.RoundTripper }

func (b boundedTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	return response, nil
}

// isLasting tells whether a status of HTTP is a client's error that another attempt will meet too.
func isLasting(code int) bool {
	return code >= 400 && code < 500 && code != http.StatusRequestTimeout && code != http.StatusTooEarly &&
		code != http.StatusTooManyRequests
}

// discoverTokenEndpoint finds where an issuer issues tokens, from its metadata: RFC 8414, else OpenID Connect Discovery 1.0. The
// metadata's `issuer` must be the issuer exactly (RFC 8414 section 3.3).
func discoverTokenEndpoint(ctx context.Context, issuer string) (string, error) {
	base, err := url.Parse(issuer)
	if err != nil {
		return "", noToken("the issuer %s", secureURLExpected)
	}
	origin, path := base.Scheme+"://"+base.Host, strings.TrimSuffix(base.EscapedPath(), "/")
	var texts []string
	areLasting := true
	// RFC 8414 section 3.1 puts the well-known part before the issuer's path, OpenID Connect after it.
	for _, at := range []string{
		origin + "/.well-known/oauth-authorization-server" + path,
		origin + path + "/.well-known/openid-configuration",
	} {
		endpoint, problem := readTokenEndpoint(ctx, issuer, at)
		if problem == nil {
			return endpoint, nil
		}
		texts = append(texts, at+" "+problem.text)
		areLasting = areLasting && problem.lasts
	}
	message := fmt.Sprintf("the issuer %s has no metadata with a token_endpoint that can be used: %s", issuer, strings.Join(texts, "; "))
	if areLasting {
		return "", noToken("%s", message)
	}
	// One document that may be better later is enough.
	return "", noTokenNow("%s", message)
}

// metadataProblem is what is wrong with a document of metadata. It quotes nothing of it but an issuer.
type metadataProblem struct {
	text string
	// lasts: trying again does not help.
	lasts bool
}

func readTokenEndpoint(ctx context.Context, issuer, at string) (string, *metadataProblem) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return "", &metadataProblem{"is no URL", true}
	}
	request.Header.Set("Accept", "application/json")
	response, err := boundedClient.Do(request)
	if err != nil {
		return "", &metadataProblem{"cannot be fetched", false}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", &metadataProblem{fmt.Sprintf("answers status %d", response.StatusCode), isLasting(response.StatusCode)}
	}
	var metadata struct {
		Issuer        string `json:"issuer"`
		TokenEndpoint string `json:"token_endpoint"`
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || json.Unmarshal(body, &metadata) != nil {
		return "", &metadataProblem{"does not answer JSON", false}
	}
	switch {
	case metadata.Issuer != issuer && isSecureURL(metadata.Issuer) && len(metadata.Issuer) <= maxShownError:
		// A trailing slash too many, and the like.
		return "", &metadataProblem{fmt.Sprintf("is the metadata of %q: set Issuer to exactly that", metadata.Issuer), true}
	case metadata.Issuer != issuer:
		return "", &metadataProblem{"is the metadata of another issuer", true}
	case metadata.TokenEndpoint == "":
		return "", &metadataProblem{"names no token_endpoint", true}
	case !isSecureURL(metadata.TokenEndpoint):
		return "", &metadataProblem{"names a token_endpoint that " + secureURLExpected, true}
	case strings.HasPrefix(issuer, "https:") && strings.HasPrefix(metadata.TokenEndpoint, "http:"):
		// Only an issuer that is itself reached without TLS may have anything reached without it.
		return "", &metadataProblem{"names a token_endpoint without TLS", true}
	}
	return metadata.TokenEndpoint, nil
}
