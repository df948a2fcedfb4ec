import { clientConnection } from "./client-connection.ts";
import { stringLiteral } from "./quoting.ts";
import type { AskedScope, Snippet, Surroundings } from "./snippet.ts";

/** `scope-registry-client`: looking into a token in the API, and the judging in the token issuer. */
export function pythonSnippet({ name, resources }: AskedScope, around: Surroundings): Snippet {
  const { address, sayPlaintext } = clientConnection(around);
  const connect =
    `connect(\n    ${stringLiteral(address)},\n` +
    `    credentials=TokenFile("/var/run/secrets/registry-token"),\n${sayPlaintext ? "    tls=False,\n" : ""})`;
  const asked = resources.length === 0 ? "" : `\n    resources=[${resources.map(stringLiteral).join(", ")}],`;
  return {
    id: "python",
    title: "Python",
    blocks: [
      {
        caption: "In the API that it guards",
        note: "pip install scope-registry-client",
        text: `from scope_registry import TokenFile, connect

connection = ${connect}


def is_allowed(token: str) -> bool:
    """Tell whether a token is active and has the scope."""
    answer = connection.introspect(token)
    return answer.active and ${stringLiteral(name)} in answer.scope.split()`,
      },
      {
        caption: "In the token issuer",
        note: "",
        text: `from scope_registry import ScopeReplica, TokenFile, connect

connection = ${connect}
replica = ScopeReplica(connection)
replica.wait_until_ready(timeout=30)
judgement = replica.judge(
    client_id="CLIENT_ID",
    scope=${stringLiteral(name)},${asked}
)
print(judgement.granted_scopes if judgement.valid else judgement.error_description)`,
      },
    ],
  };
}
