package scoperegistry_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func TestReplicaSeesWhatIsRegisteredAndDisabled(t *testing.T) {
	owner := dial(t, shared, "orders-api", register)
	registerScopes(t, owner, "orders:read")
	replica := newReplica(t, dial(t, shared, "auth-server", readAndValidate), scoperegistry.ReplicaOptions{})
	if _, err := replica.Judge(judging.Request{Scope: "orders:read"}); err != nil && err != scoperegistry.ErrReplicaNotReady {
		t.Fatal(err)
	}
	waitReady(t, replica)
	changes := make(chan scoperegistry.ReplicaChange, 100)
	remove := replica.OnChange(func(change scoperegistry.ReplicaChange) { changes <- change })

	if judgement := judge(t, replica, "orders:read orders:write"); judgement.Valid || judgement.Error != "invalid_scope" {
		t.Errorf("a scope that nobody has registered is granted: %+v", judgement)
	}
	registerScopes(t, owner, "orders:read", "orders:write")
	waitUntil(t, "the new scope is granted", func() bool { return judge(t, replica, "orders:read orders:write").Valid })
	if change := <-changes; !slices.Equal(change.Names, []string{"orders:write"}) || change.Revision != replica.Revision() {
		t.Errorf("the change is told as %+v", change)
	}

	registerScopes(t, owner, "orders:read")
	waitUntil(t, "the disabled scope is refused", func() bool { return !judge(t, replica, "orders:write").Valid })
	if got := judge(t, replica, "orders:write").ErrorDescription; got != "Scope orders:write is disabled" {
		t.Errorf("it is refused as %q", got)
	}
	remove()
	if replica.Get("orders:write").GetState() != scoperegistryv1.ScopeState_SCOPE_STATE_DISABLED || replica.Get("nobody") != nil {
		t.Error("Get does not tell the state")
	}
	if resolved, found := replica.Resolve("orders:read"); !found || resolved.Name != "orders:read" {
		t.Error("Resolve does not find a scope")
	}
	if len(replica.Scopes()) != replica.Size() || replica.RegistryID() == "" || !replica.Connected() || replica.Lag() > time.Minute {
		t.Errorf("%d of %d scopes, registry %q, lag %v", len(replica.Scopes()), replica.Size(), replica.RegistryID(), replica.Lag())
	}
	if allowed, err := replica.Allows(judging.Request{Scopes: []string{"orders:read"}}); !allowed || err != nil {
		t.Errorf("Allows says %v, %v", allowed, err)
	}
	var invalid *judging.InvalidRequestError
	if _, err := replica.Judge(judging.Request{Locales: []string{"english"}}); !errors.As(err, &invalid) {
		t.Errorf("a bad request is answered %v", err)
	}
}

