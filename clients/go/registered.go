package scoperegistry

import (
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// Registered is what became of a registration.
type Registered struct {
	// Outcomes are by name; with REPLACE also those of the scopes that it has disabled.
	Outcomes map[string]scoperegistryv1.RegistrationOutcome
	// Scopes are the names that are valid now and may be shown in public, in the order of the registration: what
	// `scopes_supported` (RFC 9728 section 2) lists. Without templates, which nobody can ask for by their own names. An answer
	// about thousands of scopes may leave out what the registry has stored of them: of these only those whose definition says
	// that they are not unlisted.
	Scopes []string
	// Pending are the names that wait for a review by an administrator of the registry. Nobody is granted a new one until then;
	// one that was widened is granted as it was before.
	Pending []string
	// Superseded tells whether a newer release has registered already, so that nothing was changed.
	Superseded bool
	// Revision is the one at which the answer holds.
	Revision uint64
	// ContentHash is the digest of all the resource server's definitions.
	ContentHash string
}

func readRegistered(
	response *scoperegistryv1.RegisterScopesResponse, definitions []*scoperegistryv1.ScopeDefinition,
) *Registered {
	listed := map[string]bool{}
	for _, definition := range definitions {
		listed[definition.GetName()] = definition.Unlisted != nil && !definition.GetUnlisted()
	}
	registered := &Registered{
		Outcomes:    map[string]scoperegistryv1.RegistrationOutcome{},
		Superseded:  len(response.GetResults()) > 0,
		Revision:    response.GetRevision(),
		ContentHash: response.GetContentHash(),
	}
	shown := map[string]bool{}
	for _, result := range response.GetResults() {
		scope, name := result.GetScope(), result.GetName()
		registered.Outcomes[name] = result.GetOutcome()
		if result.GetOutcome() != scoperegistryv1.RegistrationOutcome_REGISTRATION_OUTCOME_SUPERSEDED {
			registered.Superseded = false
		}
		if scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_PENDING {
			registered.Pending = append(registered.Pending, name)
		}
		// A definition from before a renaming is answered with the scope that has its name as an alias now.
		now := name
		if scope != nil {
			now = scope.GetName()
		}
		if isPublic(result, listed) && !shown[now] {
			shown[now] = true
			registered.Scopes = append(registered.Scopes, now)
		}
	}
	return registered
}

// isPublic: a scope that was stored as unlisted stays so where its definition does not tell.
func isPublic(result *scoperegistryv1.RegistrationResult, listed map[string]bool) bool {
	if _, isTemplate := judging.ParseTemplate(result.GetName()); isTemplate {
		return false
	}
	scope := result.GetScope()
	if scope == nil {
		return listed[result.GetName()] &&
			result.GetOutcome() != scoperegistryv1.RegistrationOutcome_REGISTRATION_OUTCOME_DISABLED &&
			result.GetOutcome() != scoperegistryv1.RegistrationOutcome_REGISTRATION_OUTCOME_SUPERSEDED
	}
	isValid := scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_ACTIVE ||
		scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_DEPRECATED || scope.GetProposal() != nil
	return isValid && !scope.GetUnlisted()
}
