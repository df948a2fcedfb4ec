package judging

import "strings"

// MaxScopeNameLength is the longest scope name that can be registered, in characters.
const MaxScopeNameLength = 255

// IsScopeName tells whether a name is a scope-token of RFC 6749 section 3.3 and at most [MaxScopeNameLength] characters long.
func IsScopeName(name string) bool {
	if name == "" || len(name) > MaxScopeNameLength {
		return false
	}
	for at := 0; at < len(name); at++ {
		if !isScopeCharacter(name[at]) {
			return false
		}
	}
	return true
}

// ParseScopeParameter gives the names in a `scope` parameter (RFC 6749 section 3.3), in order. Runs of spaces part names as one
// space does; any other character stays part of a name, so that what is no scope-token is judged as malformed.
func ParseScopeParameter(scope string) []string {
	names := make([]string, 0, strings.Count(scope, " ")+1)
	for name := range strings.SplitSeq(scope, " ") {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

func isScopeCharacter(c byte) bool {
	return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\'
}
