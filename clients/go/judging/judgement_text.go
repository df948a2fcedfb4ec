package judging

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// maxNamesInDescription is how many refused scopes are described by name.
const maxNamesInDescription = 10

var refusals = map[scoperegistryv1.VerdictStatus]string{
	scoperegistryv1.VerdictStatus_VERDICT_STATUS_UNKNOWN:        "is not registered",
	scoperegistryv1.VerdictStatus_VERDICT_STATUS_MALFORMED:      "is no scope name (RFC 6749 section 3.3)",
	scoperegistryv1.VerdictStatus_VERDICT_STATUS_DISABLED:       "is disabled",
	scoperegistryv1.VerdictStatus_VERDICT_STATUS_PENDING:        "waits for a review",
	scoperegistryv1.VerdictStatus_VERDICT_STATUS_NOT_ALLOWED:    "is not allowed for this client",
	scoperegistryv1.VerdictStatus_VERDICT_STATUS_WRONG_RESOURCE: "is not for the requested resource",
}

// replacementOf is the name to ask for in place of a requested one: an alias stands for its scope's name.
func replacementOf(resolved Resolved) string {
	if resolved.IsAlias {
		return resolved.Name
	}
	return withValues(resolved.Scope.GetReplacedBy(), resolved.Parameters)
}

// describeVerdict is the verdict on a scope in a sentence within the characters of `error_description`; empty if GRANTED.
func describeVerdict(name string, status scoperegistryv1.VerdictStatus, resolved Resolved) string {
	if status == scoperegistryv1.VerdictStatus_VERDICT_STATUS_GRANTED {
		return ""
	}
	// What replaces the scope itself; that an alias is one helps nobody whom the scope is refused to.
	advice := ""
	if replacement := withValues(resolved.Scope.GetReplacedBy(), resolved.Parameters); replacement != "" {
		advice = ", ask for " + replacement + " instead"
	}
	if status != scoperegistryv1.VerdictStatus_VERDICT_STATUS_DEPRECATED {
		return "Scope " + printable(name) + " " + refusals[status] + advice
	}
	if resolved.IsAlias {
		return fmt.Sprintf("Scope %s is another name of %s: ask for %s", name, resolved.Name, resolved.Name)
	}
	end := ""
	if sunset := resolved.Scope.GetSunsetTime(); sunset != nil {
		milliseconds := sunset.GetSeconds()*1_000 + (int64(sunset.GetNanos())+500_000)/1_000_000
		end = " and ends on " + time.UnixMilli(milliseconds).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return "Scope " + name + " is deprecated" + end + advice
}

// describeUnknown is the verdict on a name that stands for nothing, in such a sentence.
func (r *Registry) describeUnknown(name string, status scoperegistryv1.VerdictStatus) string {
	if r.scopes[name] != nil || r.aliases[name] != nil {
		return "Scope " + name + " is a template: ask for an instance, with values in place of the braces"
	}
	return "Scope " + printable(name) + " " + refusals[status]
}

// describeRefusal is all that was refused, for `error_description`: printable ASCII without the quotation mark and the
// backslash (RFC 6749 section 5.2).
func describeRefusal(verdicts []*Verdict) string {
	if len(verdicts) == 0 {
		return "No scope was requested and no default scope applies"
	}
	var messages []string
	for _, verdict := range verdicts {
		if !verdict.IsGranted() {
			messages = append(messages, verdict.Message)
		}
	}
	if rest := len(messages) - maxNamesInDescription; rest > 0 {
		return fmt.Sprintf("%s; and %d more", strings.Join(messages[:maxNamesInDescription], "; "), rest)
	}
	return strings.Join(messages, "; ")
}

// printable is a name as it may stand in a message: shortened, and each forbidden character shown as a question mark. Both
// count UTF-16 code units, as the registry does, so that all clients are told the same.
func printable(name string) string {
	var text strings.Builder
	for _, r := range name {
		for range utf16.RuneLen(r) {
			if text.Len() == MaxScopeNameLength {
				return text.String()
			}
			if r == ' ' || r < 0x80 && isScopeCharacter(byte(r)) {
				text.WriteByte(byte(r))
			} else {
				text.WriteByte('?')
			}
		}
	}
	return text.String()
}
