package judging

import scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"

// Judgement is what the authorization server may grant. It has the meaning of the contract's ValidateScopesResponse.
type Judgement struct {
	// Valid tells whether the token request may go on.
	Valid bool
	// GrantedScopes are the names to grant, in the order requested (the defaults: in name order), each once: where an alias was
	// requested, the name of its scope. Empty if not valid.
	GrantedScopes []string
	// Audiences are the `aud` of the token (RFC 9068 section 3), in code point order, each once. Empty if not valid.
	Audiences []string
	// DefaultsApplied tells whether no scope was requested, and the defaults were judged.
	DefaultsApplied bool
	// Verdicts has one for each requested name, in order, each once; or for each default that may be granted. Judgements share
	// them: they must not be changed.
	Verdicts []*Verdict
	// Error is the OAuth error to answer: invalid_scope (RFC 6749 section 5.2), or invalid_target (RFC 8707 section 2) where
	// nothing but the resource is wrong. Empty if valid.
	Error string
	// ErrorDescription is a text for `error_description`, within its characters (RFC 6749 section 5.2). Empty if valid.
	ErrorDescription string
	// Revision is that of the registry which the scopes were judged at.
	Revision uint64
}

// Verdict is the judgement of one scope.
type Verdict struct {
	// Name is the name as it was requested.
	Name string
	// Status is the judgement.
	Status scoperegistryv1.VerdictStatus
	// Scope is what the name stands for: of an instance its template, of an alias the scope that has it. Nil: nothing is
	// registered under the name. It must not be changed.
	Scope *scoperegistryv1.Scope
	// GrantedName is what is granted: the scope's name, or its template with the values put in. Empty: nothing.
	GrantedName string
	// ReplacedBy is the name to ask for in place of this one; empty: none.
	ReplacedBy string
	// Parameters are the values of the template's parameters, if the name is an instance of a template.
	Parameters map[string]string
	// Message is the judgement in a sentence, for a log or a developer. Empty if it is granted without a warning.
	Message string
	// Consent is what a consent screen shows, where that was asked for and the name is registered.
	Consent *Consent
}

// IsGranted tells whether the scope may be granted, with or without a warning.
func (v *Verdict) IsGranted() bool {
	return isGranted(v.Status)
}

func isGranted(status scoperegistryv1.VerdictStatus) bool {
	return status == scoperegistryv1.VerdictStatus_VERDICT_STATUS_GRANTED ||
		status == scoperegistryv1.VerdictStatus_VERDICT_STATUS_DEPRECATED
}
