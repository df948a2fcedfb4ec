package tokens

import (
	"crypto/ed25519"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// lifetime is how long a token of the examples is valid.
const lifetime = 10 * time.Minute

// Client tells which client makes a token request (RFC 6749 section 2.3.1); false: one that has none of these secrets.
func Client(request *http.Request, secrets map[string]string) (string, bool) {
	clientID, secret, _ := request.BasicAuth()
	known, has := secrets[clientID]
	return clientID, subtle.ConstantTimeCompare([]byte(known), []byte(secret)) == 1 && has
}

// Answer answers a token request with a token (RFC 6749 section 5.1).
func Answer(response http.ResponseWriter, key ed25519.PrivateKey, clientID string, scopes, audience []string) {
	scope := strings.Join(scopes, " ")
	token, err := Sign(key, Claims{"https://login.example.com", clientID, audience, scope, time.Now().Add(lifetime).Unix()})
	if err != nil {
		AnswerError(response, http.StatusInternalServerError, "server_error", "No token can be made")
		return
	}
	write(response, http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(lifetime.Seconds()), "scope": scope,
	})
}

// AnswerError answers a token request with an error (RFC 6749 section 5.2).
func AnswerError(response http.ResponseWriter, code int, reason, description string) {
	write(response, code, map[string]any{"error": reason, "error_description": description})
}

func write(response http.ResponseWriter, code int, body any) {
	response.Header().Set("Content-Type", "application/json")
	response.Header().Set("Cache-Control", "no-store")
	response.WriteHeader(code)
	_ = json.NewEncoder(response).Encode(body)
}
