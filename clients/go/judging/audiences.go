package judging

import "slices"

// audiencesOf are the `aud` of a token (RFC 9068 section 3): the resources of what is granted, each once, in code point order.
// Where resources were requested (RFC 8707 section 2), only these count.
func audiencesOf(granted []*entry, requested []string) []string {
	var buffer [few]string
	var last []string
	found := buffer[:0]
	for _, each := range granted {
		// Scopes of one API share the list.
		if len(each.resources) == 0 || len(last) > 0 && &each.resources[0] == &last[0] {
			continue
		}
		last = each.resources
		for _, uri := range each.resources {
			if len(requested) > 0 && !slices.Contains(requested, uri) {
				continue
			}
			// Many are made distinct below.
			if len(found) > few || !slices.Contains(found, uri) {
				found = append(found, uri)
			}
		}
	}
	slices.Sort(found)
	return slices.Clone(slices.Compact(found))
}
