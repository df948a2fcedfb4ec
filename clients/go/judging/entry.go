package judging

import (
	"slices"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// entry is a scope, with what judging needs of it again and again.
type entry struct {
	name string
	// resources are shared by the entries of one API, so that little memory is read to judge.
	resources []string
	scope     *scoperegistryv1.Scope
	// isOpen: it is in force, not restricted and no template, so that whoever asks for it by its own name is granted it, unless
	// that client has a ceiling, or the request is for another resource. The verdict is the same for all then.
	isOpen  bool
	verdict Verdict
	// aliases are the other names that it answers to.
	aliases []string
	// templates are those among its names. An alias in braces of a scope that is none is an exact name only.
	templates []*Template
}

func newEntry(scope *scoperegistryv1.Scope, resources []string) *entry {
	made := &entry{name: scope.GetName(), resources: resources, scope: scope, aliases: aliasesInForce(scope)}
	if template, is := ParseTemplate(made.name); is {
		made.templates = append(made.templates, template)
		for _, alias := range made.aliases {
			if template, is := ParseTemplate(alias); is {
				made.templates = append(made.templates, template)
			}
		}
	}
	made.isOpen = isInForce(scope) && !scope.GetRestricted() && len(made.templates) == 0
	if made.isOpen {
		status := grantedStatus(scope, false)
		made.verdict = Verdict{
			Name:        made.name,
			Status:      status,
			Scope:       scope,
			GrantedName: made.name,
			ReplacedBy:  scope.GetReplacedBy(),
			Message:     describeVerdict(made.name, status, Resolved{Scope: scope, Name: made.name}),
		}
	}
	return made
}

// isFor tells whether an open scope is for the resources that were requested, and under the client's ceiling.
func (e *entry) isFor(name string, requested []string, rights *clientRights) bool {
	return reaches(e.resources, requested) && (rights == nil || rights.mayHave(name, Resolved{Scope: e.scope, Name: e.name}))
}

// isInForce tells whether a scope can be granted: it is valid, or it was before the change of it that waits for a review.
func isInForce(scope *scoperegistryv1.Scope) bool {
	switch scope.GetState() {
	case scoperegistryv1.ScopeState_SCOPE_STATE_ACTIVE, scoperegistryv1.ScopeState_SCOPE_STATE_DEPRECATED:
		return true
	case scoperegistryv1.ScopeState_SCOPE_STATE_PENDING:
		return scope.GetProposal() != nil
	default:
		return false
	}
}

// aliasesInForce are the other names that a scope answers to. Those of one that was never approved are not its own yet.
func aliasesInForce(scope *scoperegistryv1.Scope) []string {
	if scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_PENDING && scope.GetProposal() == nil {
		return nil
	}
	return scope.GetAliases()
}

// isDeprecated tells whether a scope in force is granted with a warning. One with a change under review is as it was before.
func isDeprecated(scope *scoperegistryv1.Scope) bool {
	if scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_PENDING {
		return scope.GetDeprecated()
	}
	return scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_DEPRECATED
}

func grantedStatus(scope *scoperegistryv1.Scope, isAlias bool) scoperegistryv1.VerdictStatus {
	if isAlias || isDeprecated(scope) {
		return scoperegistryv1.VerdictStatus_VERDICT_STATUS_DEPRECATED
	}
	return scoperegistryv1.VerdictStatus_VERDICT_STATUS_GRANTED
}

// reaches tells whether a scope that is tied to some resources is for requested ones (RFC 8707).
func reaches(tied, requested []string) bool {
	if len(requested) == 0 || len(tied) == 0 {
		return true
	}
	return slices.ContainsFunc(tied, func(uri string) bool { return slices.Contains(requested, uri) })
}
