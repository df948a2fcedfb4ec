package judging

import (
	"slices"
	"sync"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// client is what one client may ask for, read when it first asks: most of many never do.
type client struct {
	policy *scoperegistryv1.ClientPolicy
	rights func() *clientRights
}

// clientRights are a client's policy and grants, as judging reads them.
type clientRights struct {
	// defaults are the client's own, in name order.
	defaults []string
	allowed  map[string]bool
	patterns templateIndex[bool]
	granted  map[string]bool
}

// SetClient adds a client's policy and grants, or puts them in the place of those of the same client.
func (r *Registry) SetClient(policy *scoperegistryv1.ClientPolicy) {
	r.clients[policy.GetClientId()] = &client{policy, sync.OnceValue(func() *clientRights { return newClientRights(policy) })}
}

// DeleteClient takes a client's policy and grants out.
func (r *Registry) DeleteClient(id string) {
	delete(r.clients, id)
}

// Clients gives the policies of all clients that have one, in no order.
func (r *Registry) Clients() []*scoperegistryv1.ClientPolicy {
	policies := make([]*scoperegistryv1.ClientPolicy, 0, len(r.clients))
	for _, each := range r.clients {
		policies = append(policies, each.policy)
	}
	return policies
}

// rightsOf tells what a client may ask for; nil: it has no record, so that it has no ceiling and no grants.
func (r *Registry) rightsOf(id string) *clientRights {
	if found := r.clients[id]; found != nil {
		return found.rights()
	}
	return nil
}

func newClientRights(policy *scoperegistryv1.ClientPolicy) *clientRights {
	rights := &clientRights{
		defaults: slices.Compact(slices.Sorted(slices.Values(policy.GetDefaultScopes()))),
		allowed:  setOf(policy.GetAllowedScopes()),
		granted:  setOf(policy.GetGrantedScopes()),
	}
	for _, entry := range policy.GetAllowedScopes() {
		if template, is := ParseTemplate(entry); is {
			rights.patterns.set(template, true)
		}
	}
	return rights
}

// mayHave tells whether a scope is under the client's ceiling, by the requested name or another one of the scope's.
func (c *clientRights) mayHave(requested string, resolved Resolved) bool {
	return len(c.allowed) == 0 || someName(requested, resolved, func(name string) bool {
		if c.allowed[name] {
			return true
		}
		_, _, matches := c.patterns.match(name)
		return matches
	})
}

// holdsGrant tells whether the client has a grant for a scope, under any of those names; of an instance also for its template.
func (c *clientRights) holdsGrant(requested string, resolved Resolved) bool {
	return c != nil && len(c.granted) > 0 && someName(requested, resolved, func(name string) bool { return c.granted[name] })
}

// someName tells whether something holds for a name under which a scope, or an instance of it, is known.
func someName(requested string, resolved Resolved, holds func(name string) bool) bool {
	aliases := resolved.Scope.GetAliases()
	if holds(requested) || holds(resolved.Name) || holds(resolved.Scope.GetName()) || slices.ContainsFunc(aliases, holds) {
		return true
	}
	return resolved.Parameters != nil && slices.ContainsFunc(aliases, func(alias string) bool {
		if template, is := ParseTemplate(alias); is {
			return holds(template.Instance(resolved.Parameters))
		}
		return holds(alias)
	})
}

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