func TestReplicaAnswersWhatTheRegistryAnswers(t *testing.T) {
	owner := dial(t, shared, "files-api", register)
	_, err := scoperegistry.RegisterAtStartup(t.Context(), owner, scoperegistry.Registration{
		Scopes: []*scoperegistryv1.ScopeDefinition{
			{Name: "folder:{id}:read", Description: "Read a folder", Resources: []string{"https://files.example.com/"}},
			{Name: "files:admin", Description: "Administer", Restricted: proto.Bool(true), Aliases: []string{"files:root"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = dial(t, shared, "operator", admin).Admin.GrantScopes(t.Context(), &scoperegistryv1.GrantScopesRequest{
		ClientId: "backup", Scopes: []string{"files:admin"},
	})
	if err != nil {
		t.Fatal(err)
	}
	issuer := dial(t, shared, "auth-server", readAndValidate)
	replica := newReplica(t, issuer, scoperegistry.ReplicaOptions{})
	waitReady(t, replica)
	for _, request := range []judging.Request{
		{Scope: "folder:7:read files:root", ClientID: "backup"},
		{Scope: "folder:7:read files:root", ClientID: "shop"},
		{Scope: "folder:7:read", Resources: []string{"https://nobody.example.com/"}},
		{},
	} {
		judgement, err := replica.Judge(request)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := issuer.Registry.ValidateScopes(t.Context(), &scoperegistryv1.ValidateScopesRequest{
			Scope: request.Scope, ClientId: request.ClientID, Resources: request.Resources,
		})
		if err != nil {
			t.Fatal(err)
		}
		if judgement.Valid != answer.GetValid() || !slices.Equal(judgement.GrantedScopes, answer.GetGrantedScopes()) ||
			!slices.Equal(judgement.Audiences, answer.GetAudiences()) || judgement.ErrorDescription != answer.GetErrorDescription() {
			t.Errorf("%+v is judged %+v, and by the registry %v", request, judgement, answer)
		}
	}
}

func TestReplicaGoesOnWithoutTheRegistryAndResumes(t *testing.T) {
	t.Parallel()
	registry := startRegistry(t)
	owner := dial(t, registry, "orders-api", register)
	registerScopes(t, owner, "orders:read")
	var problems atomic.Int32
	followed := make(chan uint64, 10)
	replica := newReplica(t, dial(t, registry, "auth-server", readAndValidate), scoperegistry.ReplicaOptions{
		OnProblem:   func(scoperegistry.ReplicaProblem) { problems.Add(1) },
		OnFollowing: func(revision uint64) { followed <- revision },
	})
	waitReady(t, replica)
	<-followed
	id := replica.RegistryID()

	if err := registry.Stop(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the replica has noticed", func() bool { return !replica.Connected() && problems.Load() > 0 })
	if !judge(t, replica, "orders:read").Valid {
		t.Error("judging does not go on without the registry")
	}

	if err := registry.Restart(); err != nil {
		t.Fatal(err)
	}
	registerScopes(t, owner, "orders:read", "orders:write")
	waitUntil(t, "the new scope is granted", func() bool { return judge(t, replica, "orders:write").Valid })
	<-followed
	if replica.RegistryID() != id {
		t.Error("the registry is another one")
	}
}

func TestReplicaStartsFromItsFileWithoutTheRegistry(t *testing.T) {
	t.Parallel()
	registry := startRegistry(t)
	registerScopes(t, dial(t, registry, "orders-api", register), "orders:read", "orders:{id}:read")
	issuer := dial(t, registry, "auth-server", readAndValidate)
	path := filepath.Join(t.TempDir(), "scopes")
	first := newReplica(t, issuer, scoperegistry.ReplicaOptions{SnapshotFile: path})
	waitReady(t, first)
	first.Close()
	if err := registry.Stop(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is readable by others: %v, %v", info.Mode(), err)
	}

	second := newReplica(t, issuer, scoperegistry.ReplicaOptions{SnapshotFile: path})
	waitReady(t, second)
	if second.Connected() || !judge(t, second, "orders:7:read").Valid || second.Revision() != first.Revision() || second.Lag() > time.Minute {
		t.Errorf("revision %d in place of %d, lag %v", second.Revision(), first.Revision(), second.Lag())
	}
	second.Close()
	if !judge(t, second, "orders:read").Valid {
		t.Error("judging does not go on after Close")
	}

	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := registry.Restart(); err != nil {
		t.Fatal(err)
	}
	problems := make(chan scoperegistry.ReplicaProblem, 100)
	third := newReplica(t, issuer, scoperegistry.ReplicaOptions{
		SnapshotFile: path, OnProblem: func(problem scoperegistry.ReplicaProblem) { problems <- problem },
	})
	if problem := <-problems; problem.Message != "the snapshot file "+path+" is damaged: it is not used, and replaced by the next snapshot" {
		t.Errorf("the damaged file is told as %q", problem.Message)
	}
	waitReady(t, third)
	third.Close()
	if repaired, err := os.ReadFile(path); err != nil || slices.Equal(repaired, content) {
		t.Errorf("the damaged file is not replaced: %v", err)
	}
}

func TestReplicaTellsWhyItIsRefused(t *testing.T) {
	replica := newReplica(t, dial(t, shared, "auth-server", "scope_registry.read"), scoperegistry.ReplicaOptions{})
	err := replica.Ready(t.Context())
	if refusal := scoperegistry.Refusal(err); refusal == nil || refusal.Reason != "SCOPE_MISSING" || refusal.Metadata["scope"] != "scope_registry.validate" {
		t.Errorf("the refusal is %v", err)
	}
	if _, err := replica.Judge(judging.Request{}); err != scoperegistry.ErrReplicaNotReady {
		t.Errorf("it judges: %v", err)
	}
	replica.Close()
	if err := replica.Ready(t.Context()); err != scoperegistry.ErrReplicaClosed {
		t.Errorf("after Close it waits with %v", err)
	}
}

func TestReplicaWaitsForARegistryThatIsAway(t *testing.T) {
	replica := newReplica(t, dialWith(t, "127.0.0.1:1", scoperegistry.NoCredentials{}), scoperegistry.ReplicaOptions{})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := replica.Ready(ctx); err != context.DeadlineExceeded {
		t.Errorf("Ready fails with %v", err)
	}
}

func TestReplicaFollowsOnWhenItsTokenExpires(t *testing.T) {
	t.Parallel()
	renewals := atomic.Int32{}
	credentials := scoperegistry.TokenFunc(func(ctx context.Context, fresh bool) (string, error) {
		if fresh {
			renewals.Add(1)
			return shared.Token(ctx, "auth-server", readAndValidate)
		}
		return shared.NewToken(ctx, "auth-server", readAndValidate, 3*time.Second)
	})
	var problems atomic.Int32
	replica := newReplica(t, dialWith(t, shared.Address, credentials), scoperegistry.ReplicaOptions{
		NoUsageReports: true,
		OnProblem:      func(scoperegistry.ReplicaProblem) { problems.Add(1) },
	})
	waitReady(t, replica)
	waitUntil(t, "another token was asked for", func() bool { return renewals.Load() > 0 })
	waitUntil(t, "it follows again", replica.Connected)
	if problems.Load() > 0 {
		t.Errorf("%d problems are told where there is none", problems.Load())
	}
}

func TestReplicaReportsUsage(t *testing.T) {
	owner := dial(t, shared, "usage-api", register)
	registerScopes(t, owner, "usage:{id}:read", "usage:never")
	replica := newReplica(t, dial(t, shared, "auth-server", readAndValidate), scoperegistry.ReplicaOptions{})
	waitReady(t, replica)
	waitUntil(t, "the scope is there", func() bool {
		allowed, _ := replica.Allows(judging.Request{Scope: "usage:7:read"})
		return allowed
	})
	for range 3 {
		if _, err := replica.Judge(judging.Request{Scope: "usage:7:read", ClientID: "web-shop"}); err != nil {
			t.Fatal(err)
		}
	}
	replica.Close()
	waitUntil(t, "the owner is told who uses the scope", func() bool {
		answer, err := owner.Admin.ListScopeUsages(t.Context(), &scoperegistryv1.ListScopeUsagesRequest{Names: []string{"usage:{id}:read"}})
		if status.Code(err) != codes.OK {
			t.Fatal(err)
		}
		return len(answer.GetUsages()) == 1 && answer.GetUsages()[0].GetInUse()
	})
}

func TestReplicaIsJudgedByManyWhileItChanges(t *testing.T) {
	owner := dial(t, shared, "busy-api", register)
	registerScopes(t, owner, "busy:a", "busy:b")
	replica := newReplica(t, dial(t, shared, "auth-server", readAndValidate), scoperegistry.ReplicaOptions{})
	waitReady(t, replica)
	var judges sync.WaitGroup
	defer judges.Wait()
	done := make(chan struct{})
	defer close(done)
	var granted [3]atomic.Int64
	for range 4 {
		judges.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					// Both come and go in one revision.
					judgement, err := replica.Judge(judging.Request{
						Scopes: []string{"busy:a", "busy:b"}, Mode: scoperegistryv1.ValidationMode_VALIDATION_MODE_NARROW, ClientID: "many",
					})
					if err != nil || len(judgement.GrantedScopes) == 1 {
						t.Errorf("half a revision is seen: %v, %v", judgement.GrantedScopes, err)
						return
					}
					granted[len(judgement.GrantedScopes)].Add(1)
				}
			}
		})
	}
	isSeen := func(count int) {
		before := granted[count].Load()
		waitUntil(t, "the change is judged by", func() bool { return t.Failed() || granted[count].Load() > before })
	}
	for range 10 {
		registerScopes(t, owner, "busy:c")
		isSeen(0)
		registerScopes(t, owner, "busy:a", "busy:b")
		isSeen(2)
	}
}
