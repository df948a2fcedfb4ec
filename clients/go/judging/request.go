package judging

import (
	"fmt"
	"strings"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

const (
	// MaxNames is the most names in one request.
	MaxNames = 1_000
	// MaxClientLength is the most characters of a client's identifier, counted in UTF-16 as the registry does.
	MaxClientLength = 512
	// MaxResources is the most resources that one request may name.
	MaxResources = 20
	// MaxLocales is the most languages that consent texts may be asked for in.
	MaxLocales = 20
)

// Request is a token request's scopes, to be judged. It has the meaning of the contract's ValidateScopesRequest; its zero value
// asks for the defaults.
type Request struct {
	// Scopes are the requested names, in order. Give either these or Scope.
	Scopes []string
	// Scope has the requested names as OAuth's `scope` parameter gives them, parted by spaces (RFC 6749 section 3.3).
	Scope string
	// ClientID is the OAuth client that asks: its policy and its grants count. Empty: none, so that no restricted scope is
	// granted.
	ClientID string
	// Resources are the `resource` parameters of the request (RFC 8707 section 2).
	Resources []string
	// Mode says whether one refused scope refuses the request; unspecified is ALL_OR_NOTHING.
	Mode scoperegistryv1.ValidationMode
	// View says whether to choose consent texts; unspecified is BASIC, which has none.
	View scoperegistryv1.ValidationView
	// Locales are the user's languages for consent texts, best first, as BCP 47 tags (`ui_locales`).
	Locales []string
}

// Violation is one broken rule of a request.
type Violation struct {
	// Field is the path of the field, resources[3] for example.
	Field string
	// Description tells what is wrong and what to do.
	Description string
}

// InvalidRequestError tells that a request to judge breaks rules, where the ValidateScopes RPC answers INVALID_ARGUMENT.
type InvalidRequestError struct {
	// Violations are all the broken rules.
	Violations []Violation
}

func (e *InvalidRequestError) Error() string {
	texts := make([]string, len(e.Violations))
	for at, violation := range e.Violations {
		texts[at] = violation.Field + ": " + violation.Description
	}
	return "the request to judge breaks rules: " + strings.Join(texts, "; ")
}

// query is a request that was read.
type query struct {
	names        []string
	clientID     string
	resources    []string
	isNarrow     bool
	wantsConsent bool
	// locales are in canonical form.
	locales []string
}

func readRequest(request *Request) (query, error) {
	var violations []Violation
	violate := func(field, format string, values ...any) {
		violations = append(violations, Violation{field, fmt.Sprintf(format, values...)})
	}
	read := query{names: request.Scopes, clientID: request.ClientID, resources: request.Resources}
	namesField := "scopes"
	if request.Scope != "" {
		if len(request.Scopes) > 0 {
			violate("scope", "Both scopes and scope are given: give one of them")
		}
		namesField = "scope"
		// One of spaces alone is no omitted one: it is judged, as malformed.
		if read.names = ParseScopeParameter(request.Scope); len(read.names) == 0 {
			read.names = []string{request.Scope}
		}
	}
	if len(read.names) > MaxNames {
		violate(namesField, "%d names are too many: give at most %d", len(read.names), MaxNames)
	}
	if longerThan(request.ClientID, MaxClientLength) {
		violate("client_id", "%d characters are too many: give at most %d", textLength(request.ClientID), MaxClientLength)
	}
	if len(request.Resources) > MaxResources {
		violate("resources", "%d resources are too many: give at most %d", len(request.Resources), MaxResources)
	}
	if len(request.Locales) > MaxLocales {
		violate("locales", "%d languages are too many: give at most %d", len(request.Locales), MaxLocales)
	}
	if len(request.Resources) <= MaxResources {
		for at, uri := range request.Resources {
			if problem := resourceProblem(uri); problem != "" {
				violate(fmt.Sprintf("resources[%d]", at), "%s", problem)
			}
		}
	}
	if len(request.Locales) <= MaxLocales {
		for at, tag := range request.Locales {
			canonical, valid := CanonicalLanguageTag(tag)
			if !valid {
				violate(fmt.Sprintf("locales[%d]", at), "This is no BCP 47 language tag (RFC 5646): write it like en-US")
				continue
			}
			read.locales = append(read.locales, canonical)
		}
	}
	if _, known := scoperegistryv1.ValidationMode_name[int32(request.Mode)]; !known {
		violate("mode", "Mode is unknown: give ALL_OR_NOTHING or NARROW")
	}
	if _, known := scoperegistryv1.ValidationView_name[int32(request.View)]; !known {
		violate("view", "View is unknown: give BASIC or CONSENT")
	}
	if violations != nil {
		return query{}, &InvalidRequestError{violations}
	}
	read.isNarrow = request.Mode == scoperegistryv1.ValidationMode_VALIDATION_MODE_NARROW
	read.wantsConsent = request.View == scoperegistryv1.ValidationView_VALIDATION_VIEW_CONSENT
	return read, nil
}
