package scoperegistry

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	// lookEvery is how often a token file is looked at, at the most.
	lookEvery = time.Second
	// maxTokenFile is how large it may be, in bytes: a token has at most 16,384 characters.
	maxTokenFile = 65_536
)

// TokenFile is a file that holds the token and nothing else, a projected service account token of Kubernetes for example. It is
// looked at once a second at the most, while there are calls, and read again when it has changed.
type TokenFile struct {
	Path string
}

func (f TokenFile) problems() []string {
	if f.Path == "" {
		return []string{"TokenFile.Path must be a path"}
	}
	return nil
}

func (f TokenFile) source(context.Context) tokenSource { return &fileToken{path: f.Path} }

type fileToken struct {
	path string

	mutex       sync.Mutex
	text        Secret
	seen        fs.FileInfo
	lookAgainAt time.Time
}

func (f *fileToken) token(context.Context) (string, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.text != "" && time.Now().Before(f.lookAgainAt) {
		return string(f.text), nil
	}
	// While the file is being replaced the last token goes on: the registry tells when it is no longer good.
	if err := f.look(); err != nil && f.text == "" {
		return "", err
	}
	return string(f.text), nil
}

func (f *fileToken) drop(token string) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if string(f.text) == token {
		f.text = ""
	}
	return true
}

func (f *fileToken) look() error {
	f.lookAgainAt = time.Now().Add(lookEvery)
	found, err := os.Stat(f.path)
	if err != nil {
		return f.unreadable(err)
	}
	isSame := f.seen != nil && os.SameFile(f.seen, found) && f.seen.ModTime().Equal(found.ModTime()) && f.seen.Size() == found.Size()
	if isSame && f.text != "" {
		return nil
	}
	if found.Size() > maxTokenFile {
		return noToken("token file %s has %d bytes: it must hold a token and nothing else", f.path, found.Size())
	}
	content, err := os.ReadFile(f.path)
	if err != nil {
		return f.unreadable(err)
	}
	text := strings.TrimSpace(string(content))
	if !isBearerToken(text) {
		return noToken("what token file %s holds %s", f.path, bearerTokenExpected)
	}
	f.text, f.seen = Secret(text), found
	return nil
}

func (f *fileToken) unreadable(err error) error {
	return noToken("token file %s cannot be read (%v): it must be there and readable", f.path, plainCause(err))
}

// plainCause is an error of a file without its path, which stands in the message already.
func plainCause(err error) error {
	if file, is := errors.AsType[*fs.PathError](err); is {
		return file.Err
	}
	return err
}
