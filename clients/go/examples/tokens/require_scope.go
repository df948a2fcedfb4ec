package tokens

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// RequireScope lets requests through that show a token with a scope; others are answered 401 or 403 (RFC 6750 section 3.1).
func RequireScope(key ed25519.PublicKey, audience, scope string, next http.HandlerFunc) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		token, _ := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
		claims, err := Read(key, audience, token)
		switch {
		case err != nil:
			refuse(response, http.StatusUnauthorized, "invalid_token", scope)
		case !slices.Contains(strings.Fields(claims.Scope), scope):
			refuse(response, http.StatusForbidden, "insufficient_scope", scope)
		default:
			next(response, request)
		}
	}
}

func refuse(response http.ResponseWriter, code int, reason, scope string) {
	response.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer error=%q, scope=%q", reason, scope))
	response.WriteHeader(code)
}
