package scoperegistry_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var exampleBlock = regexp.MustCompile("<!-- example: (\\S+) -->\n```go\n((?s:.*?))```")

func TestTheDocumentsShowTheCodeOfTheExamples(t *testing.T) {
	for document, least := range map[string]int{"README.md": 4, filepath.Join("..", "..", "docs", "go.md"): 4} {
		text := readText(t, document)
		blocks := exampleBlock.FindAllStringSubmatch(text, -1)
		if len(blocks) < least || len(blocks) != strings.Count(text, "```go\n") {
			t.Errorf("%s shows %d examples, and %d blocks of Go", document, len(blocks), strings.Count(text, "```go\n"))
		}
		for _, block := range blocks {
			if !strings.Contains(readText(t, block[1]), block[2]) {
				t.Errorf("%s shows as %s what is not in it:\n%s", document, block[1], block[2])
			}
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
