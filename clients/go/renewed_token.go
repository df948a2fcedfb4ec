package scoperegistry

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	// maxTokenAttempts is how often a token is asked for before the calls that wait for it fail.
	maxTokenAttempts = 3
	// tokenAttemptTimeout is how long the authorization server may take for one.
	tokenAttemptTimeout = 5 * time.Second
	// mostMargin is how long before its end a token is used no more: a tenth of its life, and at most this.
	mostMargin = 30 * time.Second
	// keptWhenRefused is how long a token that followed a refused one is kept although it is refused as well.
	keptWhenRefused = 5 * time.Second
)

var tokenPauses = pauses{200 * time.Millisecond, 2 * time.Second}

// issuedToken is a token as the authorization server has issued it.
type issuedToken struct {
	text     Secret
	lifetime time.Duration
}

// renewedToken keeps a token until shortly before it expires. Calls that need a new one share one request. A failure is not kept:
// the next call asks anew.
type renewedToken struct {
	closing context.Context
	request func(ctx context.Context) (issuedToken, error)
	// from names where tokens come from, for messages.
	from string

	mutex           sync.Mutex
	current         usableToken
	fetching        *tokenFetch
	replacesRefused bool
}

type usableToken struct {
	text        Secret
	usableUntil time.Time
	// keptUntil is until when a refusal does not make another be got.
	keptUntil time.Time
}

type tokenFetch struct {
	done  chan struct{}
	token Secret
	err   error
}

func (r *renewedToken) token(ctx context.Context) (string, error) {
	r.mutex.Lock()
	if r.current.text != "" && time.Now().Before(r.current.usableUntil) {
		defer r.mutex.Unlock()
		return string(r.current.text), nil
	}
	if r.fetching == nil {
		r.fetching = &tokenFetch{done: make(chan struct{})}
		go r.fetch(r.fetching)
	}
	fetching := r.fetching
	r.mutex.Unlock()
	select {
	case <-fetching.done:
		return string(fetching.token), fetching.err
	case <-ctx.Done():
		if ctx.Err() == context.DeadlineExceeded {
			return "", status.Errorf(codes.DeadlineExceeded,
				"the call's deadline has passed while %s was asked for a token: see whether it answers, or give more time", r.from)
		}
		return "", status.FromContextError(ctx.Err()).Err()
	}
}

func (r *renewedToken) drop(token string) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if string(r.current.text) != token {
		return true
	}
	// A registry that refuses all our tokens must not make each call ask for another.
	if time.Now().Before(r.current.keptUntil) {
		return false
	}
	r.current = usableToken{}
	r.replacesRefused = true
	return true
}

func (r *renewedToken) fetch(fetching *tokenFetch) {
	var startedAt time.Time
	var issued issuedToken
	var err error
	for attempt := 1; ; attempt++ {
		startedAt = time.Now()
		ctx, cancel := context.WithTimeout(r.closing, tokenAttemptTimeout)
		issued, err = r.request(ctx)
		cancel()
		if err == nil || status.Code(err) != codes.Unavailable || attempt == maxTokenAttempts || r.closing.Err() != nil {
			break
		}
		pause(r.closing, tokenPauses.after(attempt))
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	fetching.token, fetching.err = issued.text, err
	r.fetching = nil
	close(fetching.done)
	if err != nil {
		return
	}
	r.current = usableToken{text: issued.text, usableUntil: startedAt.Add(issued.lifetime - min(issued.lifetime/10, mostMargin))}
	if r.replacesRefused {
		r.current.keptUntil = time.Now().Add(keptWhenRefused)
		r.replacesRefused = false
	}
}
