package judging

// resource is a URI that scopes are tied to (RFC 8707), kept once while one of them is.
type resource struct {
	uri string
	// alone is the list of this one, which the scopes share that are tied to it alone.
	alone  []string
	scopes int
}

// takeResources gives the list of these URIs for a scope that is kept.
func (r *Registry) takeResources(uris []string) []string {
	shared := make([]string, 0, len(uris))
	for _, uri := range uris {
		known := r.resources[uri]
		if known == nil {
			known = &resource{uri: uri, alone: []string{uri}}
			r.resources[uri] = known
		}
		known.scopes++
		if len(uris) == 1 {
			return known.alone
		}
		shared = append(shared, known.uri)
	}
	return shared
}

// giveBackResources forgets those that no other scope is tied to.
func (r *Registry) giveBackResources(uris []string) {
	for _, uri := range uris {
		known := r.resources[uri]
		if known.scopes--; known.scopes == 0 {
			delete(r.resources, uri)
		}
	}
}
