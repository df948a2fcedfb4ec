package judging

import (
	"maps"
	"slices"
	"strings"
)

// Consent is what a consent screen shows for a scope. It is text, not markup.
type Consent struct {
	// Locale is the BCP 47 tag of the language that it is in; empty: the scope has no texts.
	Locale string
	// Title is a short one.
	Title string
	// Description is a sentence or two; it may be empty.
	Description string
}

// chooseConsent chooses the text in the best of the languages asked for, which are canonical tags.
//
// For each of them, best first: the tag itself and what is left when it is shortened from its end (RFC 4647 section 3.4), then
// any text in the same language. After them English, then the first tag in order. A scope without texts shows its name and
// description. An instance of a template shows its own name and, in the template's texts, its values.
func chooseConsent(resolved Resolved, locales []string) *Consent {
	texts := resolved.Scope.GetConsentTexts()
	if len(texts) == 0 {
		return &Consent{Title: resolved.Name, Description: resolved.Scope.GetDescription()}
	}
	locale := chooseTag(slices.Sorted(maps.Keys(texts)), locales)
	text := texts[locale]
	return &Consent{
		Locale:      locale,
		Title:       withValues(text.GetTitle(), resolved.Parameters),
		Description: withValues(text.GetDescription(), resolved.Parameters),
	}
}

func chooseTag(tags, locales []string) string {
	for _, wanted := range append(slices.Clip(locales), "en") {
		if found, is := lookUp(tags, wanted); is {
			return found
		}
		for _, tag := range tags {
			if sameLanguage(tag, wanted) {
				return tag
			}
		}
	}
	return tags[0]
}

func lookUp(tags []string, wanted string) (string, bool) {
	for wanted != "" {
		if slices.Contains(tags, wanted) {
			return wanted, true
		}
		wanted = wanted[:max(strings.LastIndexByte(wanted, '-'), 0)]
		// A single letter introduces what was cut off behind it, and goes with it.
		if length := len(wanted); length >= 2 && wanted[length-2] == '-' {
			wanted = wanted[:length-2]
		}
	}
	return "", false
}

// sameLanguage: private use and the undetermined language are no language that two tags could have in common.
func sameLanguage(a, b string) bool {
	language, _, _ := strings.Cut(a, "-")
	other, _, _ := strings.Cut(b, "-")
	return language == other && language != "x" && language != "und"
}
