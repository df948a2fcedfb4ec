package judging

// templateIndex holds templates by what they match. Where several match a name, the one counts whose first parameter comes
// first, and so on; of registered scopes there is one at the most.
type templateIndex[T any] struct {
	root templateNode[T]
	// headLengths counts the templates by the length of their first literal: most places in a name need no look-up then.
	headLengths [MaxScopeNameLength + 1]int
	size        int
}

// templateNode is what follows on a parameter, or at the root on nothing: texts that another parameter follows on, and texts
// that a name ends with.
type templateNode[T any] struct {
	next map[string]*templateNode[T]
	last map[string]templateLeaf[T]
}

type templateLeaf[T any] struct {
	template *Template
	value    T
}

// get gives what was set for this template, or for one that differs in the names of its parameters alone.
func (x *templateIndex[T]) get(template *Template) (T, bool) {
	node := &x.root
	for _, literal := range template.literals[:len(template.Parameters)] {
		if node = node.next[literal]; node == nil {
			var none T
			return none, false
		}
	}
	leaf, found := node.last[template.literals[len(template.Parameters)]]
	return leaf.value, found
}

// set adds a template, or puts it in the place of the one with the same instances.
func (x *templateIndex[T]) set(template *Template, value T) {
	node := &x.root
	for _, literal := range template.literals[:len(template.Parameters)] {
		below := node.next[literal]
		if below == nil {
			below = &templateNode[T]{}
			if node.next == nil {
				node.next = map[string]*templateNode[T]{}
			}
			node.next[literal] = below
		}
		node = below
	}
	if node.last == nil {
		node.last = map[string]templateLeaf[T]{}
	}
	last := template.literals[len(template.Parameters)]
	if _, known := node.last[last]; !known {
		x.size++
		x.headLengths[len(template.literals[0])]++
	}
	node.last[last] = templateLeaf[T]{template, value}
}

// delete takes a template out, or the one with the same instances.
func (x *templateIndex[T]) delete(template *Template) {
	if x.root.delete(template.literals) {
		x.size--
		x.headLengths[len(template.literals[0])]--
	}
}

func (n *templateNode[T]) delete(literals []string) bool {
	if len(literals) == 1 {
		_, found := n.last[literals[0]]
		delete(n.last, literals[0])
		return found
	}
	below := n.next[literals[0]]
	if below == nil || !below.delete(literals[1:]) {
		return false
	}
	if len(below.next) == 0 && len(below.last) == 0 {
		delete(n.next, literals[0])
	}
	return true
}

// match gives what a name is an instance of, and the values of its parameters.
func (x *templateIndex[T]) match(name string) (templateLeaf[T], map[string]string, bool) {
	if x.size == 0 || len(name) > MaxScopeNameLength || countSeparators(name) >= MaxTemplateSegments {
		return templateLeaf[T]{}, nil, false
	}
	var values [MaxTemplateParameters]string
	leaf, found := x.root.match(name, &values, 0, &x.headLengths)
	if !found {
		return leaf, nil, false
	}
	named := make(map[string]string, len(leaf.template.Parameters))
	for at, parameter := range leaf.template.Parameters {
		named[parameter] = values[at]
	}
	return leaf, named, true
}

// match looks for the rest of a name below a node. With lengths, keys of others are not there.
func (n *templateNode[T]) match(
	rest string, values *[MaxTemplateParameters]string, depth int, lengths *[MaxScopeNameLength + 1]int,
) (templateLeaf[T], bool) {
	for at := 0; at < len(rest) && len(n.next) > 0; at++ {
		start := at + 1
		if !isSeparator(rest[at]) || lengths != nil && lengths[start] == 0 {
			continue
		}
		below := n.next[rest[:start]]
		if below == nil {
			continue
		}
		end := valueEnd(rest, start)
		if end == start || end-start > MaxParameterLength {
			continue
		}
		values[depth] = rest[start:end]
		if leaf, found := below.match(rest[end:], values, depth+1, nil); found {
			return leaf, true
		}
	}
	leaf, found := n.last[rest]
	return leaf, found
}
