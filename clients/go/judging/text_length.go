package judging

import "unicode/utf16"

// longerThan tells whether a text has more than so many UTF-16 code units, which is how the registry counts characters.
func longerThan(text string, most int) bool {
	// No code unit takes less than a byte of UTF-8.
	return len(text) > most && textLength(text) > most
}

func textLength(text string) int {
	length := 0
	for _, r := range text {
		length += utf16.RuneLen(r)
	}
	return length
}
