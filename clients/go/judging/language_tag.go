package judging

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// maxTagLength is the most characters of a language tag.
const maxTagLength = 64

// CanonicalLanguageTag gives the canonical form of a BCP 47 language tag (RFC 5646 section 4.5), en-US for EN-us for example;
// false: it is none.
//
// The choices are those of UTS 35 (zh for cmn), as the registry makes them. A primary subtag of two letters must be assigned in
// ISO 639-1; one of three letters is taken as it is; one of four or more is refused, as nobody has registered any. A tag that is
// private use from its first letter is its own canonical form, in lower case.
func CanonicalLanguageTag(tag string) (string, bool) {
	// Other letters than ASCII's have lower cases in it: the Kelvin sign is a k then.
	if len(tag) > maxTagLength || strings.ContainsFunc(tag, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", false
	}
	lower := strings.ToLower(tag)
	if modern, is := grandfathered[lower]; is {
		return modern, true
	}
	subtags := strings.Split(lower, "-")
	if subtags[0] == "x" {
		return lower, len(subtags) > 1 && areAlphanumeric(subtags[1:], 1)
	}
	// zh-yue is the language yue (RFC 5646 section 2.2.2).
	if len(subtags) > 1 && slices.Contains(languagesWithExtensions, subtags[0]) && isAlphabetic(subtags[1], 3, 3) {
		subtags = subtags[1:]
	}
	read, valid := readTag(subtags)
	if !valid {
		return "", false
	}
	return read.canonical(), true
}

// languageTag is a tag that was read, in lower case.
type languageTag struct {
	language, script, region string
	variants                 []string
	// extensions have their singletons in front.
	extensions []string
	private    string
}

// readTag reads `unicode_bcp47_locale_id` of UTS 35, in lower case.
func readTag(subtags []string) (languageTag, bool) {
	var tag languageTag
	if !isAlphabetic(subtags[0], 2, 3) {
		return tag, false
	}
	if _, err := language.ParseBase(subtags[0]); err != nil && len(subtags[0]) == 2 {
		return tag, false
	}
	tag.language, subtags = subtags[0], subtags[1:]
	if len(subtags) > 0 && isAlphabetic(subtags[0], 4, 4) {
		tag.script, subtags = subtags[0], subtags[1:]
	}
	if len(subtags) > 0 && (isAlphabetic(subtags[0], 2, 2) || len(subtags[0]) == 3 && isDigits(subtags[0])) {
		tag.region, subtags = subtags[0], subtags[1:]
	}
	for len(subtags) > 0 && isVariant(subtags[0]) {
		if slices.Contains(tag.variants, subtags[0]) {
			return tag, false
		}
		tag.variants, subtags = append(tag.variants, subtags[0]), subtags[1:]
	}
	return tag, readExtensions(&tag, subtags)
}

func readExtensions(tag *languageTag, subtags []string) bool {
	for len(subtags) > 0 {
		singleton := subtags[0]
		if len(singleton) != 1 || !areAlphanumeric(subtags[:1], 1) {
			return false
		}
		if singleton == "x" {
			tag.private = strings.Join(subtags, "-")
			return len(subtags) > 1 && areAlphanumeric(subtags[1:], 1)
		}
		end := 1
		for end < len(subtags) && len(subtags[end]) > 1 {
			end++
		}
		extension := subtags[1:end]
		repeated := slices.ContainsFunc(tag.extensions, func(other string) bool { return other[:1] == singleton })
		if len(extension) == 0 || repeated || !areAlphanumeric(extension, 2) {
			return false
		}
		if singleton == "u" {
			extension = canonicalKeywords(extension)
		}
		tag.extensions = append(tag.extensions, strings.Join(append([]string{singleton}, extension...), "-"))
		subtags = subtags[end:]
	}
	return true
}

// canonicalKeywords puts attributes and keywords in order (UTS 35 section 3.6.4).
func canonicalKeywords(extension []string) []string {
	first := slices.IndexFunc(extension, func(subtag string) bool { return len(subtag) == 2 })
	if first < 0 {
		first = len(extension)
	}
	attributes := slices.Sorted(slices.Values(extension[:first]))
	var keywords []string
	for _, subtag := range extension[first:] {
		if len(subtag) == 2 {
			keywords = append(keywords, subtag)
		} else if subtag != "true" {
			keywords[len(keywords)-1] += "-" + subtag
		}
	}
	slices.Sort(keywords)
	return append(attributes, keywords...)
}

func (t languageTag) canonical() string {
	base, script, region := canonicalBase(t.language)
	if t.script != "" {
		script = strings.ToUpper(t.script[:1]) + t.script[1:]
	}
	if script == "Qaai" {
		script = "Zinh"
	}
	if t.region != "" {
		region = canonicalRegion(strings.ToUpper(t.region))
	}
	parts := slices.DeleteFunc([]string{base, script, region}, func(part string) bool { return part == "" })
	parts = append(parts, slices.Sorted(slices.Values(t.variants))...)
	parts = append(parts, slices.Sorted(slices.Values(t.extensions))...)
	if t.private != "" {
		parts = append(parts, t.private)
	}
	return strings.Join(parts, "-")
}

func isVariant(subtag string) bool {
	isLong := len(subtag) >= 5 && len(subtag) <= 8
	isDated := len(subtag) == 4 && isDigits(subtag[:1])
	return (isLong || isDated) && areAlphanumeric([]string{subtag}, 1)
}

func isAlphabetic(subtag string, least, most int) bool {
	return len(subtag) >= least && len(subtag) <= most && strings.Trim(subtag, "abcdefghijklmnopqrstuvwxyz") == ""
}

func isDigits(subtag string) bool {
	return strings.Trim(subtag, "0123456789") == ""
}

// areAlphanumeric tells whether all subtags are letters and digits, at least so many and at most eight.
func areAlphanumeric(subtags []string, least int) bool {
	return !slices.ContainsFunc(subtags, func(subtag string) bool {
		return len(subtag) < least || len(subtag) > 8 || strings.Trim(subtag, "abcdefghijklmnopqrstuvwxyz0123456789") != ""
	})
}
