package main

import (
	"context"
	"log"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
)

// followScopes starts following the registry, and waits until there is something to judge by.
func followScopes(ctx context.Context, conn *scoperegistry.Conn, snapshotFile string) (*scoperegistry.Replica, error) {
	replica := scoperegistry.NewReplica(conn, scoperegistry.ReplicaOptions{
		// With it, the issuer starts without the registry too.
		SnapshotFile: snapshotFile,
		OnProblem: func(problem scoperegistry.ReplicaProblem) {
			log.Printf("%s; next try in %v", problem.Message, problem.RetryIn)
		},
	})
	replica.OnChange(func(change scoperegistry.ReplicaChange) {
		log.Printf("Revision %d: %v", change.Revision, change.Names)
	})
	if err := replica.Ready(ctx); err != nil {
		replica.Close()
		return nil, err
	}
	log.Printf("Judging %d scopes, known to be the newest %v ago", replica.Size(), replica.Lag())
	return replica, nil
}
