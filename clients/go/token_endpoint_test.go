package scoperegistry_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// tokenEndpoint is an authorization server whose answers a test decides.
type tokenEndpoint struct {
	*httptest.Server
	// answer gives the status and the body for a request, which is counted from 1.
	answer func(count int, form url.Values) (int, any)

	mutex sync.Mutex
	forms []url.Values
	// secrets are how the clients have shown themselves.
	secrets []string
}

func newTokenEndpoint(t *testing.T, answer func(count int, form url.Values) (int, any)) *tokenEndpoint {
	t.Helper()
	endpoint := &tokenEndpoint{answer: answer}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/oauth-authorization-server/tenant", func(response http.ResponseWriter, _ *http.Request) {
		writeJSON(response, http.StatusOK, map[string]string{
			"issuer": endpoint.URL + "/tenant", "token_endpoint": endpoint.URL + "/token",
		})
	})
	mux.HandleFunc("POST /token", func(response http.ResponseWriter, request *http.Request) {
		id, secret, _ := request.BasicAuth()
		_ = request.ParseForm()
		endpoint.mutex.Lock()
		endpoint.forms = append(endpoint.forms, request.PostForm)
		endpoint.secrets = append(endpoint.secrets, id+":"+secret)
		count := len(endpoint.forms)
		endpoint.mutex.Unlock()
		code, body := endpoint.answer(count, request.PostForm)
		writeJSON(response, code, body)
	})
	endpoint.Server = httptest.NewServer(mux)
	t.Cleanup(endpoint.Close)
	return endpoint
}

func (e *tokenEndpoint) count() int {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return len(e.forms)
}

func writeJSON(response http.ResponseWriter, code int, body any) {
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(code)
	_ = json.NewEncoder(response).Encode(body)
}
