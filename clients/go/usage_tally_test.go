package scoperegistry

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func granted(names ...string) *judging.Judgement {
	judgement := &judging.Judgement{Valid: true}
	for _, name := range names {
		judgement.Verdicts = append(judgement.Verdicts, &judging.Verdict{GrantedName: name, Scope: &scoperegistryv1.Scope{Name: name}})
	}
	return judgement
}

func taken(tally *usageTally) []string {
	var texts []string
	for _, use := range tally.take() {
		texts = append(texts, fmt.Sprint(use.clientID, " ", use.name, " ", use.day))
	}
	slices.Sort(texts)
	return texts
}

func expect(t *testing.T, tally *usageTally, want ...string) {
	t.Helper()
	if got := taken(tally); !slices.Equal(got, want) {
		t.Errorf("taken are %q, want %q", got, want)
	}
}

func TestUsageIsCountedOnceADay(t *testing.T) {
	tally := newUsageTally(100)
	for range 3 {
		tally.add("shop", granted("a", "b"), 7)
	}
	tally.add("shop", granted("b"), 7)
	tally.add("shop", granted("b"), 6)
	tally.add("shop", &judging.Judgement{}, 7)
	expect(t, tally, "shop a 7", "shop b 7")
	tally.add("shop", granted("b", "a"), 7)
	expect(t, tally)
	tally.add("shop", granted("a"), 8)
	expect(t, tally, "shop a 8")
}

func TestUsageThatIsPutBackComesAgain(t *testing.T) {
	tally := newUsageTally(100)
	tally.add("shop", granted("a", "b"), 7)
	uses := tally.take()
	tally.add("shop", granted("a"), 8)
	tally.putBack(uses)
	expect(t, tally, "shop a 8", "shop b 7")
}

func TestUsageIsBounded(t *testing.T) {
	tally := newUsageTally(3)
	for at := range 10 {
		tally.add(fmt.Sprint("client-", at), granted("a"), 7)
	}
	if got := len(tally.take()); got != 3 {
		t.Errorf("%d are kept", got)
	}
	// What was dropped is counted when it comes again.
	tally.add("client-9", granted("a"), 7)
	expect(t, tally, "client-9 a 7")
}

func TestUsageIsReportedInBatches(t *testing.T) {
	uses := make([]scopeUse, 25_000)
	batches := inBatches(uses)
	if len(batches) != 3 || len(batches[0]) != 10_000 || len(batches[2]) != 5_000 {
		t.Errorf("%d batches", len(batches))
	}
	long := slices.Repeat([]scopeUse{{name: strings.Repeat("n", 255), clientID: strings.Repeat("c", 512)}}, 3_000)
	if batches := inBatches(long); len(batches) != 3 || len(slices.Concat(batches...)) != 3_000 {
		t.Errorf("%d batches of long names", len(batches))
	}
}
