package judging

import (
	"regexp"
	"slices"
	"strings"
)

const (
	// MaxTemplateSegments is the most segments of a template.
	MaxTemplateSegments = 12
	// MaxTemplateParameters is the most parameters of a template.
	MaxTemplateParameters = 4
	// MaxParameterLength is the most characters of a parameter's value.
	MaxParameterLength = 128
)

var (
	parameterSegment = regexp.MustCompile(`^\{[a-z][a-z0-9_]{0,31}\}$`)
	placeholder      = regexp.MustCompile(`\{[a-z][a-z0-9_]{0,31}\}`)
)

// Template is a name that stands for all its instances, dataset:{id}:read for example. A parameter fills a whole segment, which
// is what stands between two of ":", "/" and "."; the first segment has none. Its value is 1 to [MaxParameterLength] of
// A-Za-z0-9-_~@%+=.
type Template struct {
	// Name is the template itself.
	Name string
	// Parameters are the names of the parameters, in order.
	Parameters []string
	// literals are the texts before, between and after the parameters; the first is not empty.
	literals []string
}

// ParseTemplate gives the template that a name is; false: it is none, or is malformed.
func ParseTemplate(name string) (*Template, bool) {
	if !strings.Contains(name, "{") || !IsScopeName(name) {
		return nil, false
	}
	var parameters []string
	for at, segment := range strings.Split(separated(name), " ") {
		if !strings.ContainsAny(segment, "{}") {
			continue
		}
		if at == 0 || !parameterSegment.MatchString(segment) || slices.Contains(parameters, segment) {
			return nil, false
		}
		parameters = append(parameters, segment)
	}
	if countSeparators(name) >= MaxTemplateSegments || len(parameters) > MaxTemplateParameters {
		return nil, false
	}
	for at, parameter := range parameters {
		parameters[at] = parameter[1 : len(parameter)-1]
	}
	return &Template{Name: name, Parameters: parameters, literals: placeholder.Split(name, -1)}, true
}

// Match gives the values that make a name an instance of the template; false: it is none.
func (t *Template) Match(name string) (map[string]string, bool) {
	if len(name) > MaxScopeNameLength {
		return nil, false
	}
	values := make(map[string]string, len(t.Parameters))
	rest, found := strings.CutPrefix(name, t.literals[0])
	for at, parameter := range t.Parameters {
		end := valueEnd(rest, 0)
		if !found || end == 0 || end > MaxParameterLength {
			return nil, false
		}
		values[parameter] = rest[:end]
		rest, found = strings.CutPrefix(rest[end:], t.literals[at+1])
	}
	if !found || rest != "" {
		return nil, false
	}
	return values, true
}

// Instance is the instance of the template with these values. A parameter without one stays as it is.
func (t *Template) Instance(values map[string]string) string {
	return withValues(t.Name, values)
}

// withValues is a text of a template with values in place of the parameters that it names.
func withValues(text string, values map[string]string) string {
	if len(values) == 0 || !strings.Contains(text, "{") {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if value, known := values[found[1:len(found)-1]]; known {
			return value
		}
		return found
	})
}

// valueEnd tells where the characters of a value end that begin at a place.
func valueEnd(name string, start int) int {
	at := start
	for at < len(name) && isValueCharacter(name[at]) {
		at++
	}
	return at
}

func isValueCharacter(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("_-~@%+=", c) >= 0
}

func isSeparator(c byte) bool {
	return c == ':' || c == '/' || c == '.'
}

func countSeparators(name string) int {
	count := 0
	for at := 0; at < len(name); at++ {
		if isSeparator(name[at]) {
			count++
		}
	}
	return count
}

// separated puts a space, which no scope name holds, in the place of each separator.
func separated(name string) string {
	return strings.Map(func(r rune) rune {
		if isSeparator(byte(r)) {
			return ' '
		}
		return r
	}, name)
}
