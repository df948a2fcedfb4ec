package judging

import (
	"slices"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// few is how many scopes are compared with each other to find repeats; more are looked up in a set.
const few = 32

// Judge judges requested scopes as the ValidateScopes RPC does. It fails with [*InvalidRequestError] where the RPC answers
// INVALID_ARGUMENT, and with nothing else: a refused scope is a judgement.
func (r *Registry) Judge(request Request) (Judgement, error) {
	read, err := readRequest(&request)
	if err != nil {
		return Judgement{}, err
	}
	rights := r.rightsOf(read.clientID)
	if granted, is := r.grantOpen(&read, rights); is {
		return granted, nil
	}
	return r.judgeEach(&read, rights), nil
}

// Allows tells whether [Registry.Judge] would find a request valid, at little more than the price of looking the names up.
func (r *Registry) Allows(request Request) (bool, error) {
	read, err := readRequest(&request)
	if err != nil {
		return false, err
	}
	rights := r.rightsOf(read.clientID)
	return r.isOpenTo(&read, rights) || r.judgeEach(&read, rights).Valid, nil
}

// isOpenTo tells whether scopes are requested, and may be granted for no other reason than that they are open.
func (r *Registry) isOpenTo(read *query, rights *clientRights) bool {
	for _, name := range read.names {
		if found := r.scopes[name]; found == nil || !found.isOpen || !found.isFor(name, read.resources, rights) {
			return false
		}
	}
	return len(read.names) > 0
}

// grantOpen is the judgement where isOpenTo holds, so that nothing is left to be weighed: what most requests are.
func (r *Registry) grantOpen(read *query, rights *clientRights) (Judgement, bool) {
	if len(read.names) == 0 || len(read.names) > few || read.wantsConsent {
		return Judgement{}, false
	}
	var buffer [few]*entry
	found := buffer[:0]
	for _, name := range read.names {
		open := r.scopes[name]
		if open == nil || !open.isOpen || !open.isFor(name, read.resources, rights) {
			return Judgement{}, false
		}
		if !slices.Contains(found, open) {
			found = append(found, open)
		}
	}
	granted := Judgement{
		Valid:         true,
		GrantedScopes: make([]string, len(found)),
		Audiences:     audiencesOf(found, read.resources),
		Verdicts:      make([]*Verdict, len(found)),
		Revision:      r.Revision,
	}
	for at, open := range found {
		granted.GrantedScopes[at] = open.name
		granted.Verdicts[at] = &open.verdict
	}
	return granted, true
}

func (r *Registry) judgeEach(read *query, rights *clientRights) Judgement {
	judgement := Judgement{DefaultsApplied: len(read.names) == 0, Revision: r.Revision}
	names := withoutRepeats(read.names)
	if judgement.DefaultsApplied {
		names = r.defaultNames(rights, read.resources)
	}
	judgement.Verdicts = make([]*Verdict, 0, len(names))
	granted := make([]*entry, 0, len(names))
	grantedNames := make([]string, 0, len(names))
	for _, name := range names {
		verdict, found := r.judgeName(name, read, rights)
		// A default that may not be granted was not asked for: it is left out, and refuses nothing.
		if judgement.DefaultsApplied && !verdict.IsGranted() {
			continue
		}
		judgement.Verdicts = append(judgement.Verdicts, verdict)
		if verdict.IsGranted() {
			granted = append(granted, found)
			grantedNames = append(grantedNames, verdict.GrantedName)
		}
	}
	judgement.Valid = len(granted) > 0 && (read.isNarrow || len(granted) == len(judgement.Verdicts))
	if judgement.Valid {
		judgement.GrantedScopes = withoutRepeats(grantedNames)
		judgement.Audiences = audiencesOf(granted, read.resources)
		return judgement
	}
	judgement.Error = "invalid_scope"
	if r.isRefusedForTarget(judgement.Verdicts, read.resources) {
		judgement.Error = "invalid_target"
	}
	judgement.ErrorDescription = describeRefusal(judgement.Verdicts)
	return judgement
}

func (r *Registry) judgeName(name string, read *query, rights *clientRights) (*Verdict, *entry) {
	resolved, found := r.Resolve(name)
	if !found {
		status := scoperegistryv1.VerdictStatus_VERDICT_STATUS_UNKNOWN
		if !IsScopeName(name) {
			status = scoperegistryv1.VerdictStatus_VERDICT_STATUS_MALFORMED
		}
		return &Verdict{Name: name, Status: status, Message: r.describeUnknown(name, status)}, nil
	}
	status := statusOf(name, resolved, rights, read.resources)
	verdict := &Verdict{
		Name:       name,
		Status:     status,
		Scope:      resolved.Scope,
		ReplacedBy: replacementOf(resolved),
		Parameters: resolved.Parameters,
		Message:    describeVerdict(name, status, resolved),
	}
	if isGranted(status) {
		verdict.GrantedName = resolved.Name
	}
	if read.wantsConsent {
		verdict.Consent = chooseConsent(resolved, read.locales)
	}
	return verdict, resolved.entry
}

func statusOf(name string, resolved Resolved, rights *clientRights, resources []string) scoperegistryv1.VerdictStatus {
	scope := resolved.Scope
	switch {
	case !isInForce(scope) && scope.GetState() == scoperegistryv1.ScopeState_SCOPE_STATE_PENDING:
		return scoperegistryv1.VerdictStatus_VERDICT_STATUS_PENDING
	case !isInForce(scope):
		return scoperegistryv1.VerdictStatus_VERDICT_STATUS_DISABLED
	case scope.GetRestricted() && !rights.holdsGrant(name, resolved):
		return scoperegistryv1.VerdictStatus_VERDICT_STATUS_NOT_ALLOWED
	case rights != nil && !rights.mayHave(name, resolved):
		return scoperegistryv1.VerdictStatus_VERDICT_STATUS_NOT_ALLOWED
	case !reaches(scope.GetResources(), resources):
		return scoperegistryv1.VerdictStatus_VERDICT_STATUS_WRONG_RESOURCE
	default:
		return grantedStatus(scope, resolved.IsAlias)
	}
}

// defaultNames are the client's own defaults, else those of the requested resources, else those that are tied to none
// (RFC 6749 section 3.3).
func (r *Registry) defaultNames(rights *clientRights, resources []string) []string {
	if rights != nil && len(rights.defaults) > 0 {
		return rights.defaults
	}
	var tied, free []string
	for _, each := range r.defaults {
		switch {
		case !isInForce(each.scope):
			// It stands for nothing, and in nobody's way.
		case len(each.resources) == 0:
			free = append(free, each.name)
		case len(resources) > 0 && reaches(each.resources, resources):
			tied = append(tied, each.name)
		}
	}
	if len(tied) > 0 {
		return tied
	}
	return free
}

// isRefusedForTarget tells whether the requested resources are what is wrong: nobody has any of them, and nothing else was
// refused.
func (r *Registry) isRefusedForTarget(verdicts []*Verdict, resources []string) bool {
	refused := 0
	for _, verdict := range verdicts {
		if verdict.IsGranted() {
			continue
		}
		if verdict.Status != scoperegistryv1.VerdictStatus_VERDICT_STATUS_WRONG_RESOURCE {
			return false
		}
		refused++
	}
	return refused > 0 && !slices.ContainsFunc(resources, func(uri string) bool { return r.resources[uri] != nil })
}

func withoutRepeats(names []string) []string {
	seen := make(map[string]bool, len(names))
	distinct := make([]string, 0, len(names))
	for _, name := range names {
		if !seen[name] {
			seen[name] = true
			distinct = append(distinct, name)
		}
	}
	return distinct
}
