package scoperegistry

import (
	"slices"
	"strings"
	"sync"

	"github.com/scope-registry/scope-registry/clients/go/judging"
)

// maxLastNames is the most names of a client's last time that are kept.
const maxLastNames = 32

// scopeUse is that a scope was granted to a client on a day.
type scopeUse struct {
	// name is the registered one; of an instance that of its template.
	name     string
	clientID string
	// day counts days since 1970-01-01, in UTC.
	day int64
}

type usePair struct{ clientID, name string }

// usageTally counts which scope was granted to which client on which day, each fact once: what was taken out of it does not come
// again as long as it is remembered. Many goroutines may add. Adding what a client was granted the last time as well costs one
// look-up under a lock that readers share.
type usageTally struct {
	// maxPairs is how many pairs of a client and a scope are kept until they are taken: further ones are dropped. At most twice as
	// many are remembered.
	maxPairs int

	mutex sync.RWMutex
	// known is the newest day by client and name: of those that wait to be taken, and those that were.
	known map[usePair]int64
	// fresh are those that wait to be taken.
	fresh map[usePair]bool
	// last is what was last added for each client: most ask for the same scopes again and again.
	last map[string]lastAdded
}

type lastAdded struct {
	names []string
	day   int64
}

func newUsageTally(maxPairs int) *usageTally {
	return &usageTally{maxPairs: maxPairs, known: map[usePair]int64{}, fresh: map[usePair]bool{}, last: map[string]lastAdded{}}
}

// add adds what a judgement grants to a client.
func (t *usageTally) add(clientID string, judgement *judging.Judgement, day int64) {
	// A client that was granted nothing is not to be remembered.
	if !judgement.Valid {
		return
	}
	t.mutex.RLock()
	last, known := t.last[clientID]
	t.mutex.RUnlock()
	if known && last.day == day && hasNames(judgement, last.names) {
		return
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	// The program's text may be a part of a much larger one.
	clientID = strings.Clone(clientID)
	names := make([]string, 0, len(judgement.Verdicts))
	for _, verdict := range judgement.Verdicts {
		if verdict.GrantedName != "" {
			names = append(names, verdict.Scope.GetName())
			t.addUse(scopeUse{verdict.Scope.GetName(), clientID, day}, false)
		}
	}
	// What was dropped is to be looked at again.
	if len(t.fresh) < t.maxPairs && len(names) <= maxLastNames {
		t.last[clientID] = lastAdded{names, day}
	}
}

// take gives the facts that were added since the last time. They count as known from now on: put back what could not be passed on.
func (t *usageTally) take() []scopeUse {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	taken := make([]scopeUse, 0, len(t.fresh))
	for pair := range t.fresh {
		taken = append(taken, scopeUse{pair.name, pair.clientID, t.known[pair]})
	}
	t.fresh = map[usePair]bool{}
	if len(t.known) > t.maxPairs {
		t.last = map[string]lastAdded{}
		t.known = map[usePair]int64{}
		for _, use := range taken {
			t.known[usePair{use.clientID, use.name}] = use.day
		}
	}
	return taken
}

// putBack has facts that were taken come again the next time, unless newer ones have taken their place.
func (t *usageTally) putBack(uses []scopeUse) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.last = map[string]lastAdded{}
	for _, use := range uses {
		t.addUse(use, true)
	}
}

// addUse: a day before the one that is known of the pair changes nothing; the same day only again.
func (t *usageTally) addUse(use scopeUse, again bool) {
	pair := usePair{use.clientID, use.name}
	day, known := t.known[pair]
	if known && (day > use.day || day == use.day && !again) {
		return
	}
	if !t.fresh[pair] && len(t.fresh) >= t.maxPairs {
		// It is dropped, and not for good: taking forgets what was known beside those taken.
		return
	}
	t.fresh[pair] = true
	t.known[pair] = use.day
}

// hasNames tells whether a judgement grants the scopes of these names, in this order.
func hasNames(judgement *judging.Judgement, names []string) bool {
	count := 0
	for _, verdict := range judgement.Verdicts {
		if verdict.GrantedName == "" {
			continue
		}
		if count == len(names) || names[count] != verdict.Scope.GetName() {
			return false
		}
		count++
	}
	return count == len(names)
}

// inBatches parts uses into as many as one report takes, and as few bytes as stay well within one message.
func inBatches(uses []scopeUse) [][]scopeUse {
	const maxUses, maxBytes = 10_000, 1 << 20
	var batches [][]scopeUse
	for len(uses) > 0 {
		bytes := 0
		end := slices.IndexFunc(uses, func(use scopeUse) bool {
			// The rest is the day, and what frames the fields.
			bytes += len(use.name) + len(use.clientID) + 32
			return bytes > maxBytes
		})
		if end < 0 {
			end = len(uses)
		}
		end = max(1, min(end, maxUses))
		batches, uses = append(batches, uses[:end]), uses[end:]
	}
	return batches
}
