import { clientConnection } from "./client-connection.ts";
import { stringLiteral } from "./quoting.ts";
import type { AskedScope, Snippet, Surroundings } from "./snippet.ts";

/** The Go client: the judging in the token issuer. */
export function goSnippet({ name, resources }: AskedScope, around: Surroundings): Snippet {
  const { address, sayPlaintext } = clientConnection(around);
  const fields = [
    ["ClientID", '"CLIENT_ID"'],
    ["Scope", stringLiteral(name)],
    ...(resources.length === 0 ? [] : [["Resources", `[]string{${resources.map(stringLiteral).join(", ")}}`]]),
  ];
  const width = Math.max(...fields.map(([field = ""]) => field.length)) + 1;
  const request = fields.map(([field, value]) => `\t\t${`${field}:`.padEnd(width)} ${value},`).join("\n");
  const options = [
    ["Credentials", 'scoperegistry.TokenFile{Path: "/var/run/secrets/registry-token"}'],
    ...(sayPlaintext ? [["Plaintext", "true"]] : []),
  ]
    .map(([field, value]) => `\t\t${`${field}:`.padEnd("Credentials:".length)} ${value},`)
    .join("\n");
  return {
    id: "go",
    title: "Go",
    blocks: [
      {
        caption: "In the token issuer",
        note: "go get github.com/scope-registry/scope-registry/clients/go",
        text: `package main

import (
	"context"
	"fmt"
	"log"

	scoperegistry "github.com/scope-registry/scope-registry/clients/go"
	"github.com/scope-registry/scope-registry/clients/go/judging"
)

func main() {
	conn, err := scoperegistry.Dial(${stringLiteral(address)}, scoperegistry.Options{
${options}
	})
	if err != nil {
		log.Fatal(err)
	}
	replica := scoperegistry.NewReplica(conn, scoperegistry.ReplicaOptions{})
	defer replica.Close()
	if err := replica.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
	judgement, err := replica.Judge(judging.Request{
${request}
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(judgement.Valid, judgement.GrantedScopes, judgement.ErrorDescription)
}`,
      },
    ],
  };
}
