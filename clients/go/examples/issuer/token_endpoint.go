package main

import (
	"crypto/ed25519"
	"errors"
	"net/http"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	"github.com/scope-registry/scope-registry/clients/go/examples/tokens"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// tokenEndpoint issues tokens by the client credentials grant (RFC 6749 section 4.4). Which scopes there are, and who may have
// them, the replica knows: no waiting, no network.
func tokenEndpoint(replica *scoperegistry.Replica, key ed25519.PrivateKey, secrets map[string]string) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		clientID, known := tokens.Client(request, secrets)
		if !known {
			tokens.AnswerError(response, http.StatusUnauthorized, "invalid_client", "Unknown client")
			return
		}
		judgement, err := replica.Judge(judging.Request{
			ClientID:  clientID,
			Scope:     request.PostFormValue("scope"),
			Resources: request.PostForm["resource"],
		})
		var invalid *judging.InvalidRequestError
		switch {
		case errors.As(err, &invalid):
			tokens.AnswerError(response, http.StatusBadRequest, "invalid_request", "Scope, resource or client cannot be judged")
		case err != nil:
			tokens.AnswerError(response, http.StatusServiceUnavailable, "temporarily_unavailable", "Try again later")
		case !judgement.Valid:
			tokens.AnswerError(response, http.StatusBadRequest, judgement.Error, judgement.ErrorDescription)
		default:
			tokens.Answer(response, key, clientID, judgement.GrantedScopes, judgement.Audiences)
		}
	}
}
