package before

import (
	"crypto/ed25519"
	"net/http"
	"strings"

	"github.com/scope-registry/scope-registry/clients/go/examples/tokens"
)

// audiences has the scopes of all APIs, and which API each is for. A new scope needs a new release of the issuer.
var audiences = map[string]string{"invoices:read": "https://billing.example.com/"}

// TokenEndpoint issues tokens by the client credentials grant (RFC 6749 section 4.4) to clients with these secrets.
func TokenEndpoint(key ed25519.PrivateKey, secrets map[string]string) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		clientID, known := tokens.Client(request, secrets)
		if !known {
			tokens.AnswerError(response, http.StatusUnauthorized, "invalid_client", "Unknown client")
			return
		}
		scopes := strings.Fields(request.PostFormValue("scope"))
		var audience []string
		for _, scope := range scopes {
			if audiences[scope] == "" {
				tokens.AnswerError(response, http.StatusBadRequest, "invalid_scope", "Unknown scope")
				return
			}
			audience = append(audience, audiences[scope])
		}
		tokens.Answer(response, key, clientID, scopes, audience)
	}
}
