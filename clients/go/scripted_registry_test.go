package scoperegistry_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	scoperegistryv1 "github.com/scope-registry/scope-registry/clients/go/gen/scoperegistry/v1"
)

// scriptedRegistry answers what a test says, where the real one cannot be brought to.
type scriptedRegistry struct {
	scoperegistryv1.UnimplementedScopeRegistryServer
	list     func(ctx context.Context) error
	register func(ctx context.Context) error
	watch    func(request *scoperegistryv1.WatchScopesRequest, stream grpc.ServerStreamingServer[scoperegistryv1.WatchScopesResponse]) error
}

func (s *scriptedRegistry) ListScopes(ctx context.Context, _ *scoperegistryv1.ListScopesRequest) (*scoperegistryv1.ListScopesResponse, error) {
	return &scoperegistryv1.ListScopesResponse{}, s.list(ctx)
}

func (s *scriptedRegistry) RegisterScopes(ctx context.Context, _ *scoperegistryv1.RegisterScopesRequest) (*scoperegistryv1.RegisterScopesResponse, error) {
	return &scoperegistryv1.RegisterScopesResponse{}, s.register(ctx)
}

func (s *scriptedRegistry) WatchScopes(
	request *scoperegistryv1.WatchScopesRequest, stream grpc.ServerStreamingServer[scoperegistryv1.WatchScopesResponse],
) error {
	return s.watch(request, stream)
}

// serve serves it, and gives its address.
func (s *scriptedRegistry) serve(t *testing.T, options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(options...)
	scoperegistryv1.RegisterScopeRegistryServer(server, s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

func TestCallsAreRepeatedWhileTheRegistryIsUnavailable(t *testing.T) {
	var calls atomic.Int32
	failures := int32(3)
	registry := &scriptedRegistry{list: func(context.Context) error {
		if calls.Add(1) <= failures {
			return status.Error(codes.Unavailable, "away")
		}
		return nil
	}}
	conn := dialWith(t, registry.serve(t), scoperegistry.NoCredentials{})
	if err := list(t, conn); err != nil || calls.Load() != 4 {
		t.Errorf("after %d calls it ends with %v", calls.Load(), err)
	}
	calls.Store(0)
	failures = 100
	if err := list(t, conn); status.Code(err) != codes.Unavailable || calls.Load() != 4 {
		t.Errorf("after %d calls it ends with %v", calls.Load(), err)
	}
}

func TestCallsHaveADeadline(t *testing.T) {
	var left atomic.Int64
	note := func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		left.Store(int64(time.Until(deadline)))
		return nil
	}
	conn := dialWith(t, (&scriptedRegistry{list: note, register: note}).serve(t), scoperegistry.NoCredentials{})
	check := func(what string, most time.Duration, err error) {
		t.Helper()
		if got := time.Duration(left.Load()); err != nil || got > most || got < most-4*time.Second {
			t.Errorf("%s has %v: %v", what, got, err)
		}
	}
	check("ListScopes", 5*time.Second, list(t, conn))
	_, err := conn.Registry.RegisterScopes(t.Context(), &scoperegistryv1.RegisterScopesRequest{})
	check("RegisterScopes", 10*time.Second, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = conn.Registry.ListScopes(ctx, &scoperegistryv1.ListScopesRequest{})
	check("a call with a deadline of its own", time.Minute, err)
}

func snapshotOf(revision uint64, id string, names ...string) *scoperegistryv1.WatchScopesResponse {
	part := &scoperegistryv1.WatchScopesResponse_Snapshot{Revision: revision, Complete: true}
	for _, name := range names {
		part.Scopes = append(part.Scopes, &scoperegistryv1.Scope{Name: name, State: scoperegistryv1.ScopeState_SCOPE_STATE_ACTIVE})
	}
	return &scoperegistryv1.WatchScopesResponse{RegistryId: id, Event: &scoperegistryv1.WatchScopesResponse_Snapshot_{Snapshot: part}}
}

func bookmarkAt(revision uint64, id string) *scoperegistryv1.WatchScopesResponse {
	return &scoperegistryv1.WatchScopesResponse{RegistryId: id, Event: &scoperegistryv1.WatchScopesResponse_Bookmark_{
		Bookmark: &scoperegistryv1.WatchScopesResponse_Bookmark{Revision: revision, Time: timestamppb.Now()},
	}}
}

func TestAReplicaResumesAndStartsOverWhereItMust(t *testing.T) {
	requests := make(chan *scoperegistryv1.WatchScopesRequest, 10)
	var feeds atomic.Int32
	registry := &scriptedRegistry{}
	registry.watch = func(request *scoperegistryv1.WatchScopesRequest, stream grpc.ServerStreamingServer[scoperegistryv1.WatchScopesResponse]) error {
		requests <- request
		send := func(messages ...*scoperegistryv1.WatchScopesResponse) {
			for _, message := range messages {
				_ = stream.Send(message)
			}
		}
		switch feeds.Add(1) {
		case 1:
			send(snapshotOf(7, "a", "old"), bookmarkAt(7, "a"))
			return status.Error(codes.Unavailable, "stopping")
		case 2:
			return status.Error(codes.OutOfRange, "compacted")
		case 3:
			// Another history, as the registry was restored: what comes does not build on what the replica has.
			send(snapshotOf(9, "a", "old"), bookmarkAt(4, "b"))
			return nil
		default:
			send(snapshotOf(4, "b", "new"), bookmarkAt(4, "b"))
			<-stream.Context().Done()
			return nil
		}
	}
	replica := newReplica(t, dialWith(t, registry.serve(t), scoperegistry.NoCredentials{}), scoperegistry.ReplicaOptions{NoUsageReports: true})
	waitReady(t, replica)
	waitUntil(t, "the new history is there", func() bool { return replica.RegistryID() == "b" && replica.Connected() })
	for at, want := range []struct {
		since uint64
		id    string
	}{{0, ""}, {7, "a"}, {0, ""}, {0, ""}} {
		if request := <-requests; request.GetSinceRevision() != want.since || request.GetRegistryId() != want.id || !request.GetIncludeClientPolicies() {
			t.Errorf("feed %d is asked for with %v", at+1, request)
		}
	}
	if replica.Revision() != 4 || replica.Size() != 1 || replica.Get("new") == nil {
		t.Errorf("at revision %d it has %v", replica.Revision(), replica.Scopes())
	}
}
