package judging

import (
	"cmp"
	"slices"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// Registry holds the registered scopes and the client policies of one revision in memory. What it is given and gives away must
// not be changed any more. It may be read by many goroutines at once, but not while it is changed.
type Registry struct {
	// Revision is told in judgements, and means nothing else here.
	Revision uint64

	scopes    map[string]*entry
	aliases   map[string]*entry
	templates templateIndex[*entry]
	resources map[string]*resource
	// defaults are ordered by name, in any state.
	defaults []*entry
	clients  map[string]*client
}

// Resolved is what a requested name stands for.
type Resolved struct {
	// Scope is the scope of this name or alias, or the template that the name is an instance of.
	Scope *scoperegistryv1.Scope
	// Name is what is granted: the scope's name, or its template with the values put in.
	Name string
	// IsAlias tells whether the requested name is another one than the scope's own.
	IsAlias bool
	// Parameters are the values of the template's parameters; nil: the scope is no template.
	Parameters map[string]string

	entry *entry
}

// NewRegistry makes a registry in which nothing is registered.
func NewRegistry() *Registry {
	return &Registry{
		scopes:    map[string]*entry{},
		aliases:   map[string]*entry{},
		resources: map[string]*resource{},
		clients:   map[string]*client{},
	}
}

// Size is the number of scopes, in any state.
func (r *Registry) Size() int {
	return len(r.scopes)
}

// Get gives the scope of this exact name, in any state; nil: there is none.
func (r *Registry) Get(name string) *scoperegistryv1.Scope {
	if found := r.scopes[name]; found != nil {
		return found.scope
	}
	return nil
}

// Scopes gives all scopes, in any state, in no order.
func (r *Registry) Scopes() []*scoperegistryv1.Scope {
	scopes := make([]*scoperegistryv1.Scope, 0, len(r.scopes))
	for _, each := range r.scopes {
		scopes = append(scopes, each.scope)
	}
	return scopes
}

// Resolve tells what a requested name stands for: the scope of this name, else the one that has it as an alias, else the
// template that it is an instance of; false: nothing. A template's own name stands for nothing.
func (r *Registry) Resolve(name string) (Resolved, bool) {
	found, isOwn := r.scopes[name]
	if !isOwn {
		if found = r.aliases[name]; found == nil {
			return r.resolveInstance(name)
		}
	}
	if r.templates.size > 0 {
		if _, isTemplate := ParseTemplate(name); isTemplate {
			return Resolved{}, false
		}
	}
	return Resolved{Scope: found.scope, Name: found.name, IsAlias: !isOwn, entry: found}, true
}

func (r *Registry) resolveInstance(requested string) (Resolved, bool) {
	leaf, parameters, found := r.templates.match(requested)
	if !found {
		return Resolved{}, false
	}
	scope := leaf.value.scope
	isAlias := leaf.template.Name != scope.GetName()
	name := requested
	if isAlias {
		name = withValues(scope.GetName(), parameters)
	}
	// The new name of a long value can be longer than a name may be.
	if len(name) > MaxScopeNameLength {
		return Resolved{}, false
	}
	return Resolved{scope, name, isAlias, parameters, leaf.value}, true
}

// Set adds a scope, or puts it in the place of the one of the same name.
func (r *Registry) Set(scope *scoperegistryv1.Scope) {
	r.Delete(scope.GetName())
	added := newEntry(scope, r.takeResources(scope.GetResources()))
	r.scopes[added.name] = added
	for _, alias := range added.aliases {
		r.aliases[alias] = added
	}
	for _, template := range added.templates {
		r.templates.set(template, added)
	}
	if scope.GetIsDefault() {
		at, _ := slices.BinarySearchFunc(r.defaults, added, compareNames)
		r.defaults = slices.Insert(r.defaults, at, added)
	}
}

// Delete takes a scope out.
func (r *Registry) Delete(name string) {
	gone := r.scopes[name]
	if gone == nil {
		return
	}
	delete(r.scopes, name)
	// Within one revision a name may go to its next scope before it leaves this one.
	for _, alias := range gone.aliases {
		if r.aliases[alias] == gone {
			delete(r.aliases, alias)
		}
	}
	for _, template := range gone.templates {
		if holder, _ := r.templates.get(template); holder == gone {
			r.templates.delete(template)
		}
	}
	r.giveBackResources(gone.resources)
	if at, found := slices.BinarySearchFunc(r.defaults, gone, compareNames); found {
		r.defaults = slices.Delete(r.defaults, at, at+1)
	}
}

func compareNames(a, b *entry) int {
	return cmp.Compare(a.name, b.name)
}
