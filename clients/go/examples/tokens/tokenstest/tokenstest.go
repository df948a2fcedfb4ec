// Package tokenstest calls the issuers and APIs of the examples, in tests.
package tokenstest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Ask asks a token endpoint for a token; without one it gives the OAuth error.
func Ask(t *testing.T, endpoint http.Handler, clientID, secret, form string) (token, reason string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader("grant_type=client_credentials&"+form))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(clientID, secret)
	response := httptest.NewRecorder()
	endpoint.ServeHTTP(response, request)
	var answer struct {
		Token string `json:"access_token"`
		Error string `json:"error"`
	}
	if err := json.Unmarshal(response.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Token, answer.Error
}

// Get asks an API with a token, and gives the status of the answer.
func Get(api http.Handler, path, token string) int {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+token)
	response := httptest.NewRecorder()
	api.ServeHTTP(response, request)
	return response.Code
}
